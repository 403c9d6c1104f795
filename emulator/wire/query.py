"""The query protocol: form parameters in, XML out. All of SNS speaks it, and older clients of SQS do.

See https://smithy.io/2.0/aws/protocols/aws-query-protocol.html; lists and maps are spelled as the traits
in ``api_shapes`` say.
"""

import base64
import re
from binascii import a2b_qp
from collections.abc import Callable, Mapping, Sequence, Sized
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, TypeAlias

from msgspec import Struct

from api_shapes import sns, sqs, sts
from api_shapes.operation import AnyService, Operation, Req, Shape
from emulator.aws.errors import MalformedInput, MalformedQueryString, ServiceError
from emulator.wire.diagnosis import LIST_NOT_EXPECTED, Path, Step, missing, query_names
from emulator.wire.members import ListForm, MapForm, Member, members
from emulator.wire.xml_elements import element, structure, text

MAX_FIELDS = 10_000
_CACHED_BYTES = 128  # of a name; no member of either service has a longer one
MAX_DEPTH = 8  # dots in a name; the deepest name of both services has seven

_PLUS, _PERCENT = b"+%"  # to look for a byte takes a quarter of the time that bytes take
_MALFORMED_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_INDEX = re.compile("[0-9]{1,18}")
_INTEGER = re.compile("[+-]?[0-9]{1,19}")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}

XML_NAMESPACES: dict[str, str] = {"sqs": sqs.XML_NAMESPACE, "sns": sns.XML_NAMESPACE, "sts": sts.XML_NAMESPACE}
PROLOGS: dict[str, str] = {"sqs": '<?xml version="1.0"?>', "sns": "", "sts": ""}

# Parameters by the parts of their names: {"Tag": {"1": {"Key": "a", "Value": "b"}}}. What a name with further parts
# has as a value of its own, as AttributeName beside AttributeName.2, stands below it under _ITSELF.
Node: TypeAlias = dict[str, "Node | str"]
_ITSELF = ""

_TOP_LEVEL_LIST = "Top level element may not be treated as a list"


def parse_form(data: bytes) -> dict[str, str]:
    """The parameters of a form body or a query string.

    Raises MalformedQueryString for a broken percent-escape, text that is not UTF-8, or more than
    MAX_FIELDS parameters; MalformedInput for a parameter with two values.
    """
    fields = data.split(b"&")
    if len(fields) > MAX_FIELDS:
        raise MalformedQueryString
    try:
        params = {
            _name(name) if len(name) < _CACHED_BYTES else _plain(name): _plain(value)
            for name, _, value in [field.partition(b"=") for field in fields if field]
        }
    except UnicodeDecodeError:
        raise MalformedQueryString from None
    if len(params) < len(fields):  # there are empty fields, or a name stands there twice
        for name, _, value in [field.partition(b"=") for field in fields if field]:
            refuse_another_value(params, _plain(name), _plain(value))
    return params


def refuse_another_value(params: Mapping[str, str], name: str, value: str) -> None:
    """MalformedInput where ``params`` have the parameter with another value."""
    if params.get(name, value) != value:
        raise MalformedInput(f"The parameter {name} is given twice with different values")


@lru_cache(maxsize=4096)
def _name(text: bytes) -> str:
    """Clients send the same names again and again."""
    return _plain(text)


def _plain(text: bytes) -> str:
    """``text`` without its percent-escapes; MalformedQueryString if one of them is none.

    The quoted-printable decoder of the standard library does in C what ``urllib.parse.unquote_plus`` does in Python,
    once escapes begin with "=": a JSON document as a value takes 6 microseconds in place of 100.
    """
    if _PLUS in text:
        text = text.replace(b"+", b" ")
    if _PERCENT in text:
        if _MALFORMED_ESCAPE.search(text):
            raise MalformedQueryString
        text = a2b_qp(text.replace(b"=", b"%3D").replace(b"%", b"="))
    return text.decode()


