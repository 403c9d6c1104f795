"""AWS JSON 1.0, the protocol of current SQS clients.

Members that are null count as absent, unknown ones are ignored, and of a member given twice the last
counts. See https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html.
"""

from functools import cache
from typing import Any

import msgspec

from api_shapes.operation import Operation, Req, Shape
from emulator.aws.errors import ServiceError
from emulator.wire import diagnosis

_encoder = msgspec.json.Encoder()


@cache
def _decoder(request: type[Shape]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(request)


def decode_request(operation: Operation[Req, Any], body: bytes) -> Req:
    """The request in ``body``; an empty body is a request without members.

    Raises SerializationError where it is no JSON or a member has the wrong type, MissingParameter
    where a required member is absent.
    """
    body = body or b"{}"
    try:
        request: Req = _decoder(operation.request).decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise diagnosis.of_json(operation, body) from None
    return request


def members(body: bytes) -> dict[str, Any]:
    """The members of a request that could not be decoded, as far as it is a JSON object."""
    try:
        decoded = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    return decoded if isinstance(decoded, dict) else {}


def encode_result(result: Shape | None) -> bytes:
    return b"{}" if result is None else _encoder.encode(result)


def encode_error(error: ServiceError) -> bytes:
    return _encoder.encode({"__type": f"{error.namespace}#{error.shape}", "message": error.message})
