"""A module has one subject, and a function fits on a screen: both have a bound."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
MODULE_LINES = 400
FUNCTION_LINES = 50

MODULES = sorted(path for package in ("emulator", "sqs_sns_emulator") for path in (ROOT / package).rglob("*.py"))


def functions_of(path: Path) -> Iterator[tuple[str, int]]:
    """The name and the number of lines of each."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path.relative_to(ROOT)}: {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def test_modules_are_short() -> None:
    lengths = {str(path.relative_to(ROOT)): path.read_text().count("\n") for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > MODULE_LINES} == {}


def test_functions_are_short_except_lists_of_conformance_cases() -> None:
    held = [path for path in MODULES if not path.is_relative_to(ROOT / "emulator/conformance/cases")]
    lengths = {name: length for path in held for name, length in functions_of(path)}
    assert lengths
    assert {name: length for name, length in lengths.items() if length > FUNCTION_LINES} == {}
