"""The meaning of a form's names and values: the members of a shape by the names of parameters, and their types.

Lists and maps are spelled as the traits in ``api_shapes`` say.
"""

import base64
import re
from collections.abc import Callable, Mapping
from functools import cache

from msgspec import Struct

from api_shapes.operation import Shape
from emulator.aws.errors import MalformedInput
from emulator.wire.members import MapForm, Member, members

INDEX = re.compile("[0-9]{1,18}")  # of an element of a list or map

_INTEGER = re.compile("[+-]?[0-9]{1,19}")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class Plan(Struct, frozen=True):
    """The members of a shape by the names with which their parameters begin."""

    scalars: Mapping[str, Member]
    collections: Mapping[str, Member]
    required: tuple[Member, ...]


@cache
def plan_of(shape: type[Shape]) -> Plan:
    every = members(shape)
    collections: dict[str, Member] = {}
    for member in every:
        for name in _collection_names(member):
            collections.setdefault(name, member)  # AttributeName of ReceiveMessage is the older of its two lists
    return Plan(
        {member.name: member for member in every if member.form is None},
        collections,
        tuple(member for member in every if member.required),
    )


def _collection_names(member: Member) -> set[str]:
    """The first parts of the names of a list's or map's parameters; none for another member.

    That is the wrapper or, without one, the item's name and the plural that old SDKs write: Tag.1.Key, Tags.1.Key.
    """
    if member.form is None:
        return set()
    if member.form.wrapper is not None:
        return {member.form.wrapper}
    names = {member.form.item, member.name, member.name[:1].upper() + member.name[1:]}
    if member.name.endswith("Names"):  # MessageSystemAttributeName.1, whose item is called AttributeName
        names.add(member.name.removesuffix("s"))
    return names


def _integer(value: str) -> int:
    if not _INTEGER.fullmatch(value):
        raise MalformedInput("STRING_VALUE can not be converted to an Integer")
    return int(value)


def _boolean(value: str) -> bool:
    try:
        return _BOOLEANS[value.lower()]
    except KeyError:
        raise MalformedInput("boolean must follow xsd1.1 definition") from None


def _blob(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        raise MalformedInput("The value is not valid base64") from None


READERS: dict[type, Callable[[str], object]] = {str: str, int: _integer, bool: _boolean, bytes: _blob}


def key_given_twice(form: MapForm, key: str) -> MalformedInput:
    """The error for a map that has a key in two entries."""
    return MalformedInput(f"{form.item} has {key} twice")
