"""The answer of an endpoint, read strictly: a member that AWS's model does not have is a difference."""

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.parsers.expat import ExpatError

import xmltodict
from botocore.model import ListShape, MapShape, Shape, StructureShape

from emulator.conformance.mismatch import Mismatch, has, same
from emulator.conformance.models import model
from emulator.conformance.protocols import Protocol, Service

Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def document(self) -> Any:
        """The JSON in the body."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise Mismatch(f"the body is not JSON: {self.text[:300]!r}") from None

    @property
    def xml(self) -> Any:
        """The XML in the body, as dictionaries: attributes begin with @, and text besides them is #text. The white
        space between elements is left out.
        """
        try:
            return _without_white_space(xmltodict.parse(self.body, strip_whitespace=False))
        except ExpatError:
            raise Mismatch(f"the body is not XML: {self.text[:300]!r}") from None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to an operation."""

    service: Service
    protocol: Protocol
    action: str
    http: HttpAnswer

    @property
    def result(self) -> Result:
        """The members of a success. Raises Mismatch if the answer is an error."""
        if self.http.status != 200:
            raise Mismatch(f"{self.action} was refused with {self.http.status}: {self.http.text[:600]}")
        shape = model(self.service, self.protocol).operation_model(self.action).output_shape
        if self.protocol == "json":
            result: Result = {} if shape is None else _from_json(shape, self.http.document, self.action)
            return result
        wrapped = _without_layout(_element(self.http.xml, f"{self.action}Response"))
        if shape is None:
            return {}
        return _structure_from_xml(shape, _without_layout(_element(wrapped, f"{self.action}Result")), self.action)

    def gives(self, **members: Any) -> Result:
        """The answer must be a success with these members, among others; see ``mismatch.has``."""
        result = self.result
        has(result, members, self.action)
        return result

    def succeeds(self) -> Result:
        """The answer must be a success."""
        return self.result

    def refused(self, code: str, message: object = str, *, status: int = 400, shape: str | None = None) -> None:
        """The answer must be this error. ``shape`` is the name after the # in ``__type``, which the JSON protocol
        adds.

        ``message`` may be a dictionary with the text for each protocol.
        """
        error = self.error
        words = message[self.protocol] if isinstance(message, dict) else message
        same(error["Code"], code, f"{self.action}: the error code")
        same(error["Message"], words, f"{self.action}: the error message")
        same(self.http.status, status, f"{self.action}: the status")
        if shape is not None and self.protocol == "json":
            same(error["Shape"], shape, f"{self.action}: __type")

    @property
    def error(self) -> dict[str, str]:
        """Code, Message, Type (Sender or Receiver) and, by JSON, the Shape. Raises Mismatch if the answer is a
        success.
        """
        if self.http.status == 200:
            raise Mismatch(f"{self.action} was not refused: {self.http.text[:600]}")
        if self.protocol == "json":
            document = self.http.document
            if not isinstance(document, dict):
                raise Mismatch(f"the error is not a JSON object: {document!r:.300}")
            code, _, fault = self.http.headers.get("x-amzn-query-error", "").partition(";")
            shape = str(document.get("__type", "")).rpartition("#")[2]
            return {"Code": code, "Message": document.get("message", ""), "Type": fault, "Shape": shape}
        error = _without_layout(_element(_element(self.http.xml, "ErrorResponse"), "Error"))
        return {name: error.get(name) or "" for name in ("Code", "Message", "Type")}


def _element(node: Any, name: str) -> Any:
    if not isinstance(node, dict) or name not in node:
        raise Mismatch(f"there is no element {name} in the answer: {node!r:.300}")
    return node[name]


def _without_layout(node: Any) -> dict[str, Any]:
    """The elements in a node, without its attributes and the white space between them."""
    if node is None or isinstance(node, str):
        return {}
    return {name: value for name, value in node.items() if not name.startswith(("@", "#"))}


# -- JSON ------------------------------------------------------------------------------------


def _from_json(shape: Shape, value: Any, where: str) -> Any:
    if isinstance(shape, StructureShape):
        unknown = value.keys() - shape.members.keys()
        if unknown:
            raise Mismatch(f"{where} has members that AWS's model does not have: {sorted(unknown)}")
        return {name: _from_json(shape.members[name], each, f"{where}.{name}") for name, each in value.items()}
    if isinstance(shape, ListShape):
        return [_from_json(shape.member, each, f"{where}[{index}]") for index, each in enumerate(value)]
    if isinstance(shape, MapShape):
        return {name: _from_json(shape.value, each, f"{where}[{name}]") for name, each in value.items()}
    types = _JSON_TYPES.get(shape.type_name, (str,))
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        raise Mismatch(f"{where}: {value!r} is not a {shape.type_name}")
    return b64decode(str(value)) if shape.type_name == "blob" else value


_JSON_TYPES: dict[str, tuple[type, ...]] = {"integer": (int,), "long": (int,), "boolean": (bool,)}


# -- XML -------------------------------------------------------------------------------------


def _without_white_space(node: Any) -> Any:
    """The node without the text between elements, if that is white space."""
    if isinstance(node, list):
        return [_without_white_space(each) for each in node]
    if not isinstance(node, dict):
        return node
    is_parent = any(name[0] not in "@#" for name in node)
    layout = {"#text"} if is_parent and not node.get("#text", "").strip() else frozenset[str]()
    return {name: _without_white_space(each) for name, each in node.items() if name not in layout}


def _from_xml(shape: Shape, node: Any, where: str) -> Any:
    if isinstance(shape, StructureShape):
        return _structure_from_xml(shape, _without_layout(node), where)
    if isinstance(shape, ListShape):
        name = None if shape.serialization.get("flattened") else shape.member.serialization.get("name", "member")
        return [_from_xml(shape.member, each, where) for each in _items(node, name)]
    if isinstance(shape, MapShape):
        name = None if shape.serialization.get("flattened") else "entry"
        return dict(_entries_from_xml(shape, _items(node, name), where))
    text = node.get("#text", "") if isinstance(node, dict) else node or ""
    return _SCALARS_FROM_XML.get(shape.type_name, str)(text)


def _structure_from_xml(shape: StructureShape, elements: dict[str, Any], where: str) -> Result:
    names = {_wire_name(name, member): (name, member) for name, member in shape.members.items()}
    unknown = elements.keys() - names.keys()
    if unknown:
        raise Mismatch(f"{where} has elements that AWS's model does not have: {sorted(unknown)}")
    return {
        names[element][0]: _from_xml(names[element][1], node, f"{where}.{element}")
        for element, node in elements.items()
    }


def _entries_from_xml(shape: MapShape, entries: list[Any], where: str) -> Iterator[tuple[str, Any]]:
    key, value = shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")
    for entry in entries:
        yield _from_xml(shape.key, _element(entry, key), where), _from_xml(shape.value, _element(entry, value), where)


def _items(node: Any, name: str | None) -> list[Any]:
    """The nodes of a list or map; ``name`` is the name of its elements if they are wrapped."""
    items = node if name is None else _without_layout(node).get(name, [])
    return items if isinstance(items, list) else [items]


def _wire_name(name: str, shape: Shape) -> str:
    named = str(shape.serialization.get("name", name))
    if isinstance(shape, ListShape) and shape.serialization.get("flattened"):
        return str(shape.member.serialization.get("name", named))
    return named


_SCALARS_FROM_XML: dict[str, Any] = {
    "integer": int,
    "long": int,
    "boolean": {"true": True, "false": False}.__getitem__,
    "blob": b64decode,
    "timestamp": lambda text: datetime.fromisoformat(text).astimezone(UTC),
}
