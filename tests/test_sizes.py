"""A module has one subject, and a function fits on a screen: both have a bound."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULE_LINES = 400
FUNCTION_LINES = 50
TEST_LINES = 60  # of a function of the tests

NOT_OURS = {"node_modules", "__pycache__", ".cache"}  # folders of what is installed below tests


def modules_of(*packages: str) -> list[Path]:
    found = (path for package in packages for path in (ROOT / package).rglob("*.py"))
    return sorted(path for path in found if NOT_OURS.isdisjoint(path.relative_to(ROOT).parts))


CODE, TESTS = modules_of("emulator", "sqs_sns_emulator"), modules_of("tests")
CASES = ROOT / "emulator/conformance/cases"  # lists of conformance cases


def functions_of(path: Path) -> Iterator[tuple[str, int]]:
    """The name and the number of lines of each."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path.relative_to(ROOT)}: {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("modules", [CODE, TESTS], ids=["code", "tests"])
def test_modules_are_short(modules: list[Path]) -> None:
    lengths = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n") for path in modules}
    assert lengths
    assert {name: length for name, length in lengths.items() if length > MODULE_LINES} == {}


@pytest.mark.parametrize(
    ("modules", "bound"),
    [([path for path in CODE if not path.is_relative_to(CASES)], FUNCTION_LINES), (TESTS, TEST_LINES)],
    ids=["code", "tests"],
)
def test_functions_are_short_except_lists_of_conformance_cases(modules: list[Path], bound: int) -> None:
    lengths = {name: length for path in modules for name, length in functions_of(path)}
    assert lengths
    assert {name: length for name, length in lengths.items() if length > bound} == {}
