"""The system attributes of a message, and how each one is read.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
"""

from collections.abc import Callable, Mapping

from emulator.sqs.exactly_once import sequence_number
from emulator.sqs.message import Message
from emulator.sqs.sending import TRACE_HEADER


def _milliseconds(seconds: float | None) -> str | None:
    return None if seconds is None else str(int(seconds * 1000))


# An attribute is left out if its value is None.
SYSTEM_ATTRIBUTES: Mapping[str, Callable[[Message], str | None]] = {
    "SenderId": lambda message: message.content.sender_id,
    "SentTimestamp": lambda message: _milliseconds(message.sent_at),
    "ApproximateReceiveCount": lambda message: str(message.receive_count),
    "ApproximateFirstReceiveTimestamp": lambda message: _milliseconds(message.first_received_at),
    "MessageGroupId": lambda message: message.group_id,
    "MessageDeduplicationId": lambda message: message.deduplication_id,
    "SequenceNumber": lambda message: None if message.deduplication_id is None else sequence_number(message.sequence),
    TRACE_HEADER: lambda message: message.content.trace_header,
    "DeadLetterQueueSourceArn": lambda message: message.dead_letter_source,
}
