"""AWS JSON 1.0, the protocol of current SQS clients.

Members that are null count as absent, unknown ones are ignored, and of a member given twice the last
counts. See https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from api_shapes.operation import Operation, Req, Shape
from emulator.aws.errors import ServiceError
from emulator.wire import diagnosis

_encoder: Final = msgspec.json.Encoder()
_decoders: Final[dict[type[Shape], msgspec.json.Decoder[Any]]] = {}


def _new_decoder(request: type[Shape]) -> msgspec.json.Decoder[Any]:
    decoder = _decoders[request] = msgspec.json.Decoder(request)
    return decoder


def decode_request(operation: Operation[Req, Any], body: bytes) -> Req:
    """The request in ``body``; an empty body is a request without members.

    Raises SerializationError where it is no JSON or a member has the wrong type, MissingParameter
    where a required member is absent.
    """
    body = body or b"{}"
    shape = operation.request
    decoder = _decoders.get(shape) or _new_decoder(shape)
    try:
        request: Req = decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        request = _decoded_slowly(operation, body)
    return request


def members(body: bytes) -> dict[str, Any]:
    """The members of a request that could not be decoded, as far as it is a JSON object."""
    try:
        decoded = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    return decoded if isinstance(decoded, dict) else {}


def _decoded_slowly(operation: Operation[Req, Any], body: bytes) -> Req:
    """The request in a body that msgspec refused, if only because of half a surrogate pair; else raises AWS's error."""
    from emulator.wire import json_document  # imported here, because hardly any request needs it

    try:
        document = json_document.decoded(body)
    except (ValueError, RecursionError):
        raise diagnosis.of_unreadable_json() from None
    try:
        return msgspec.convert(document, operation.request)
    except msgspec.ValidationError:
        raise diagnosis.of_json(operation, document) from None
    except UnicodeEncodeError:  # half a surrogate pair in the name of a member
        raise diagnosis.of_unreadable_json() from None


def encode_result(result: Shape | Mapping[str, str] | None) -> bytes:
    if result is None:
        return b""  # as SQS answers; only a result without members is {}
    try:
        return _encoder.encode(result)
    except UnicodeEncodeError:  # the echo of half a surrogate pair
        from emulator.wire import json_document

        return json_document.encoded(result)


def encode_error(error: ServiceError) -> bytes:
    return encode_result({"__type": f"{error.namespace}#{error.shape}", "message": error.message})
