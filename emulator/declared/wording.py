"""Mistakes in words: what a value is, and what its type wants instead."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from msgspec import Meta, Struct

_SHOWN_CHARACTERS = 60
_NAMES_MAX = 30  # in a list of all there are
_KINDS: dict[object, str] = {
    bool: "true or false",
    int: "an integer",
    float: "a number",
    str: "a text",
    dict: "a table",
    list: "a list",
    tuple: "a list",
}

# Of the one other type, datetime. It is no key, since libraries that freeze time put another class in its place.
_TIME = "a time with its time zone, such as 2030-01-01T00:00:00Z"


def alternatives(wanted: Any) -> Iterator[Any]:
    """The types of a union, without None; of any other type that type."""
    if get_origin(wanted) in (Union, UnionType):
        for each in get_args(wanted):
            yield from alternatives(each)
    elif wanted is not type(None):
        yield wanted


def expected(wanted: Any) -> str:
    """What the type wants, such as ``an integer from 0 to 900``."""
    return " or ".join(dict.fromkeys(map(_expected, alternatives(wanted))))


def _expected(kind: Any) -> str:
    origin = get_origin(kind)
    if origin is Annotated:
        base, *metas = get_args(kind)
        return _constrained(_expected(base), [meta for meta in metas if isinstance(meta, Meta)])
    if origin is Literal:
        return "one of " + ", ".join(map(str, dict.fromkeys(map(str, get_args(kind)))))
    if isinstance(kind, type) and issubclass(kind, Struct):
        return "a table"
    return _KINDS.get(origin or kind, _TIME)


def _constrained(text: str, metas: list[Meta]) -> str:
    for meta in metas:
        if meta.description is not None:
            return meta.description
        if meta.ge is not None and meta.le is not None:
            text += f" from {meta.ge} to {meta.le}"
        elif meta.gt is not None and meta.le is not None:
            text += f" above {meta.gt}, up to {meta.le}"
        elif meta.ge is not None:
            text += f" from {meta.ge}"
        if meta.max_length is not None:
            text += f" of at most {meta.max_length} characters"
    return text


def shown(value: object) -> str:
    """A value as the mistake shows it, shortened if it is long."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."


def proposal(name: str, known: Collection[str]) -> str:
    """What ``name`` could have meant, or else what there is."""
    close = get_close_matches(name, known, n=1, cutoff=0.7)
    if close:
        return f"did you mean {close[0]}?"
    names = sorted(known)[:_NAMES_MAX]
    more = ", ..." if len(known) > _NAMES_MAX else ""
    return f"there are {', '.join(names)}{more}." if names else "there are none."
