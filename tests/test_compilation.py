"""Which modules are compiled, what they must not contain, and when plain Python runs instead.

Most tests hold for both forms; ``make test-compiled`` runs them where the modules are compiled.
"""

import ast
import os
import socket
import subprocess
import sys
from asyncio import BaseProtocol
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from types import ModuleType

import pytest
from msgspec import Struct

from emulator import compilation
from emulator.compilation import LIBRARY, MODULES, SOURCES, CompiledModules

ROOT = Path(__file__).parent.parent
PACKAGES = ("emulator", "api_shapes", "sqs_sns_emulator")
FOLDER = os.environ.get(compilation.FOLDER_VARIABLE)
IS_COMPILED = bool(FOLDER) and not compilation.is_pure_wanted(os.environ.get(compilation.PURE_VARIABLE, ""))

# What uses up a generator expression at once. mypyc makes a list of every other one first.
CONSUMERS = {"all", "any", "bytes", "dict", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple"}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def sources() -> Iterator[tuple[str, Path]]:
    """The modules of all packages, by name."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            if not name.endswith(("__main__", "pytest_plugin")):
                yield name.removesuffix(".__init__"), path


def structs_in(module: ModuleType, path: Path) -> Iterator[tuple[type[Struct], dict[str, object]]]:
    """Each struct that a module defines, with the options in its class statement."""
    for node in tree_of(path).body:
        kind = getattr(module, node.name, None) if isinstance(node, ast.ClassDef) else None
        if isinstance(node, ast.ClassDef) and isinstance(kind, type) and issubclass(kind, Struct):
            given = {word.arg: word.value.value for word in node.keywords if isinstance(word.value, ast.Constant)}
            yield kind, {name: value for name, value in given.items() if name is not None}


# -- The modules -----------------------------------------------------------------------------


def test_modules_are_in_order_and_each_has_a_source() -> None:
    assert list(MODULES) == sorted(set(MODULES))
    assert [name for name in MODULES if not (ROOT / compilation.source_of(name)).is_file()] == []


def test_modules_run_in_the_form_that_the_environment_names() -> None:
    assert compilation.why_plain() is None
    assert compilation.form() == ("compiled" if IS_COMPILED else "plain")
    files = {name: import_module(name).__file__ or "" for name in MODULES}
    assert {name for name, file in files.items() if file.endswith(EXTENSION_SUFFIXES[0])} == (
        set(MODULES) if IS_COMPILED else set()
    )


def test_every_struct_has_the_options_that_its_source_gives() -> None:
    wrong, seen = [], 0
    for name, path in sources():
        for kind, given in structs_in(import_module(name), path):
            config = kind.__struct_config__
            for option, value in given.items():
                if hasattr(config, option):
                    seen += 1
                    if getattr(config, option) != value and option != "tag":
                        wrong.append(f"{name}.{kind.__name__} lacks {option}={value}")
    assert wrong == []
    assert seen > 150


def test_no_compiled_module_defines_a_struct() -> None:
    found = [
        f"{name}.{kind.__name__}"
        for name in MODULES
        for kind, _ in structs_in(import_module(name), ROOT / compilation.source_of(name))
    ]
    assert found == []


def test_no_plain_class_is_derived_from_a_compiled_one() -> None:
    for name, _ in sources():
        import_module(name)
    compiled = [
        kind
        for name in MODULES
        for kind in vars(import_module(name)).values()
        if isinstance(kind, type) and kind.__module__ == name and not issubclass(kind, BaseException)
    ]
    derived = {f"{sub.__module__}.{sub.__name__}" for kind in compiled for sub in kind.__subclasses__()}
    ours = {name for name in derived if name.partition(".")[0] in PACKAGES}
    assert {name for name in ours if name.rpartition(".")[0] not in MODULES} == set()


def test_compiled_class_that_others_may_refer_to_weakly_is_derived_from_no_plain_class() -> None:
    """mypyc gives such a class weak references, and does not clear them when an object goes: the next use crashes."""
    found = {
        f"{name}.{kind.__name__}"
        for name in MODULES
        for kind in vars(import_module(name)).values()
        if isinstance(kind, type) and kind.__module__ == name and issubclass(kind, BaseProtocol)
    }
    assert found == set()


def test_generator_expressions_of_compiled_modules_are_used_up_at_once() -> None:
    assert {
        name: lines for name in MODULES if (lines := lazy_expressions(tree_of(ROOT / compilation.source_of(name))))
    } == {}


def lazy_expressions(tree: ast.Module) -> list[int]:
    """The lines of the generator expressions that are not the argument of a function that uses them up."""
    used_up = {
        id(call.args[0])
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and call.args
        and (
            (isinstance(call.func, ast.Name) and call.func.id in CONSUMERS)
            or (isinstance(call.func, ast.Attribute) and call.func.attr in ("join", "extend", "update"))
        )
    }
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.GeneratorExp) and id(node) not in used_up]


# -- When plain Python runs ------------------------------------------------------------------


@pytest.fixture
def compiled(tmp_path: Path) -> Path:
    """A folder as compilation leaves it, whose library is no library."""
    (tmp_path / (LIBRARY + EXTENSION_SUFFIXES[0])).write_bytes(b"not a library")
    (tmp_path / SOURCES).write_text(compilation.digest_of_sources())
    return tmp_path


def why_not(folder: Path) -> str:
    modules = CompiledModules(str(folder))
    assert modules.find_spec(MODULES[0]) is None
    assert not modules.usable
    assert modules.reason is not None
    assert "\n" not in modules.reason
    return modules.reason


def test_folder_without_compiled_modules_is_passed_over(tmp_path: Path) -> None:
    assert why_not(tmp_path) == f"There are no compiled modules in {tmp_path}."


def test_modules_of_another_python_are_passed_over(compiled: Path) -> None:
    (compiled / (LIBRARY + EXTENSION_SUFFIXES[0])).rename(compiled / f"{LIBRARY}.cpython-39-x86_64-linux-gnu.so")
    assert f"{compiled} are for another Python than {sys.version.split()[0]}." in why_not(compiled)


def test_modules_from_other_sources_are_passed_over(compiled: Path) -> None:
    (compiled / SOURCES).write_text("00000000\n")
    assert why_not(compiled) == f"The compiled modules in {compiled} were not compiled from the sources in {ROOT}."


def test_modules_that_cannot_be_loaded_are_passed_over(compiled: Path) -> None:
    assert why_not(compiled).startswith(f"The compiled modules in {compiled} cannot be loaded: ")


def test_digest_differs_with_each_source_and_not_with_line_ends(tmp_path: Path) -> None:
    for name in MODULES:
        copy = tmp_path / compilation.source_of(name)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((ROOT / compilation.source_of(name)).read_bytes().replace(b"\n", b"\r\n"))
    assert compilation.digest_of_sources(str(tmp_path)) == compilation.digest_of_sources()
    (tmp_path / compilation.source_of(MODULES[-1])).write_bytes(b"# another")
    assert compilation.digest_of_sources(str(tmp_path)) != compilation.digest_of_sources()


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    inherited = {name: value for name, value in os.environ.items() if name not in compilation.VARIABLES}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=inherited | environment, capture_output=True, text=True
    )


@pytest.mark.parametrize("value", ["1", "true", "YES"])
def test_plain_python_can_be_forced(compiled: Path, value: str) -> None:
    ran = run("-m", "emulator", "--version", EMULATOR_PURE=value, EMULATOR_COMPILED=FOLDER or str(compiled))
    assert ran.stdout.endswith(" (plain Python)\n")


def test_value_that_is_neither_on_nor_off_is_refused() -> None:
    ran = run("-m", "emulator", "--port", "0", EMULATOR_PURE="maybe")
    assert ran.returncode == 2
    assert "EMULATOR_PURE must be 1 or 0, not 'maybe'." in ran.stderr


def test_modules_that_cannot_be_used_are_one_line_in_the_log(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:  # so that the server does not start
        ran = run("-m", "emulator", "--port", str(taken.getsockname()[1]), EMULATOR_COMPILED=str(tmp_path))
    assert ran.returncode == 1
    [line] = [line for line in ran.stderr.splitlines() if "compiled" in line]
    assert line.endswith(f"There are no compiled modules in {tmp_path}. Plain Python runs.")


@pytest.mark.skipif(not IS_COMPILED, reason="the modules are not compiled here; make test-compiled compiles them")
def test_version_says_that_compiled_modules_run() -> None:
    assert FOLDER is not None
    assert run("-m", "emulator", "--version", EMULATOR_COMPILED=FOLDER).stdout.endswith(" (compiled)\n")
