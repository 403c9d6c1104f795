"""Errors about values of topic and subscription attributes, independent of the action that gave the value."""

from collections.abc import Callable

Check = Callable[[str], str]  # the value as given -> the value as stored


class RejectedValue(Exception):
    """``detail`` says what is wrong, with the attribute's name; the create and set actions prefix it differently.

    ``detail_of_set`` is given if AWS words it differently when one attribute is set.
    """

    def __init__(self, detail: str, *, detail_of_set: str | None = None) -> None:
        self.detail = detail
        self.detail_of_set = detail if detail_of_set is None else detail_of_set
        super().__init__(detail)


class RejectedAlike(RejectedValue):
    """A RejectedValue that the create and set actions word alike, without the attribute's name."""


def unknown_attribute(name: str) -> RejectedValue:
    """The error that there is no such attribute, or none that can be set."""
    return RejectedValue(f"Unknown attribute {name}", detail_of_set="AttributeName")


def boolean(name: str) -> Check:
    """A check for ``true`` or ``false`` in any letter case."""

    def check(value: str) -> str:
        if value.lower() not in ("true", "false"):
            raise RejectedValue(f"{name}: Invalid value [{value}]. Must be true or false.")
        return value.lower()

    return check


def one_of(name: str, *choices: str) -> Check:
    def check(value: str) -> str:
        if value not in choices:
            raise RejectedValue(f"{name}: Invalid value [{value}]. Please use either {' or '.join(choices)}")
        return value

    return check


def integer(name: str, low: int, high: int) -> Check:
    def check(value: str) -> str:
        if not (value.isascii() and value.isdigit() and low <= int(value[:20]) <= high):
            raise RejectedValue(f"{name}: Invalid value [{value}]. Must be an integer from {low} to {high}.")
        return str(int(value))

    return check


def text(name: str, longest: int) -> Check:
    def check(value: str) -> str:
        if len(value) > longest:
            raise RejectedValue(f"{name}: must be at most {longest} characters long")
        return value

    return check
