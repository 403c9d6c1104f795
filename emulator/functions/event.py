"""The event that a function gets: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event."""

from collections.abc import Iterable
from typing import Any

import msgspec

from emulator.aws.arns import Arn
from emulator.aws.checksums import md5_of_attributes
from emulator.sqs.content_text import body_md5_of
from emulator.sqs.message import Delivery, Message
from emulator.sqs.system_attributes import SYSTEM_ATTRIBUTES

# In the order in which AWS writes them.
_ATTRIBUTES = (
    "ApproximateReceiveCount",
    "AWSTraceHeader",
    "SentTimestamp",
    "SequenceNumber",
    "MessageGroupId",
    "SenderId",
    "MessageDeduplicationId",
    "ApproximateFirstReceiveTimestamp",
    "DeadLetterQueueSourceArn",
)

_encode = msgspec.json.Encoder().encode


def record_of(delivery: Delivery, queue_arn: str) -> dict[str, Any]:
    """A message as one record of an event."""
    message, content = delivery.message, delivery.message.content
    arn = Arn.parse(queue_arn)
    assert arn is not None, "queues have ARNs"
    record: dict[str, Any] = {
        "messageId": message.id,
        "receiptHandle": delivery.receipt_handle,
        "body": content.body,
        "attributes": _attributes(message),
        "messageAttributes": _message_attributes(message),
        "md5OfBody": body_md5_of(content),
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": arn.region,
    }
    if content.attributes:
        record["md5OfMessageAttributes"] = md5_of_attributes(content.attributes)
    return record


def encoded(record: dict[str, Any]) -> bytes:
    """A record, or what there is of one, in JSON."""
    return _encode(record)


def event_of(records: Iterable[bytes]) -> bytes:
    """The event with these records, which are JSON."""
    return b'{"Records":[' + b",".join(records) + b"]}"


def _attributes(message: Message) -> dict[str, str]:
    found = {name: SYSTEM_ATTRIBUTES[name](message) for name in _ATTRIBUTES}
    return {name: value for name, value in found.items() if value is not None}


def _message_attributes(message: Message) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, attribute in message.content.attributes.items():
        value: dict[str, Any] = {}
        if attribute.binary_value is None:
            value["stringValue"] = attribute.string_value
        else:
            value["binaryValue"] = attribute.binary_value  # in JSON that is Base64
        shown[name] = {
            **value,
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": attribute.data_type,
        }
    return shown
