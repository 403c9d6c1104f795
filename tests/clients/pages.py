"""What the pages of the documentation hold: fenced blocks, some of which are programs with what they print."""

import re
import shlex
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).parents[2] / "docs"
DOCUMENTED_URL = "http://localhost:4566"

_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    language: str
    file: str  # the name behind the language, if any
    text: str


class Program(NamedTuple):
    file: str
    code: str
    printed: str  # the ``text`` block that follows


def blocks(page: Path, language: str | None = None) -> list[Block]:
    found = [Block(*groups) for groups in _BLOCK.findall(page.read_text())]
    return [block for block in found if language in (None, block.language)]


def programs(page: Path) -> list[Program]:
    """The blocks with a file name; each must say what it prints."""
    found = []
    all_blocks = blocks(page)
    for block, behind in zip(all_blocks, [*all_blocks[1:], None], strict=True):
        if block.file:
            assert behind is not None, block.file
            assert behind.language == "text", block.file
            found.append(Program(block.file, block.text, behind.text))
    return found


def environment(page: Path) -> dict[str, str]:
    """What the page's one ``sh`` block exports."""
    [block] = blocks(page, "sh")
    command, *settings = shlex.split(block.text)
    assert command == "export"
    return dict(setting.split("=", 1) for setting in settings)
