"""Errors in the protocols of services that are not emulated, so that their SDKs can show what is wrong.

The protocol follows from the form of the request, or else from the name of the service. The forms of errors:
https://smithy.io/2.0/aws/protocols/ and https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
"""

from collections.abc import Mapping

import msgspec

from emulator.aws.errors import NotImplementedYet, ServiceError
from emulator.wire import json10
from emulator.wire.call import Call, WireProtocol, response
from emulator.wire.http import HttpRequest, HttpResponse
from emulator.wire.xml_elements import element, text

_XML = b"text/xml"
_PROLOG = '<?xml version="1.0" encoding="UTF-8"?>'


class OtherService(WireProtocol):
    """A protocol in which every request is refused."""

    def no_operation(self, call: Call) -> ServiceError:
        return NotImplementedYet.of_service(call.service or "", call.action)


class _Json(OtherService):
    """AWS JSON 1.0 or 1.1."""

    name = "json"

    def write_error(self, call: Call, error: ServiceError) -> HttpResponse:
        content_type = call.request.headers.get(b"content-type", b"")
        version = b"1.0" if content_type.endswith(b"1.0") else b"1.1"
        return response(call, error.status, b"application/x-amz-json-" + version, json10.encode_error(error))

    def members_of(self, call: Call) -> Mapping[str, object]:
        return json10.members(call.request.body)


class _RestJson(OtherService):
    name = "rest-json"

    def write_error(self, call: Call, error: ServiceError) -> HttpResponse:
        head = f"x-amzn-errortype: {error.code}\r\n".encode()
        return response(call, error.status, b"application/json", msgspec.json.encode({"message": error.message}), head)


class _Query(OtherService):
    """The query protocol, and REST with XML, whose errors have the same form."""

    name = "query"

    def write_error(self, call: Call, error: ServiceError) -> HttpResponse:
        content = element("Type", error.fault) + _code_and_message(error)
        body = element("ErrorResponse", element("Error", content) + element("RequestId", call.request_id))
        return response(call, error.status, _XML, (_PROLOG + body).encode())


class _Ec2(OtherService):
    name = "ec2"

    def write_error(self, call: Call, error: ServiceError) -> HttpResponse:
        errors = element("Errors", element("Error", _code_and_message(error)))
        body = element("Response", errors + element("RequestID", call.request_id))
        return response(call, error.status, _XML, (_PROLOG + body).encode())


class _S3(OtherService):
    name = "rest-xml"

    def write_error(self, call: Call, error: ServiceError) -> HttpResponse:
        where = element("Resource", text(call.request.path)) + element("RequestId", call.request_id)
        body = element("Error", _code_and_message(error) + where)
        head = f"x-amz-request-id: {call.request_id}\r\n".encode()
        return response(call, error.status, b"application/xml", (_PROLOG + body).encode(), head)


class _Cbor(OtherService):
    """Smithy RPC v2 with CBOR."""

    name = "smithy-rpc-v2-cbor"

    def write_error(self, call: Call, error: ServiceError) -> HttpResponse:
        fields = {"__type": f"{error.namespace}#{error.shape}", "message": error.message}
        content = b"".join(_cbor_text(name) + _cbor_text(value) for name, value in fields.items())
        body = bytes([0xA0 | len(fields)]) + content
        return response(call, error.status, b"application/cbor", body, b"smithy-protocol: rpc-v2-cbor\r\n")


JSON = _Json()
_CBOR = _Cbor()
_S3_REST = _S3()
_QUERY = _Query()
_REST_JSON = _RestJson()

# By the name of the service in credential scopes. Services that use Action or X-Amz-Target need no entry.
_BY_SERVICE: Mapping[str, OtherService] = {
    "s3": _S3_REST,
    "s3express": _S3_REST,
    "s3-object-lambda": _S3_REST,
    "cloudfront": _QUERY,
    "route53": _QUERY,
    "ec2": _Ec2(),
}


def protocol_of(request: HttpRequest, service: str | None, action: str | None) -> OtherService:
    """The protocol of a request for another service that is not in AWS JSON."""
    if b"smithy-protocol" in request.headers:
        return _CBOR
    by_service = _BY_SERVICE.get(service or "")
    if by_service is not None:
        return by_service
    return _QUERY if action else _REST_JSON


def _cbor_text(value: str) -> bytes:
    """https://www.rfc-editor.org/rfc/rfc8949#section-3.1, always with a length of four bytes."""
    encoded = value.encode()
    return b"\x7a" + len(encoded).to_bytes(4, "big") + encoded


def _code_and_message(error: ServiceError) -> str:
    return element("Code", error.code) + element("Message", text(error.message))
