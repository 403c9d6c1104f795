"""The query protocol: form parameters in, XML out. All of SNS speaks it, and older clients of SQS do.

See https://smithy.io/2.0/aws/protocols/aws-query-protocol.html; lists and maps are spelled as the traits
in ``api_shapes`` say.
"""

import base64
import re
from binascii import a2b_qp
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, TypeAlias

from msgspec import Struct

from api_shapes import sns, sqs
from api_shapes.operation import Operation, Req, Service, Shape
from emulator.aws.errors import MalformedInput, MalformedQueryString, ServiceError
from emulator.wire.diagnosis import LIST_NOT_EXPECTED, Path, Step, missing
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

XML_NAMESPACES: dict[Service, str] = {"sqs": sqs.XML_NAMESPACE, "sns": sns.XML_NAMESPACE}
PROLOGS: dict[Service, str] = {"sqs": '<?xml version="1.0"?>', "sns": ""}

# Parameters by the parts of their names: {"Tag": {"1": {"Key": "a", "Value": "b"}}}
Node: TypeAlias = dict[str, "Node | str"]


def parse_form(data: bytes) -> dict[str, str]:
    """The parameters of a form body or a query string; of one given twice the last counts.

    Raises MalformedQueryString for a broken percent-escape, text that is not UTF-8, or more than
    MAX_FIELDS parameters.
    """
    fields = data.split(b"&")
    if len(fields) > MAX_FIELDS:
        raise MalformedQueryString
    try:
        return {
            _name(name) if len(name) < _CACHED_BYTES else _plain(name): _plain(value)
            for name, _, value in [field.partition(b"=") for field in fields if field]
        }
    except UnicodeDecodeError:
        raise MalformedQueryString from None


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

    Raises MalformedInput for a value that cannot be read as its member's type; MissingParameter (SQS) or
    ValidationError (SNS) where a required member is absent.
    """
    tree = _tree(params)
    roots = _roots(operation.request)
    for name, node in tree.items():
        if isinstance(node, dict) and name not in roots:
            raise MalformedInput(LIST_NOT_EXPECTED)
    return _structure(operation.service, operation.request, tree, ())


@cache
def _roots(shape: type[Shape]) -> frozenset[str]:
    """What the names of the shape's parameters begin with."""
    forms = ((member.name, member.form) for member in members(shape))
    return frozenset(name if form is None else form.wrapper or form.item for name, form in forms)


def _tree(params: Mapping[str, str]) -> Node:
    root: Node = {}
    for name, value in params.items():
        if "." not in name:
            root.setdefault(name, value)
            continue
        node = root
        *branches, leaf = name.split(".", MAX_DEPTH)
        for branch in branches:
            child = node.get(branch)
            if not isinstance(child, dict):
                child = node[branch] = {}
            node = child
        # "Tags=" beside "Tags.member.1.Key=a": the elements count, in either order
        if not isinstance(node.get(leaf), dict):
            node[leaf] = value
    return root


def _structure(service: Service, shape: type[Req], node: Node, path: Path) -> Req:
    plan = _plan(shape)
    values: dict[str, object] = {}
    for name, child in node.items():
        scalar = plan.scalars.get(name)
        if scalar is not None:
            values[scalar.attribute] = _read(scalar.type, child)
    for member in plan.collections:
        value = _collection(service, member, node, path)
        if value is not None:
            values[member.attribute] = value
    for member in plan.required:
        if member.attribute not in values:
            raise missing(service, path, member.name, shape)
    return shape(**values)


class _Plan(Struct, frozen=True):
    """The members of a shape by how they are read: a request names few of them."""

    scalars: Mapping[str, Member]  # by name
    collections: tuple[Member, ...]
    required: tuple[Member, ...]


@cache
def _plan(shape: type[Shape]) -> _Plan:
    every = members(shape)
    return _Plan(
        {member.name: member for member in every if member.form is None},
        tuple(member for member in every if member.form is not None),
        tuple(member for member in every if member.required),
    )


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


def _collection(service: Service, member: Member, node: Node, path: Path) -> object:
    """The list or map of a member, None where it is absent.

    A form cannot tell an empty list without a wrapper from an absent one: where such a member is required
    it is empty, for the action to judge.
    """
    form = member.form
    assert form is not None
    items = node.get(form.item) if form.wrapper is None else _unwrapped(form, node.get(form.wrapper))
    if items is None and not (member.required and form.wrapper is None):
        return None
    elements = _elements(items or {})
    if isinstance(form, ListForm):
        return [_element(service, member.type, child, (*path, Step(member, index))) for index, child in elements]
    return dict(_entry(service, member, form, index, child, path) for index, child in elements)


def _unwrapped(form: ListForm | MapForm, wrapper: Node | str | None) -> Node | str | None:
    if not isinstance(wrapper, dict):
        return wrapper
    if form.item not in wrapper:
        raise MalformedInput(LIST_NOT_EXPECTED)
    return wrapper[form.item]


def _elements(items: Node | str) -> list[tuple[int, Node | str]]:
    """The elements by their index, which may start anywhere and leave gaps."""
    if isinstance(items, str):
        return [(1, items)]  # AttributeName=All, as the examples of the SQS API reference have it
    numbered = ((int(index), child) for index, child in items.items() if _INDEX.fullmatch(index))
    return sorted(numbered, key=itemgetter(0))


def _element(service: Service, kind: type, child: Node | str, path: Path) -> object:
    if not issubclass(kind, Shape):
        return _read(kind, child)
    return _structure(service, kind, child if isinstance(child, dict) else {}, path)


def _entry(
    service: Service, member: Member, form: MapForm, index: int, child: Node | str, path: Path
) -> tuple[str, object]:
    entry = child if isinstance(child, dict) else {}
    key = entry.get(form.key)
    if not isinstance(key, str):
        raise missing(service, (*path, Step(member, index)))
    inner = (*path, Step(member, index, key))
    value = entry.get(form.value)
    if value is None:
        raise missing(service, inner)
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


def encode_error(service: Service, error: ServiceError, request_id: str) -> bytes:
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
