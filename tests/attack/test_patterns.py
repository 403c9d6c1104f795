"""The patterns that search messages and requests take a time that grows with the text, and not with its square.

Processor time of this thread is compared with that of an eighth of the text, so the speed of the machine does not
matter.
"""

import time
from collections.abc import Callable

import pytest

from emulator.aws.conditions import hold, wildcard
from emulator.sns.data_protection.identifiers import DETECTORS, find
from emulator.sns.filter_policy.wildcard import Wildcard

SIZE = 2_000
LARGER = 8
# Eight times the text takes eight times as long if the time is linear, and 64 times if it is quadratic.
LIMIT = 30
LEAST_SECONDS = 0.0005  # shorter times are not compared


def thread_time(call: Callable[[], object]) -> float:
    since = time.thread_time()
    call()
    return time.thread_time() - since


def assert_linear(
    call: Callable[[str], object], unit: str, time_of: Callable[[Callable[[], object]], float] = thread_time
) -> None:
    """The time of a text of so many units, against an eighth."""
    short = (unit * SIZE)[:SIZE]
    long = (unit * SIZE)[: SIZE * LARGER] if len(unit) >= LARGER else unit * (SIZE * LARGER // len(unit))
    for _ in range(3):  # a time can be disturbed, a square is one each time
        few = max(min(time_of(lambda: call(short)) for _ in range(3)), LEAST_SECONDS)
        many = min(time_of(lambda: call(long)) for _ in range(3))
        if many < few * LIMIT:
            return
    pytest.fail(f"{many:.4f} s for {len(long)} characters, {few:.4f} s for {len(short)}")


TEXTS = [
    *("a", "1", "A", "-", ":", " ", ".", "a.", "1.", "1 ", "a@", "a@a.", "abcdef:", "::1 ", "é", "İ", "aB3/", "+1"),
    *("-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN PGP PRIVATE KEY BLOCK-----x", "----", "-----BEGIN "),
    *("-----BEGIN OPENSSH PRIVATE KEY-----a----b", "PuTTY-User-Key-File-2: ", "PuTTY-User-Key-File-2: Private-MAC: "),
    *("card 4111111111111112 ", "credit card ", "DE89 3704 0044 0532 0130 00 iban ", "location 12.1, 123.1 "),
    *("1:", "(2", "DE11 ", "card ", "234 567 8901 "),
    "ssn vin zip code cvv phone iban secret key location expiry 12345 ",
    *("phone (212) 555 1234 ", "ssn 123-45-6789 ", "cvv 123 ", "vin 1HGCM82633A004352 ", "a.b.c@d.e.f.g.h.i.j.k.l.1"),
]


@pytest.mark.parametrize("identifier", DETECTORS)
def test_sensitive_data_is_found_in_linear_time(identifier: str) -> None:
    for unit in TEXTS:
        assert_linear(lambda text: find(identifier, text), unit)


PATTERNS = ("*" + "a*" * 20 + "b", "*a" * 50, "?" * 20 + "*" + "?a" * 10 + "*b", "*" * 50 + "b", "a*a?a*a?" * 5 + "b")


@pytest.mark.parametrize("pattern", PATTERNS)
def test_wildcards_of_resource_policies_are_matched_in_linear_time(pattern: str) -> None:
    assert_linear(lambda text: wildcard(pattern, text), "a")
    conditions = {"StringLike": {"aws:sourcearn": [pattern]}, "ArnLike": {"aws:sourcearn": ["*:" * 5 + pattern]}}
    assert_linear(lambda text: hold(conditions, {"aws:sourcearn": [text]}, variables=False), "a:")


@pytest.mark.parametrize("pattern", ["*a*a*b", "*aab*aab*", "a*b", "*" + "ab" * 50 + "c*"])
def test_wildcards_of_filter_policies_are_matched_in_linear_time(pattern: str) -> None:
    matches = Wildcard.parse(pattern).matches
    for unit in ("a", "ab", "aab"):
        assert_linear(matches, unit)


def time_given(call: Callable[[], object]) -> float:
    """The call itself says how long it takes: a real time can be disturbed so much that it hides a square."""
    taken = call()
    assert isinstance(taken, float)
    return taken


def test_square_is_noticed() -> None:
    assert_linear(lambda text: len(text) / 1e6, "a", time_given)
    with pytest.raises(pytest.fail.Exception):
        assert_linear(lambda text: len(text) ** 2 / 1e9, "a", time_given)