def decode_request(operation: Operation[Req, Any], params: Mapping[str, str]) -> Req:
    """The request in ``params``.

    Parameters that are no lists and that the operation does not know are ignored: every request carries some, for its
    signature. Whatever else cannot be understood is refused. Raises MalformedInput for that, and for a value that
    cannot be read as its member's type; MissingParameter (SQS) or ValidationError (SNS) where a required member is
    absent.
    """
    return _structure(operation.service, operation.request, _tree(params), ())


def _tree(params: Mapping[str, str]) -> Node:
    root: Node = {}
    for name, value in params.items():
        node = root
        leaf = name
        if "." in name:
            *branches, leaf = name.split(".", MAX_DEPTH)
            if leaf == _ITSELF or _ITSELF in branches:
                raise MalformedInput(LIST_NOT_EXPECTED)
            for branch in branches:
                child = node.get(branch)
                if not isinstance(child, dict):
                    child = node[branch] = {} if child is None else {_ITSELF: child}
                node = child
        known = node.get(leaf)
        if isinstance(known, dict):
            known[_ITSELF] = value
        else:
            node[leaf] = value
    return root


def _structure(service: AnyService, shape: type[Req], node: Node, path: Path) -> Req:
    plan = _plan(shape)
    values: dict[str, object] = {}
    for name, child in node.items():
        scalar = plan.scalars.get(name)
        if scalar is not None:
            values[scalar.attribute] = _read(scalar.type, child)
        elif name in plan.collections:
            for member in plan.collections[name]:
                value = _collection(service, member, name, child, path)
                if value and values.get(member.attribute):
                    raise MalformedInput(f"{name} is given twice")
                values[member.attribute] = value or values.get(member.attribute, value)
        elif path or isinstance(child, dict):
            _refuse_unknown(name, child, path)
    for member in plan.required:
        if member.attribute not in values:
            if member.form is None or member.form.wrapper is not None:
                raise missing(service, path, member.name, shape)
            # A form cannot tell an empty list without a wrapper from an absent one: the action judges.
            values[member.attribute] = [] if isinstance(member.form, ListForm) else {}
    return shape(**values)


def _refuse_unknown(name: str, child: Node | str, path: Path) -> None:
    """MalformedInput for what no member goes by, and is no single value outside all lists and structures."""
    if isinstance(child, dict):
        raise MalformedInput(_TOP_LEVEL_LIST if _INDEX.fullmatch(name) and not path else LIST_NOT_EXPECTED)
    if (name, child) != (_ITSELF, ""):
        raise _unexpected([*query_names(path), name])


def _unexpected(names: Sequence[str]) -> MalformedInput:
    return MalformedInput(f"Unexpected value of {'.'.join(names).rstrip('.')}")


class _Plan(Struct, frozen=True):
    """The members of a shape by the names with which their parameters begin."""

    scalars: Mapping[str, Member]
    collections: Mapping[str, Sequence[Member]]  # two lists of ReceiveMessage share a name
    required: tuple[Member, ...]


@cache
def _plan(shape: type[Shape]) -> _Plan:
    every = members(shape)
    collections: dict[str, list[Member]] = {}
    for member in every:
        for name in _collection_names(member):
            collections.setdefault(name, []).append(member)
    return _Plan(
        {member.name: member for member in every if member.form is None},
        collections,
        tuple(member for member in every if member.required),
    )


def _collection_names(member: Member) -> set[str]:
    """The wrapper, or the item's name and the plural that old SDKs wrote: Tag.1.Key, Tags.1.Key."""
    if member.form is None:
        return set()
    if member.form.wrapper is not None:
        return {member.form.wrapper}
    return {member.form.item, member.name, member.name[:1].upper() + member.name[1:]}


def _read(kind: type, child: Node | str) -> object:
    if isinstance(child, dict):
        raise MalformedInput(LIST_NOT_EXPECTED)
    return _READERS[kind](child)


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


_READERS: dict[type, Callable[[str], object]] = {str: str, int: _integer, bool: _boolean, bytes: _blob}


