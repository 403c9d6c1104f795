"""Query answers as JSON, for clients that ask for it: API Gateway with ``Accept: application/json``, boto 2 with
``ContentType=JSON``.

Members are in alphabetical order, and absent ones are null:
``{"SendMessageResponse":{"ResponseMetadata":{"RequestId":"…"},"SendMessageResult":{"MessageId":"…",…}}}``.
"""

from datetime import datetime
from typing import Any

import msgspec

from api_shapes.operation import Operation, Shape
from emulator.aws.errors import ServiceError
from emulator.wire.members import MapForm, Member, members

_encoder = msgspec.json.Encoder(order="sorted")

# Members whose names differ from those of AWS JSON 1.0.
_NAMES = {"Messages": "messages", "QueueUrls": "queueUrls"}


def encode_result(operation: Operation[Any, Any], result: Shape | None, request_id: str) -> bytes:
    answer: dict[str, object] = {"ResponseMetadata": {"RequestId": request_id}}
    if operation.result is not None:
        answer[f"{operation.name}Result"] = {} if result is None else _structure(result)
    return _encoder.encode({f"{operation.name}Response": answer})


def encode_error(error: ServiceError, request_id: str) -> bytes:
    content = {"Type": error.fault, "Code": error.code, "Message": error.query_message}
    return _encoder.encode({"Error": content, "RequestId": request_id})


def _structure(result: Shape) -> dict[str, object]:
    return {
        _NAMES.get(member.name, member.name): _member(member, getattr(result, member.attribute))
        for member in members(type(result))
    }


def _member(member: Member, value: Any) -> object:
    if value is None:
        return None
    match member.form:
        case None:
            return _element(value)
        case MapForm(None, _, key_name, value_name):
            return [{key_name: key, value_name: _element(each)} for key, each in value.items()]
        case MapForm():
            return {key: _element(each) for key, each in value.items()}
        case _:
            return [_element(each) for each in value]


def _element(value: object) -> object:
    match value:
        case Shape():
            return _structure(value)
        case datetime():
            return value.timestamp()
        case _:
            return value
