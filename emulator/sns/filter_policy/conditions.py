"""The conditions of a policy: the tests that are run on every message.

A test gets one scalar of the message. It does not decide about absent keys: whether a condition accepts absence is a
flag of the condition.
"""

import ipaddress
import socket
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from emulator.sns.filter_policy.values import JsonValue, comparable
from emulator.sns.filter_policy.wildcard import Wildcard
from emulator.sns.json_tree import Scalar

Test = Callable[[Scalar], bool]
Exact = str | tuple[type, Scalar]  # a value with its type: neither true and 1 nor "1" and 1 are equal
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Matcher(Struct, frozen=True):
    """A compiled operator with its argument.

    ``points`` are those of its patterns in the wildcard complexity of the key, which count only if a matcher of that
    key ``uses_wildcard``. A test takes ``cost`` steps for each value, and ``reading`` more for each kilobyte of it.
    ``exact`` is the only value that passes; None if others may pass too.
    """

    test: Test
    accepts_absence: bool = False
    points: tuple[int, ...] = ()
    uses_wildcard: bool = False
    cost: int = 1
    reading: int = 0
    exact: Exact | None = None


class Condition(Struct, frozen=True):
    """One element of a key's array: its JSON and its test. ``text`` is set if it is a plain string."""

    json: JsonValue
    matcher: Matcher
    text: str | None = None


def exactly(value: Scalar) -> Exact:
    """A value of a message, to be looked up among exact ones."""
    return value if isinstance(value, str) else (type(value), value)


def equals(expected: Scalar) -> Test:
    """Equality within one JSON type: neither true and 1 nor "1" and 1 are equal."""
    kind = type(expected)
    if isinstance(expected, Decimal):
        expected = comparable(expected)
    return lambda value: type(value) is kind and value == expected


def starts_with(prefix: str) -> Test:
    return lambda value: isinstance(value, str) and value.startswith(prefix)


def ends_with(suffix: str) -> Test:
    return lambda value: isinstance(value, str) and value.endswith(suffix)


def starts_with_any(prefixes: Iterable[str]) -> Test:
    """The same for any number of prefixes, by one look into a sorted list.

    None of the list begins with another one, so only the last that is not behind a value can be its prefix.
    """
    apart: list[str] = []
    for prefix in sorted(prefixes):
        if not apart or not prefix.startswith(apart[-1]):
            apart.append(prefix)

    def test(value: Scalar) -> bool:
        if not isinstance(value, str):
            return False
        at = bisect_right(apart, value)
        return at > 0 and value.startswith(apart[at - 1])

    return test


def ends_with_any(suffixes: Sequence[str]) -> Test:
    """The same for any number of suffixes."""
    longest = max(map(len, suffixes))
    begins = starts_with_any(suffix[::-1] for suffix in suffixes)
    return lambda value: isinstance(value, str) and begins(value[-longest:][::-1])


def equals_ignoring_case(expected: str) -> Test:
    folded = fold_case(expected)
    return lambda value: isinstance(value, str) and len(value) == len(folded) and fold_case(value) == folded


def equals_any_ignoring_case(expected: Sequence[str]) -> Test:
    folded = frozenset(map(fold_case, expected))
    lengths = frozenset(map(len, expected))
    return lambda value: isinstance(value, str) and len(value) in lengths and fold_case(value) in folded


def fold_case(text: str) -> str:
    """Fold each character by itself, so that the text keeps its length: "STRASSE" does not equal "straße"."""
    if text.isascii():
        return text.lower()
    return text.translate(_FOLDED)


class _Folded(dict[int, str]):
    """The folded form of each character, by its code."""

    def __missing__(self, code: int) -> str:
        character = _single(_single(chr(code), str.upper), str.lower)
        if len(self) < _FOLDED_KEPT:
            self[code] = character
        return character


_FOLDED_KEPT: Final = 4096
_FOLDED: Final = _Folded()


def _single(character: str, changed: Callable[[str], str]) -> str:
    """The character in the other case; unchanged if that would take more than one character."""
    other = changed(character)
    return other if len(other) == 1 else character


def fits_wildcard(wildcard: Wildcard) -> Test:
    fits = wildcard.matches
    return lambda value: isinstance(value, str) and fits(value)


def within_network(network: Network) -> Test:
    kind = socket.AF_INET if network.version == 4 else socket.AF_INET6
    mask, wanted = int(network.netmask), int(network.network_address)

    def test(value: Scalar) -> bool:
        if not isinstance(value, str) or len(value) > _LONGEST_ADDRESS:
            return False
        try:
            packed = socket.inet_pton(kind, value)
        except (OSError, ValueError):  # no address of this kind; not ASCII, or with a null character
            return False
        return int.from_bytes(packed) & mask == wanted

    return test


_LONGEST_ADDRESS: Final = len("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255")


_COMPARISONS: Final[dict[str, Callable[[Decimal], Test]]] = {
    "=": lambda bound: lambda value: isinstance(value, Decimal) and value == bound,
    "<": lambda bound: lambda value: isinstance(value, Decimal) and value < bound,
    "<=": lambda bound: lambda value: isinstance(value, Decimal) and value <= bound,
    ">": lambda bound: lambda value: isinstance(value, Decimal) and value > bound,
    ">=": lambda bound: lambda value: isinstance(value, Decimal) and value >= bound,
}


def compares(bounds: Sequence[tuple[str, Decimal]]) -> Test:
    """A number within all bounds, each an operator and a limit."""
    tests = [_COMPARISONS[operator](comparable(bound)) for operator, bound in bounds]
    if len(tests) == 1:
        return tests[0]
    low, high = tests
    return lambda value: low(value) and high(value)


def exists(value: Scalar) -> bool:
    """AWS counts a key as existing if its value is neither null nor empty."""
    return value is not None and value != ""


def not_among(values: Sequence[str] | Sequence[Decimal]) -> Test:
    """Anything but the values, which all have one type."""
    kind = type(values[0])
    excluded = frozenset(comparable(value) if isinstance(value, Decimal) else value for value in values)
    return lambda value: type(value) is not kind or value not in excluded


def none_of(tests: Sequence[Test]) -> Test:
    """Any value that fails every test, of whatever type: a number is not a string that starts with x."""
    if len(tests) == 1:
        test = tests[0]
        return lambda value: not test(value)
    return lambda value: not any(test(value) for test in tests)


def any_of(conditions: Iterable[Condition]) -> Test:
    """One test for a key's whole array. Its plain strings are looked up in one set."""
    texts: set[str] = set()
    tests: list[Test] = []
    for condition in conditions:
        if condition.text is not None:
            texts.add(condition.text)
        else:
            tests.append(condition.matcher.test)
    if not texts and len(tests) == 1:
        return tests[0]
    if not tests:
        return lambda value: isinstance(value, str) and value in texts
    return lambda value: (isinstance(value, str) and value in texts) or any(test(value) for test in tests)
