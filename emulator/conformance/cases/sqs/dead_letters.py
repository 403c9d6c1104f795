"""Messages that are received too often go to the dead-letter queue."""

import json
import re
from typing import Any

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, SQS_GUIDE
from emulator.conformance.cases.sqs.fifo_queue import FifoQueue
from emulator.conformance.cases.sqs.messages import nothing_left, send
from emulator.conformance.mismatch import has, same

_GUIDE = f"{SQS_GUIDE}/sqs-dead-letter-queues.html"
_TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
_EVERYTHING: dict[str, Any] = {"AttributeNames": ["All"], "MessageAttributeNames": ["All"]}


def redrive(aws: Caller, dead: str, count: int | str = 1) -> dict[str, str]:
    """The attribute that makes ``dead`` the dead-letter queue of another."""
    return {"RedrivePolicy": json.dumps({"deadLetterTargetArn": aws.arn(dead), "maxReceiveCount": count})}


def _queues(aws: Caller, count: int = 1) -> tuple[str, str]:
    """A queue and its dead-letter queue."""
    dead = aws.queue()
    return aws.queue(redrive(aws, dead, count)), dead


def _received_once(aws: Caller, queue: str) -> dict[str, Any]:
    (message,) = aws.received(queue, 1, VisibilityTimeout=0, **_EVERYTHING)
    return message


