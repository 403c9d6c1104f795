"""Results as XML elements, in the form of the query protocol.

No library is used: xmltodict, its SAX generator and ElementTree write a carriage return as itself, which every parser
then reads as a line feed. A message body must come back unchanged.

Each element follows a ``begin``: a line feed and the indentation of its depth, or nothing where a service writes all
elements on one line.
"""

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from api_shapes.operation import Shape
from emulator.wire.members import ListForm, MapForm, Member, members

# Characters that XML 1.0 does not have in any form; https://www.w3.org/TR/xml/#charsets.
_ILLEGAL_CHARACTERS = r"\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_ILLEGAL = re.compile(f"[{_ILLEGAL_CHARACTERS}]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#xD;"})
_SPECIAL = re.compile(rf'[&<>"\r{_ILLEGAL_CHARACTERS}]')
_SHORT = 64
_PLAIN_ASCII = bytes(code for code in range(0x80) if not _SPECIAL.match(chr(code)))


def text(value: str) -> str:
    """Escaped character data. Characters that XML cannot hold become U+FFFD."""
    if len(value) < _SHORT and value.replace("-", "").isalnum():  # an id
        return value
    # For ASCII text this takes a fifth of the time: remove all plain characters, and see whether any are left.
    if value.isascii() and not value.encode().translate(None, _PLAIN_ASCII):
        return value
    if _SPECIAL.search(value) is None:
        return value
    return _ILLEGAL.sub("\ufffd", value).translate(_ESCAPES)


def element(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>" if content else f"<{name}/>"


def parent(name: str, children: str, begin: str) -> str:
    """An element of elements, which have their own ``begin``."""
    return f"{begin}<{name}>{children}{begin}</{name}>" if children else f"{begin}<{name}/>"


def within(begin: str) -> str:
    """The ``begin`` of the elements within one that has this ``begin``."""
    return begin and begin + "  "


TextElement = tuple[str, str, str, str]  # attribute, the tags before and after its text, and the tag of an empty text

# By shape, the elements of its members if all of them are texts; None if there are others.
_TEXT_ELEMENTS: dict[type[Shape], tuple[TextElement, ...] | None] = {}


def structure(result: Shape, begin: str) -> str:
    """The elements of all members that are present."""
    shape = type(result)
    try:
        elements = _TEXT_ELEMENTS[shape]
    except KeyError:
        elements = _TEXT_ELEMENTS[shape] = _text_elements(shape)
    if elements is None:
        return any_structure(result, begin)
    content = ""
    for attribute, opening, closing, empty in elements:
        value = getattr(result, attribute)
        if value:
            content += f"{begin}{opening}{text(value)}{closing}"
        elif value is not None:
            content += begin + empty
    return content


def _text_elements(shape: type[Shape]) -> tuple[TextElement, ...] | None:
    if not all(member.form is None and member.type is str for member in members(shape)):
        return None
    return tuple(
        (member.attribute, f"<{member.name}>", f"</{member.name}>", f"<{member.name}/>") for member in members(shape)
    )


def any_structure(result: Shape, begin: str) -> str:
    """As ``structure``, for a shape with members of any type."""
    return "".join(
        [
            _member(member, value, begin)
            for member in members(type(result))
            if (value := getattr(result, member.attribute)) is not None
        ]
    )


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _blob(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _timestamp(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_SCALARS: dict[type, Callable[[Any], str]] = {str: text, int: str, bool: _boolean, bytes: _blob, datetime: _timestamp}


def _member(member: Member, value: Any, begin: str) -> str:
    kind, form = member.type, member.form
    if form is None:
        return _value(member.name, kind, value, begin)
    begin_item = begin if form.wrapper is None else within(begin)
    if isinstance(form, ListForm):
        items = "".join([_value(form.item, kind, each, begin_item) for each in value])
    else:
        items = "".join([_entry(form, kind, key, each, begin_item) for key, each in value.items()])
    return items if form.wrapper is None else parent(form.wrapper, items, begin)


def _entry(form: MapForm, kind: type, key: str, value: Any, begin: str) -> str:
    inside = within(begin)
    return parent(form.item, inside + element(form.key, text(key)) + _value(form.value, kind, value, inside), begin)


def _value(name: str, kind: type, value: Any, begin: str) -> str:
    write = _SCALARS.get(kind)
    if write is None:
        return parent(name, structure(value, within(begin)), begin)
    return begin + element(name, write(value))
