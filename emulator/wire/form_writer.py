"""Writes a typed request as a form, as SDKs do for the query protocol."""

import base64
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from api_shapes.operation import Operation, Shape
from emulator.wire.members import ListForm, MapForm, Member, members


def write_form(operation: Operation[Any, Any], request: Shape) -> bytes:
    """The form of a request for ``operation``. Members that are absent are left out."""
    return urlencode([("Action", operation.name), *_structure(request, ())]).encode()


def _structure(shape: Shape, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for member in members(type(shape)):
        value = getattr(shape, member.attribute)
        if value is not None:
            yield from _member(member, value, path)


def _member(member: Member, value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    match member.form:
        case None:
            yield from _element(value, (*path, member.name))
        case ListForm(wrapper, item):
            for number, each in enumerate(value, 1):
                yield from _element(each, (*path, *_present(wrapper), item, str(number)))
        case MapForm(wrapper, item, key_name, value_name):
            for number, (key, each) in enumerate(value.items(), 1):
                entry = (*path, *_present(wrapper), item, str(number))
                yield ".".join((*entry, key_name)), key
                yield from _element(each, (*entry, value_name))


def _present(wrapper: str | None) -> tuple[str, ...]:
    return () if wrapper is None else (wrapper,)


def _element(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    match value:
        case Shape():
            yield from _structure(value, path)
        case bool():
            yield ".".join(path), str(value).lower()
        case bytes():
            yield ".".join(path), base64.b64encode(value).decode()
        case _:
            yield ".".join(path), str(value)