@case(
    "sqs/ReceiveMessage/dead-letter",
    "The receive that would be one too many moves the message, and gets nothing.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    source, dead = _queues(aws)
    send(aws, source, "hello")
    _received_once(aws, source)
    same(nothing_left(aws, dead), True, "whether the dead-letter queue is still empty")
    same(aws.receive(source, WaitTimeSeconds=0), [], "the messages")
    same([message["Body"] for message in aws.received(dead, 1)], ["hello"], "the dead letters")
    same(aws.receive(source, WaitTimeSeconds=0), [], "the messages")


@case(
    "sqs/ReceiveMessage/dead-letter-after-three",
    "A message is received as often as maxReceiveCount says.",
    _GUIDE,
    "documented",
)
def _(aws: Caller) -> None:
    source, dead = _queues(aws, 3)
    send(aws, source, "hello")
    counts = [_received_once(aws, source)["Attributes"]["ApproximateReceiveCount"] for _ in range(3)]
    same(counts, ["1", "2", "3"], "the receive counts")
    same(aws.receive(source, WaitTimeSeconds=0), [], "the messages")
    same([message["Body"] for message in aws.received(dead, 1)], ["hello"], "the dead letters")


@case(
    "sqs/ReceiveMessage/dead-letter-keeps-all",
    "A dead letter keeps its id, body, attributes, trace header and time of sending, and has its source's ARN.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    source, dead = _queues(aws)
    send(
        aws,
        source,
        "message-1",
        MessageAttributes={"MyAttribute": {"DataType": "String", "StringValue": "foobar"}},
        MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": _TRACE}},
    )
    before = _received_once(aws, source)
    aws.receive(source, WaitTimeSeconds=0)
    (after,) = aws.received(dead, 1, **_EVERYTHING)
    names = ("MessageId", "Body", "MD5OfBody", "MessageAttributes", "MD5OfMessageAttributes")
    same(after, {**{name: before[name] for name in names}, "ReceiptHandle": str, "Attributes": dict}, "the dead letter")
    same(after["MD5OfMessageAttributes"], "adb59cd4678ea5a855436b949cd07ab6", "the digest of the attributes")
    expected = {
        "SenderId": before["Attributes"]["SenderId"],
        "SentTimestamp": before["Attributes"]["SentTimestamp"],
        "AWSTraceHeader": _TRACE,
        "DeadLetterQueueSourceArn": aws.arn(source),
        "ApproximateReceiveCount": "2",
        "ApproximateFirstReceiveTimestamp": re.compile("1[0-9]{12}"),
    }
    same(after["Attributes"], expected, "the system attributes")


@case(
    "sqs/ReceiveMessage/dead-letters-and-others",
    "A receive that moves messages gets those that were not received too often.",
    _GUIDE,
    "documented",
)
def _(aws: Caller) -> None:
    source, dead = _queues(aws)
    send(aws, source, "old")
    _received_once(aws, source)
    send(aws, source, "new")
    same([message["Body"] for message in aws.received(source, 1)], ["new"], "the bodies")
    same([message["Body"] for message in aws.received(dead, 1)], ["old"], "the dead letters")


@case(
    "sqs/ReceiveMessage/dead-letter-is-deleted-in-time",
    "A message that is deleted after its last receive does not become a dead letter.",
    _GUIDE,
    "documented",
)
def _(aws: Caller) -> None:
    source, dead = _queues(aws)
    send(aws, source, "hello")
    handle = _received_once(aws, source)["ReceiptHandle"]
    aws.sqs("DeleteMessage", QueueUrl=source, ReceiptHandle=handle).succeeds()
    same(aws.receive(source, WaitTimeSeconds=1), [], "the messages")
    same(nothing_left(aws, dead), True, "whether the dead-letter queue is empty")


@case(
    "sqs/ReceiveMessage/dead-letter-with-the-count-as-text",
    "maxReceiveCount may be given as text.",
    _GUIDE,
    "reported",
)
def _(aws: Caller) -> None:
    dead = aws.queue()
    source = aws.queue(redrive(aws, dead, "1"))
    send(aws, source, "hello")
    _received_once(aws, source)
    same(aws.receive(source, WaitTimeSeconds=0), [], "the messages")
    same([message["Body"] for message in aws.received(dead, 1)], ["hello"], "the dead letters")


# -- FIFO ------------------------------------------------------------------------------------


def _fifo_queues(aws: Caller, *bodies: str) -> tuple[FifoQueue, FifoQueue]:
    """A FIFO queue with messages, and its dead-letter queue."""
    dead = FifoQueue(aws)
    return FifoQueue(aws, *bodies, attributes=redrive(aws, dead.url)), dead


@case(
    "sqs/ReceiveMessage/fifo-dead-letters",
    "The messages of a group that were received too often move in their order, and the next is received.",
    _GUIDE,
    "documented",
)
def _(aws: Caller) -> None:
    source, dead = _fifo_queues(aws, "g-1", "g-2", "g-3")
    source.gives(2, "g-1", "g-2", VisibilityTimeout=0)
    source.gives(10, "g-3")
    dead.gives(10, "g-1", "g-2")


@case(
    "sqs/ReceiveMessage/fifo-dead-letter-waits-for-an-earlier-one",
    "A message is not moved while an earlier one of its group is in flight.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    source, dead = _fifo_queues(aws, "g-1", "g-2")
    source.gives(2, "g-1", "g-2")
    source.show("g-2")
    source.gives(10)
    dead.gives(10)
    source.show("g-1")
    source.gives(10)
    dead.gives(10, "g-1", "g-2")


@case(
    "sqs/ReceiveMessage/fifo-dead-letter-before-a-message-in-flight",
    "A message is moved although later ones of its group are in flight, and those go on to lock the group.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    source, dead = _fifo_queues(aws, "g-1", "g-2", "g-3")
    source.gives(2, "g-1", "g-2")
    source.show("g-1")
    source.gives(10)
    dead.gives(10, "g-1")
    source.delete("g-2")
    source.gives(10, "g-3")


@case(
    "sqs/ReceiveMessage/fifo-dead-letter-has-its-id-as-deduplication-id",
    "The deduplication id of a dead letter is the id of the message; its group stays.",
    _GUIDE,
    "documented",
)
def _(aws: Caller) -> None:
    source, dead = _fifo_queues(aws, "g-1")
    source.gives(1, "g-1", VisibilityTimeout=0)
    source.gives(1)
    (message,) = aws.received(dead.url, 1, AttributeNames=["All"])
    expected = {
        "MessageDeduplicationId": message["MessageId"],
        "MessageGroupId": "g",
        "DeadLetterQueueSourceArn": aws.arn(source.url),
        "ApproximateReceiveCount": "2",
    }
    has(message["Attributes"], expected, "the system attributes")
