"""Counts in texts for people are grammatical."""

import re
from pathlib import Path

import pytest

from emulator.foundation.wording import count

ROOT = Path(__file__).parents[2]
# A number and a noun that is not made by ``count``, except in texts about what is always more than one.
_LENGTH = re.compile(r"\{len\([^{}]*\)\} (?:[a-z]+ )?(?!characters)[a-z]+s\b")


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [(0, "queue", "0 queues"), (1, "queue", "1 queue"), (2, "delivery", "2 deliveries"), (1, "delivery", "1 delivery")],
)
def test_count_is_grammatical(number: int, noun: str, text: str) -> None:
    assert count(number, noun) == text


def test_no_text_has_a_length_with_a_plural() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for folder in ("emulator", "sqs_sns_emulator")
        for path in (ROOT / folder).rglob("*.py")
        if "conformance/cases" not in path.as_posix()
        for match in _LENGTH.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []
