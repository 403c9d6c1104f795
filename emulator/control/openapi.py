"""The OpenAPI document of the control interface, made from the code: the table of routes, the types and docstrings of
the handlers, and their refusals.

https://spec.openapis.org/oas/v3.1.1.html
"""

import inspect
import re
from collections.abc import Iterator, Sequence
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
from starlette.responses import Response

from emulator import __version__
from emulator.control.refusals import BadRequestError, ForbiddenError, Refusal, TooLargeError
from emulator.control.routing import JSON, LongBody, Route

Document = dict[str, Any]

_PARAMETERS = ("path", "query")

# Any route may refuse with these: the first is about the request, the second about its origin.
_ALWAYS: tuple[type[Refusal], ...] = (BadRequestError, ForbiddenError)


def document(routes: Sequence[Route]) -> Document:
    """The description of ``routes``."""
    schemas = _Schemas(routes)
    paths: dict[str, Document] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "The control interface of sqs-sns-emulator",
            "description": "The emulator's own interface: look into its state, move its clock, inject faults.",
            "version": __version__,
        },
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.components.items()))},
    }


class _Schemas:
    """The schemas of all types that ``routes`` use. They are made together, so that no two types get the same name."""

    def __init__(self, routes: Sequence[Route]) -> None:
        parameters = {kind: None for route in routes for name, kind in route.types.items() if name in _PARAMETERS}
        bodies = {kind: None for route in routes for kind in _bodies(route)}
        kinds = [*(parameters | bodies)]
        self.components: Document
        schemas, self.components = msgspec.json.schema_components(
            kinds, schema_hook=_anything, ref_template="#/components/schemas/{name}"
        )
        self._by_kind: dict[Any, Document] = dict(zip(kinds, schemas, strict=True))
        self._members: dict[Any, Document] = {
            kind: self.components[self._name(kind)] for kind in kinds if "$ref" in self._by_kind[kind]
        }
        for kind in parameters.keys() - bodies.keys():  # the parameters of a request are no object
            del self.components[self._name(kind)]

    def of(self, kinds: Sequence[Any]) -> Document:
        """The schema for a value of one of these types."""
        choices = [self._by_kind[kind] for kind in dict.fromkeys(kinds)]
        if len(choices) == 1:
            return choices[0]
        return {"anyOf": choices} if choices else {}

    def members_of(self, kind: Any) -> Document:
        """The schema of a struct itself, instead of a reference to it."""
        return self._members[kind]

    def is_required(self, kind: Any) -> bool:
        """Whether a body of this type is required. An empty body counts as an empty object."""
        return kind not in self._members or bool(self._members[kind]["required"])

    def _name(self, kind: Any) -> str:
        return str(self._by_kind[kind]["$ref"].rpartition("/")[2])


def _anything(kind: type) -> Document:
    if kind in (object, LongBody):
        return {"description": "Any JSON value."}
    raise NotImplementedError(f"{kind} has no schema")


def _bodies(route: Route) -> Iterator[Any]:
    """The types of the bodies of a route's requests and answers."""
    types = route.types
    if "body" in types:
        yield types["body"]
    yield from _shapes(types["return"])
    for refusal in _refusals_of(route):
        yield _answer_of(refusal)


def _refusals_of(route: Route) -> tuple[type[Refusal], ...]:
    of_body = (TooLargeError,) if "body" in route.types else ()
    return (*_ALWAYS, *of_body, *route.refusals)


def _operation(route: Route, schemas: _Schemas) -> Document:
    types = route.types
    summary, _, description = _prose(route.handler).partition("\n\n")
    operation: Document = {"operationId": getattr(route.handler, "__name__", ""), "summary": summary.removesuffix(".")}
    if description:
        operation["description"] = description
    parameters = [
        parameter
        for place in _PARAMETERS
        if place in types
        for parameter in _parameters(place, schemas.members_of(types[place]))
    ]
    if parameters:
        operation["parameters"] = parameters
    if "body" in types:
        operation["requestBody"] = {
            "required": schemas.is_required(types["body"]),
            "content": {JSON: {"schema": schemas.of([types["body"]])}},
        }
    operation["responses"] = _answers(route, schemas) | _refusals(route, schemas)
    return operation


def _parameters(place: str, members: Document) -> Iterator[Document]:
    for name, schema in members["properties"].items():
        yield {"name": name, "in": place, "required": name in members["required"], "schema": _given(schema)}


def _given(schema: Document) -> Document:
    """The schema of a parameter that is present, so never null."""
    if "anyOf" not in schema:
        return schema
    choices = [choice for choice in schema["anyOf"] if choice != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name != "anyOf" and (name, value) != ("default", None)}
    return rest | (choices[0] if len(choices) == 1 else {"anyOf": choices})


def _answers(route: Route, schemas: _Schemas) -> Document:
    kinds = _kinds(route.types["return"])
    answers: Document = {}
    if NoneType in kinds:
        answers["204"] = {"description": "Done."}
    if kinds != (NoneType,):
        shapes = [*_shapes(route.types["return"])]
        content = {
            media_type: {"schema": schemas.of(shapes) if media_type == JSON else {"type": "string"}}
            for media_type in route.media_types
        }
        answers["200"] = {"description": "What was asked for.", "content": content}
    return answers


def _kinds(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def _shapes(kind: Any) -> Iterator[Any]:
    """Those of a handler's return types that become JSON."""
    for each in _kinds(kind):
        if each is not NoneType and not (isinstance(each, type) and issubclass(each, Response)):
            yield each


def _refusals(route: Route, schemas: _Schemas) -> Document:
    by_status: dict[int, list[type[Refusal]]] = {}
    for refusal in _refusals_of(route):
        by_status.setdefault(refusal.status, []).append(refusal)
    return {
        str(status): {
            "description": " ".join(_prose(refusal) for refusal in refusals),
            "content": {JSON: {"schema": schemas.of([_answer_of(refusal) for refusal in refusals])}},
        }
        for status, refusals in sorted(by_status.items())
    }


def _answer_of(refusal: type[Refusal]) -> Any:
    return get_type_hints(refusal)["answer"]


def _prose(described: object) -> str:
    """The docstring with each paragraph on one line, and names marked as in Markdown."""
    text = (inspect.getdoc(described) or "").replace("``", "`")
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text)