def _collection(service: AnyService, member: Member, name: str, node: Node | str, path: Path) -> Sized:
    """The list or map whose parameters begin with ``name``."""
    form = member.form
    assert form is not None
    if form.wrapper is not None and isinstance(node, dict):
        node = _unwrapped(form, node)
    # SDKs send the bare name for an empty list; AWS takes MessageAttribute= for an attribute without name.
    empty = node == "" and (isinstance(form, ListForm) or name != form.item)
    elements = [] if empty else _elements(node)
    if isinstance(form, ListForm):
        return [_element(service, member.type, child, (*path, Step(member, index))) for index, child in elements]
    entries: dict[str, object] = {}
    for index, child in elements:
        key, value = _entry(service, member, form, index, child, path)
        if key in entries:
            raise MalformedInput(f"{form.item} has {key} twice")
        entries[key] = value
    return entries


def _unwrapped(form: ListForm | MapForm, wrapper: Node) -> Node | str:
    """The elements in a wrapper: beside them there may be its bare name, which says that it is empty."""
    if form.item not in wrapper or len(wrapper) > 1 + (wrapper.get(_ITSELF) == ""):
        raise MalformedInput(LIST_NOT_EXPECTED)
    return wrapper[form.item]


def _elements(items: Node | str) -> list[tuple[int, Node | str]]:
    """The elements by their index, which may start anywhere and leave gaps. What has none is the first element.

    So AWS's older examples have it: AttributeName=All, or Attribute.Name=VisibilityTimeout&Attribute.Value=40.
    """
    if isinstance(items, str):
        return [(1, items)]
    elements: list[tuple[int, Node | str]] = []
    first: Node = {}
    for index, child in items.items():
        if _INDEX.fullmatch(index):
            elements.append((int(index), child))
        elif index or child:
            first[index] = child
    if first:
        if any(index == 1 for index, _ in elements):
            raise MalformedInput(LIST_NOT_EXPECTED)
        elements.append((1, first.get(_ITSELF, first) if len(first) == 1 else first))
    return sorted(elements, key=itemgetter(0))


def _element(service: AnyService, kind: type, child: Node | str, path: Path) -> object:
    if not issubclass(kind, Shape):
        return _read(kind, child)
    return _structure(service, kind, _branches(child), path)


def _branches(child: Node | str) -> Node:
    """What is below an element; an element that is empty has nothing there."""
    if isinstance(child, dict):
        return child
    if child:
        raise MalformedInput("Unexpected value where a structure or map is expected")
    return {}


def _entry(
    service: AnyService, member: Member, form: MapForm, index: int, child: Node | str, path: Path
) -> tuple[str, object]:
    entry = _branches(child)
    key = entry.get(form.key)
    if not isinstance(key, str):
        raise missing(service, (*path, Step(member, index)))
    inner = (*path, Step(member, index, key))
    value = entry.get(form.value)
    if value is None:
        raise missing(service, inner)
    unknown = entry.keys() - {form.key, form.value}
    if unknown:
        *names, last = query_names((*path, Step(member, index)))
        raise _unexpected([*names, last.removesuffix(form.key) + min(unknown)])
    return key, _element(service, member.type, value, inner)


def encode_result(operation: Operation[Any, Any], result: Shape | None, request_id: str) -> bytes:
    """The answer to an action as XML."""
    name, service = operation.name, operation.service
    result_element = (
        "" if operation.result is None else element(f"{name}Result", "" if result is None else structure(result))
    )
    return (
        f'{PROLOGS[service]}<{name}Response xmlns="{XML_NAMESPACES[service]}">{result_element}'
        f"<ResponseMetadata><RequestId>{text(request_id)}</RequestId></ResponseMetadata></{name}Response>"
    ).encode()


def encode_error(service: str, error: ServiceError, request_id: str) -> bytes:
    """An error as XML; that of SQS has an empty ``Detail``."""
    content = (
        element("Type", error.fault)
        + element("Code", text(error.code))
        + element("Message", text(error.query_message))
        + ("<Detail/>" if service == "sqs" else "")
    )
    return (
        f'{PROLOGS[service]}<ErrorResponse xmlns="{XML_NAMESPACES[service]}"><Error>{content}</Error>'
        f"<RequestId>{text(request_id)}</RequestId></ErrorResponse>"
    ).encode()
