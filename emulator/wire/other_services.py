"""Errors in the protocols of services that are not emulated, so that their SDKs can read what is wrong.

Which protocol a service speaks follows from the request, and where the request says nothing, from the service. The
forms: https://smithy.io/2.0/aws/protocols/ and https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
"""

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec
from msgspec import Struct

from emulator.aws.errors import ServiceError
from emulator.wire import json10
from emulator.wire.call import Call
from emulator.wire.http import HttpRequest
from emulator.wire.xml_elements import element, text

Protocol = Literal["json", "cbor", "s3", "ec2", "query", "rest-json"]

_XML = b"text/xml"
_PROLOG = '<?xml version="1.0" encoding="UTF-8"?>'

# By their names in credential scopes. Those that SDKs address by Action or by X-Amz-Target need no entry.
_BY_SERVICE: Mapping[str, Protocol] = {
    "s3": "s3",
    "s3express": "s3",
    "s3-object-lambda": "s3",
    "cloudfront": "query",  # REST with XML, whose errors have the form of the query protocol
    "route53": "query",
    "ec2": "ec2",
}


class ErrorAnswer(Struct):
    """An error as it is sent; ``head`` has the header lines that its protocol adds to the usual ones."""

    content_type: bytes
    head: bytes
    body: bytes


def encode_error(request: HttpRequest, call: Call, error: ServiceError, request_id: str) -> ErrorAnswer:
    """``error`` as the answer to ``request``, which is for a service that is not emulated."""
    return _ENCODERS[_protocol_of(request, call)](request, error, request_id)


def _protocol_of(request: HttpRequest, call: Call) -> Protocol:
    if call.protocol == "json":
        return "json"
    if b"smithy-protocol" in request.headers:
        return "cbor"
    by_service = _BY_SERVICE.get(call.service or "")
    if by_service is not None:
        return by_service
    return "query" if call.action else "rest-json"


def _json(request: HttpRequest, error: ServiceError, _: str) -> ErrorAnswer:
    content_type = request.headers.get(b"content-type", b"")
    version = b"1.0" if content_type.endswith(b"1.0") else b"1.1"
    return ErrorAnswer(b"application/x-amz-json-" + version, b"", json10.encode_error(error))


def _rest_json(_: HttpRequest, error: ServiceError, __: str) -> ErrorAnswer:
    head = f"x-amzn-errortype: {error.code}\r\n".encode()
    return ErrorAnswer(b"application/json", head, msgspec.json.encode({"message": error.message}))


def _query(_: HttpRequest, error: ServiceError, request_id: str) -> ErrorAnswer:
    content = element("Type", error.fault) + _code_and_message(error)
    body = element("ErrorResponse", element("Error", content) + element("RequestId", request_id))
    return ErrorAnswer(_XML, b"", (_PROLOG + body).encode())


def _ec2(_: HttpRequest, error: ServiceError, request_id: str) -> ErrorAnswer:
    errors = element("Errors", element("Error", _code_and_message(error)))
    body = element("Response", errors + element("RequestID", request_id))
    return ErrorAnswer(_XML, b"", (_PROLOG + body).encode())


def _s3(request: HttpRequest, error: ServiceError, request_id: str) -> ErrorAnswer:
    content = _code_and_message(error) + element("Resource", text(request.path)) + element("RequestId", request_id)
    head = f"x-amz-request-id: {request_id}\r\n".encode()
    return ErrorAnswer(b"application/xml", head, (_PROLOG + element("Error", content)).encode())


def _cbor(_: HttpRequest, error: ServiceError, __: str) -> ErrorAnswer:
    fields = {"__type": f"{error.namespace}#{error.shape}", "message": error.message}
    content = b"".join(_cbor_text(name) + _cbor_text(value) for name, value in fields.items())
    body = bytes([0xA0 | len(fields)]) + content
    return ErrorAnswer(b"application/cbor", b"smithy-protocol: rpc-v2-cbor\r\n", body)


def _cbor_text(value: str) -> bytes:
    """https://www.rfc-editor.org/rfc/rfc8949#section-3.1, always with a length of four bytes."""
    encoded = value.encode()
    return b"\x7a" + len(encoded).to_bytes(4, "big") + encoded


def _code_and_message(error: ServiceError) -> str:
    return element("Code", error.code) + element("Message", text(error.message))


_ENCODERS: Mapping[Protocol, Callable[[HttpRequest, ServiceError, str], ErrorAnswer]] = {
    "json": _json,
    "cbor": _cbor,
    "s3": _s3,
    "ec2": _ec2,
    "query": _query,
    "rest-json": _rest_json,
}
