"""How a value is compared with what AWS gives."""

import re

import pytest

from emulator.conformance.mismatch import ABSENT, Mismatch, has, same


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ("a", "a"),
        ({"Id": "1", "Size": 5}, {"Id": str, "Size": 5}),
        (["x1", "x2"], [re.compile("x."), "x2"]),
        (7, lambda value: value > 5),
    ],
)
def test_what_aws_gives_is_no_mismatch(actual: object, expected: object) -> None:
    same(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected", "difference"),
    [
        ("a", "b", "it: 'a' instead of 'b'"),
        ("abc", re.compile("b"), "it: 'abc' does not match 'b'"),
        (1, str, "it: 1 is not of type str"),
        ({"A": 1}, {"B": 1}, "it has the members ['A'] instead of ['B']"),
        ({"A": {"B": 1}}, {"A": {"B": 2}}, "it.A.B: 1 instead of 2"),
        ([1, 2], [1, 3], "it[1]: 2 instead of 3"),
        ([1], [1, 2], "it: [1] instead of [1, 2]"),
        (3, lambda value: value > 5, "it: 3 is not what AWS gives"),
        ("x" * 1_000, "", f"it: '{'x' * 599}... (1002 characters) instead of ''"),
    ],
)
def test_difference_says_where_it_is(actual: object, expected: object, difference: str) -> None:
    with pytest.raises(Mismatch, match=re.escape(difference)):
        same(actual, expected, "it")


def test_members_that_are_not_named_may_be_anything() -> None:
    has({"A": 1, "B": 2}, {"A": 1, "C": ABSENT})


@pytest.mark.parametrize(
    ("expected", "difference"),
    [
        ({"B": 1}, "it has no B: {'A': 1}"),
        ({"A": ABSENT}, "it has A, which AWS leaves out: 1"),
        ({"A": 2}, "it.A: 1 instead of 2"),
    ],
)
def test_member_that_is_not_as_at_aws_is_named(expected: dict[str, object], difference: str) -> None:
    with pytest.raises(Mismatch, match=re.escape(difference)):
        has({"A": 1}, expected, "it")
