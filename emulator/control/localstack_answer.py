"""The answer with messages of a queue, in the JSON of LocalStack's endpoint.

This module is compiled because the class that it derives from is.
"""

from typing import Any

import msgspec

from api_shapes import sqs
from api_shapes.operation import Operation, Shape
from emulator.wire.call import Call, response
from emulator.wire.http import HttpResponse
from emulator.wire.protocols import QueryJson


class LocalStackJson(QueryJson):
    """The query protocol with answers in LocalStack's JSON: the XML answer, element by element."""

    def is_accepted(self, accept: bytes) -> bool:
        return b"application/json" in accept

    def write_result(self, operation: Operation[Any, Any], call: Call, result: Shape | None) -> HttpResponse:
        assert isinstance(result, sqs.ReceiveMessageResult), "the answer of a look"
        messages = {"Message": [_json_message(message) for message in result.messages or ()]}
        answer = {"ReceiveMessageResult": messages, "ResponseMetadata": {"RequestId": call.request_id}}
        return response(call, 200, b"application/json", msgspec.json.encode({"ReceiveMessageResponse": answer}))


def _json_message(message: sqs.Message) -> dict[str, object]:
    fields: dict[str, object] = msgspec.to_builtins(message)
    for plural, name in (("Attributes", "Attribute"), ("MessageAttributes", "MessageAttribute")):
        if plural in fields:
            values = fields.pop(plural)
            assert isinstance(values, dict), "both are maps"
            fields[name] = [{"Name": key, "Value": value} for key, value in values.items()]
    return fields
