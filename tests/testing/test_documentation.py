"""The examples of the pages on testing, run as their readers would run them.

A ``python`` block with a file name is that file. All test files of a page run together; one that is followed by a
``text`` block fails, and prints that.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.testing.pytest_runs import ROOT, Run

pytest_plugins = ["pytester"]

_BLOCK = re.compile(r"^```python (\S+)\n(.*?)^```$(?:\n+[^`\n]*\n+^```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)


class Example(NamedTuple):
    name: str
    code: str
    printed: str  # by a failing test


def examples(page: str) -> Iterator[Example]:
    for found in _BLOCK.finditer((ROOT / "docs" / page).read_text()):
        yield Example(found[1], found[2], found[3] or "")


@pytest.mark.parametrize("page", ["testing.md", "migration.md", "faults.md", "lambda.md"])
def test_examples_do_what_the_page_says(page: str, run_here: Run, pytester: pytest.Pytester) -> None:
    failing = 0
    expected: list[str] = []
    for example in examples(page):
        Path(pytester.path, example.name).write_text(example.code)
        failing += bool(example.printed)
        expected += ["*" + line.replace("[", "[[]") for line in example.printed.splitlines()]  # only * is a pattern
    result = run_here()
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] > 3
    assert outcomes.get("failed", 0) == failing
    result.stdout.fnmatch_lines(expected)
