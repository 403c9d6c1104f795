"""Who may import whom; docs/architecture.md draws the same picture."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.imports.documents import DOCUMENTS
from tests.imports.domains import DOMAINS
from tests.imports.libraries import LIBRARIES
from tests.imports.programs import PROGRAMS
from tests.imports.requests import REQUESTS
from tests.imports.restricted import RESTRICTED
from tests.imports.states import STATES

ROOT = Path(__file__).parent.parent
PACKAGES = ("emulator", "api_shapes", "sqs_sns_emulator")

# Of each place, the most specific row that fits: what of this project its modules may import.
INTERNAL = DOMAINS | REQUESTS | STATES | DOCUMENTS | PROGRAMS

# What every module may import.
SHARED = ("emulator.foundation.wording",)

# Whose structs all may be made of: a dataclass takes forty times as long to be defined, a NamedTuple six times.
STRUCTS = "msgspec"


def modules() -> dict[str, Path]:
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


MODULES = modules()


@cache
def imports_of(module: str) -> tuple[str, ...]:
    """The modules that ``module`` imports, at its head or inside a function."""
    return tuple(_imports_of(module))


def _imports_of(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{module}: a relative import"
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                yield submodule if submodule in MODULES else node.module


def is_within(module: str, place: str) -> bool:
    return module == place or (module.startswith(place + ".") and place != "emulator")


def row_of(module: str) -> tuple[str, ...]:
    place = max((place for place in INTERNAL if module == place or module.startswith(place + ".")), key=len)
    assert place != "emulator" or module == "emulator", f"{module} has no row in INTERNAL"
    return INTERNAL[place]


def may_import(module: str, imported: str) -> bool:
    """Whether the tables of this project's own places allow it."""
    inside = imported.partition(".")[0] in PACKAGES
    return (not inside or any(is_within(imported, place) for place in (*row_of(module), *SHARED))) and all(
        any(is_within(module, place) for place in importers)
        for part, importers in RESTRICTED.items()
        if is_within(imported, part)
    )


def is_library_allowed(module: str, imported: str) -> bool:
    library = imported.partition(".")[0]
    if library in LIBRARIES:
        return any(is_within(module, place) for place in LIBRARIES[library])
    return library in (*PACKAGES, STRUCTS) or library in sys.stdlib_module_names


def test_every_module_imports_only_what_its_place_allows() -> None:
    for module in MODULES:
        row_of(module)  # fails if there is none
    wrong = [f"{each} imports {found}" for each in MODULES for found in imports_of(each) if not may_import(each, found)]
    assert wrong == []


def test_libraries_are_imported_only_where_they_belong() -> None:
    wrong = [
        f"{each} imports {found}"
        for each in MODULES
        for found in imports_of(each)
        if not is_library_allowed(each, found)
    ]
    assert wrong == []


def test_no_modules_import_one_another_in_a_circle() -> None:
    finished: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join((*path[path.index(module) :], module))
        if module not in finished:
            for imported in set(imports_of(module)) & MODULES.keys():
                visit(imported, (*path, module))
            finished.add(module)

    for module in MODULES:
        visit(module, ())


# -- Wire and connection -------------------------------------------------------------------

PROTOCOL_NAMES = {"json", "query", "cbor", "s3", "ec2", "rest-json", "json10", "query-json", "xml"}


def compared(node: ast.AST) -> Iterator[object]:
    """The constants in a comparison or the pattern of a match."""
    if isinstance(node, ast.Compare):
        yield from (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))
    elif isinstance(node, ast.MatchValue) and isinstance(node.value, ast.Constant):
        yield node.value.value


@pytest.mark.parametrize(
    "module",
    sorted(
        module
        for module in MODULES
        if module.startswith(("emulator.wire", "emulator.http"))
        or module
        in (
            "emulator.serving.gateway",
            "emulator.serving.asgi",
            "emulator.observation.request_log",
            "emulator.actions.subjects",
        )
        or module == "emulator.control.localstack_sqs"
    ),
)
def test_no_code_asks_for_the_name_of_a_wire_protocol(module: str) -> None:
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        asked = {value for value in compared(node) if isinstance(value, str)} & PROTOCOL_NAMES
        assert not asked, f"{module} line {getattr(node, 'lineno', '?')} compares with {asked}"


@pytest.mark.parametrize("module", sorted(module for module in MODULES if module.startswith("emulator.http.")))
def test_connections_use_only_the_public_types_of_uvicorn(module: str) -> None:
    tree = ast.parse(MODULES[module].read_text())
    names = {
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("uvicorn")
        for alias in node.names
    }
    assert names <= {"uvicorn.server.ServerState"}
    bases = {ast.unparse(base) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for base in node.bases}
    assert not any("uvicorn" in base or "HttpTools" in base for base in bases)
