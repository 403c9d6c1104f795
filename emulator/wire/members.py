"""The members of a shape as the codecs see them: names, types, and how collections are spelled."""

from functools import cache
from types import NoneType, UnionType
from typing import Annotated, get_args, get_origin

from msgspec import Struct
from msgspec.structs import FieldInfo, fields

from api_shapes.operation import EntryMap, FlatList, FlatMap, Shape, Trait


class ListForm(Struct, frozen=True):
    """A list on the query protocol: ``wrapper.item.N``, or ``item.N`` where it has no wrapper."""

    wrapper: str | None
    item: str


class MapForm(Struct, frozen=True):
    """A map on the query protocol: a list whose items each hold a key and a value."""

    wrapper: str | None
    item: str
    key: str
    value: str


class Member(Struct, frozen=True):
    """One member of a shape. ``type`` is a collection's element type, always a scalar or a Shape."""

    attribute: str
    name: str
    type: type
    form: ListForm | MapForm | None
    required: bool


@cache
def members(shape: type[Shape]) -> tuple[Member, ...]:
    return tuple(_member(field) for field in fields(shape))


def _member(field: FieldInfo) -> Member:
    hint, trait = field.type, None
    if get_origin(hint) is Annotated:
        hint, trait = get_args(hint)
    if isinstance(hint, UnionType):
        (hint,) = (option for option in get_args(hint) if option is not NoneType)
    form = _form(get_origin(hint), field.encode_name, trait)
    element = hint if form is None else get_args(hint)[-1]
    return Member(field.name, field.encode_name, element, form, field.required)


def _form(container: type | None, name: str, trait: Trait | None) -> ListForm | MapForm | None:
    match trait:
        case FlatList(item):
            return ListForm(None, item)
        case FlatMap(item, key, value):
            return MapForm(None, item, key, value)
        case EntryMap(key, value):
            return MapForm(name, "entry", key, value)
    if container is list:
        return ListForm(name, "member")
    if container is dict:
        return MapForm(name, "entry", "key", "value")
    return None
