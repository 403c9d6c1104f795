"""Checks of what is sent to a queue."""

import re
import sys

from emulator.sqs import sending

TOKEN = re.compile("[!-~]+")  # alphanumeric and punctuation characters


def test_token_has_printable_characters_of_ascii_alone() -> None:
    wrong = [chr(code) for code in range(sys.maxunicode + 1) if is_token(chr(code)) != bool(TOKEN.fullmatch(chr(code)))]
    assert wrong == []
    assert not is_token("two words")


def is_token(text: str) -> bool:
    return sending._is_token(text)  # noqa: SLF001 - what AWS says is a pattern, and this is faster
