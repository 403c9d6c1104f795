"""Recipes: how to read forms with known names as requests, without interpreting the names again.

A client sends forms with the same names again and again; only the values differ. The names are interpreted for the
first of them. The others take a tenth of the time.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from api_shapes.operation import Req, Shape
from emulator.aws.errors import MalformedInput
from emulator.wire.form_plan import INDEX, READERS, key_given_twice, plan_of
from emulator.wire.form_request import Node, tree_of
from emulator.wire.members import MapForm, Member

Read: TypeAlias = Callable[[Mapping[str, str]], object]  # from the parameters of a form
Entry: TypeAlias = tuple[str, Read]  # the name whose value is the key of a map's entry, and the value

RECIPES_MAX = 512
_KEPT_LENGTH = 8192  # of all names of a form together

RECIPES: dict[tuple[type[Shape], tuple[str, ...]], Callable[[Mapping[str, str]], Any] | None] = {}


class _IrregularError(Exception):
    """The names alone do not determine how to read the form, or they are wrong."""


def recipe_of(shape: type[Req], names: tuple[str, ...]) -> Callable[[Mapping[str, str]], Req] | None:
    """The function that makes a ``shape`` of the parameters of any form with these names, in this order.

    It raises the same errors as ``read_request``. None if only that can read such a form: if a member is missing, if a
    name is unknown or in a form that only old clients use, or if the names are very long.
    """
    try:
        return RECIPES[shape, names]
    except KeyError:
        if sum(map(len, names)) > _KEPT_LENGTH:
            return None
    if len(RECIPES) >= RECIPES_MAX:
        RECIPES.clear()
    try:
        recipe = _structure(shape, tree_of({name: name for name in names}), nested=False)
    except (_IrregularError, MalformedInput):
        recipe = None
    RECIPES[shape, names] = recipe
    return recipe


def _structure(shape: type[Req], node: Node, *, nested: bool) -> Callable[[Mapping[str, str]], Req]:
    """The function that reads a structure. ``node`` is ``tree_of`` the names; its leaves are the full names."""
    plan = plan_of(shape)
    texts: dict[str, str] = {}  # names of parameters by attributes of the shape
    others: dict[str, Read] = {}
    for name, child in node.items():
        scalar = plan.scalars.get(name)
        if scalar is not None and scalar.type is str and isinstance(child, str):
            texts[scalar.attribute] = child
        elif scalar is not None:
            others[scalar.attribute] = _single(scalar.type, child)
        elif name in plan.collections:
            member = plan.collections[name]
            if member.attribute in others:
                raise _IrregularError
            others[member.attribute] = _collection(member, child)
        elif nested or isinstance(child, dict):
            raise _IrregularError
    if any(member.attribute not in texts and member.attribute not in others for member in plan.required):
        raise _IrregularError
    return _assembly(shape, texts, list(others.items()))


def _assembly(
    shape: type[Req], texts: Mapping[str, str], others: Sequence[tuple[str, Read]]
) -> Callable[[Mapping[str, str]], Req]:
    names = tuple(texts.items())

    def read(params: Mapping[str, str]) -> Req:
        values: dict[str, object] = {}  # filled in a loop, which takes a third of the time of ``dict(zip(...))``
        for attribute, name in names:
            values[attribute] = params[name]
        for attribute, part in others:
            values[attribute] = part(params)
        return shape(**values)

    return read


def _single(kind: type, child: Node | str) -> Read:
    if isinstance(child, dict):
        raise _IrregularError
    reader = READERS[kind]
    return lambda params: reader(params[child])


def _element(kind: type, child: Node | str) -> Read:
    if not issubclass(kind, Shape):
        return _single(kind, child)
    if isinstance(child, str):
        raise _IrregularError
    return _structure(kind, child, nested=True)


def _collection(member: Member, node: Node | str) -> Read:
    form = member.form
    if form is not None and form.wrapper is not None and isinstance(node, dict) and len(node) == 1:
        node = node.get(form.item, "")
    if isinstance(node, str) or not all(map(INDEX.fullmatch, node)):
        raise _IrregularError
    children = [child for _, child in sorted(node.items(), key=lambda item: int(item[0]))]
    if isinstance(form, MapForm):
        return _map(form, [_entry(member, form, child) for child in children])
    elements = [_element(member.type, child) for child in children]
    return lambda params: [element(params) for element in elements]


def _entry(member: Member, form: MapForm, child: Node | str) -> Entry:
    if isinstance(child, str) or child.keys() != {form.key, form.value}:
        raise _IrregularError
    key = child[form.key]
    if isinstance(key, dict):
        raise _IrregularError
    return key, _element(member.type, child[form.value])


def _map(form: MapForm, entries: Sequence[Entry]) -> Read:
    def read(params: Mapping[str, str]) -> dict[str, object]:
        made: dict[str, object] = {}
        for name, element in entries:
            key, value = params[name], element(params)
            if key in made:
                raise key_given_twice(form, key)
            made[key] = value
        return made

    return read
