"""Reads any form as a request, or says as AWS does why it is none."""

from collections.abc import Mapping, Sequence, Sized
from operator import itemgetter
from typing import TypeAlias

from api_shapes.operation import AnyService, Req, Shape
from emulator.aws.errors import MalformedInput
from emulator.wire.diagnosis import LIST_NOT_EXPECTED, Absences, Path, Step, missing, query_names
from emulator.wire.form_plan import INDEX, READERS, key_given_twice, plan_of
from emulator.wire.members import ListForm, MapForm, Member

MAX_DEPTH = 8  # dots in a name; the deepest name of both services has seven

# Parameters by the parts of their names: {"Tag": {"1": {"Key": "a", "Value": "b"}}}. A name that also has a value of
# its own, such as AttributeName beside AttributeName.2, has it under the key ITSELF.
Node: TypeAlias = dict[str, "Node | str"]
ITSELF = ""

_TOP_LEVEL_LIST = "Top level element may not be treated as a list"


def read_request(service: AnyService, shape: type[Req], params: Mapping[str, str]) -> Req:
    """The request in ``params``; the errors are those of ``query.decode_request``."""
    absences = Absences(service)
    request = _structure(absences, shape, tree_of(params), ())
    absences.check()
    return request


def tree_of(params: Mapping[str, str]) -> Node:
    """The parameters by the parts of their names. Raises MalformedInput for a name with an empty part."""
    root: Node = {}
    for name, value in params.items():
        node = root
        leaf = name
        if "." in name:
            *branches, leaf = name.split(".", MAX_DEPTH)
            if leaf == ITSELF or ITSELF in branches:
                raise MalformedInput(LIST_NOT_EXPECTED)
            for branch in branches:
                child = node.get(branch)
                if not isinstance(child, dict):
                    child = node[branch] = {} if child is None else {ITSELF: child}
                node = child
        known = node.get(leaf)
        if isinstance(known, dict):
            known[ITSELF] = value
        else:
            node[leaf] = value
    return root


def _structure(absences: Absences, shape: type[Req], node: Node, path: Path) -> Req:
    plan = plan_of(shape)
    values: dict[str, object] = {}
    for name, child in node.items():
        scalar = plan.scalars.get(name)
        if scalar is not None:
            values[scalar.attribute] = _read(scalar.type, child)
        elif name in plan.collections:
            member = plan.collections[name]
            value = _collection(absences, member, name, child, path)
            if value and values.get(member.attribute):
                raise MalformedInput(f"{name} is given twice")
            values[member.attribute] = value or values.get(member.attribute, value)
        elif path or isinstance(child, dict):
            _refuse_unknown(name, child, path)
    for member in plan.required:
        if member.attribute not in values:
            if member.form is None or member.form.wrapper is not None:
                absences.note(path, member.name, shape)
            # A form cannot tell an empty list without a wrapper from an absent one: the action judges.
            values[member.attribute] = [] if isinstance(member.form, ListForm) else {}
    return shape(**values)


def _refuse_unknown(name: str, child: Node | str, path: Path) -> None:
    """Raise MalformedInput for a name that no member has; only an empty value of the structure itself is accepted."""
    if isinstance(child, dict):
        raise MalformedInput(_TOP_LEVEL_LIST if INDEX.fullmatch(name) and not path else LIST_NOT_EXPECTED)
    if (name, child) != (ITSELF, ""):
        raise _unexpected([*query_names(path), name])


def _unexpected(names: Sequence[str]) -> MalformedInput:
    return MalformedInput(f"Unexpected value of {'.'.join(names).rstrip('.')}")


def _read(kind: type, child: Node | str) -> object:
    if isinstance(child, dict):
        raise MalformedInput(LIST_NOT_EXPECTED)
    return READERS[kind](child)


def _collection(absences: Absences, member: Member, name: str, node: Node | str, path: Path) -> Sized:
    """The list or map whose parameters begin with ``name``."""
    form = member.form
    assert form is not None
    if form.wrapper is not None and isinstance(node, dict):
        node = _unwrapped(form, node)
    # SDKs send the bare name for an empty list; AWS takes MessageAttribute= for an attribute without name.
    empty = node == "" and (isinstance(form, ListForm) or name != form.item)
    elements = [] if empty else _elements(node)
    if isinstance(form, ListForm):
        return [_element(absences, member.type, child, (*path, Step(member, index))) for index, child in elements]
    entries: dict[str, object] = {}
    for index, child in elements:
        key, value = _entry(absences, member, form, index, child, path)
        if key in entries:
            raise key_given_twice(form, key)
        entries[key] = value
    return entries


def _unwrapped(form: ListForm | MapForm, wrapper: Node) -> Node | str:
    """The elements in a wrapper, beside which the bare name of the wrapper, with an empty value, is accepted."""
    if form.item not in wrapper or len(wrapper) > 1 + (wrapper.get(ITSELF) == ""):
        raise MalformedInput(LIST_NOT_EXPECTED)
    return wrapper[form.item]


def _elements(items: Node | str) -> list[tuple[int, Node | str]]:
    """The elements by index, which may start anywhere and leave gaps. An element without an index is the first one.

    AWS's older examples leave it out: AttributeName=All, or Attribute.Name=VisibilityTimeout&Attribute.Value=40.
    """
    if isinstance(items, str):
        return [(1, items)]
    elements: list[tuple[int, Node | str]] = []
    first: Node = {}
    for index, child in items.items():
        if INDEX.fullmatch(index):
            elements.append((int(index), child))
        elif index or child:
            first[index] = child
    if first:
        if any(index == 1 for index, _ in elements):
            raise MalformedInput(LIST_NOT_EXPECTED)
        elements.append((1, first.get(ITSELF, first) if len(first) == 1 else first))
    return sorted(elements, key=itemgetter(0))


def _element(absences: Absences, kind: type, child: Node | str, path: Path) -> object:
    if not issubclass(kind, Shape):
        return _read(kind, child)
    return _structure(absences, kind, _branches(child), path)


def _may_be_absent(kind: type) -> bool:
    """Whether nothing is required of such a value, so that one that is left out is one without members."""
    return issubclass(kind, Shape) and not plan_of(kind).required


def _branches(child: Node | str) -> Node:
    """The members of a structure or map entry; none if its value is empty."""
    if isinstance(child, dict):
        return child
    if child:
        raise MalformedInput("Unexpected value where a structure or map is expected")
    return {}


def _entry(
    absences: Absences, member: Member, form: MapForm, index: int, child: Node | str, path: Path
) -> tuple[str, object]:
    entry = _branches(child)
    key = entry.get(form.key)
    if not isinstance(key, str):
        raise missing(absences.service, (*path, Step(member, index)))
    inner = (*path, Step(member, index, key))
    unknown = entry.keys() - {form.key, form.value}
    value = entry.get(form.value, {} if _may_be_absent(member.type) and not unknown else None)
    if value is None:
        raise missing(absences.service, inner)
    if unknown:
        *names, last = query_names((*path, Step(member, index)))
        raise _unexpected([*names, last.removesuffix(form.key) + min(unknown)])
    return key, _element(absences, member.type, value, inner)
