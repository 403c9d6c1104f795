"""Which messages of a FIFO queue can be received, and in which order."""

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, SQS_GUIDE
from emulator.conformance.mismatch import same

_LOGIC = f"{SQS_GUIDE}/FIFO-queues-understanding-logic.html"


def _queue(aws: Caller, *bodies: str) -> str:
    """A FIFO queue with messages; the group of each is what stands before its hyphen."""
    queue = aws.fifo_queue({"ContentBasedDeduplication": "true"})
    for body in bodies:
        aws.sqs("SendMessage", QueueUrl=queue, MessageBody=body, MessageGroupId=body.partition("-")[0]).succeeds()
    return queue


def _bodies(aws: Caller, queue: str, count: int, **params: object) -> list[str]:
    return [message["Body"] for message in aws.receive(queue, MaxNumberOfMessages=count, **params)]


@case(
    "sqs/ReceiveMessage/fifo-order",
    "Messages of a group are received in the order in which they were sent.",
    _LOGIC,
    "documented",
)
def _(aws: Caller) -> None:
    queue = _queue(aws, "g-1", "g-2", "g-3")
    same(_bodies(aws, queue, 10), ["g-1", "g-2", "g-3"])


@case(
    "sqs/ReceiveMessage/fifo-fills-from-one-group",
    "A receive takes all it can from one group before it goes on to the next.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue = _queue(aws, "g-1", "h-1", "g-2")
    same(_bodies(aws, queue, 2), ["g-1", "g-2"])


@case(
    "sqs/ReceiveMessage/fifo-returned-message-is-received-alone",
    "A message that became visible again is received although later ones of its group are in flight.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue = _queue(aws, "g-1", "g-2", "g-3")
    first, *_ = aws.receive(queue, MaxNumberOfMessages=3)
    aws.sqs(
        "ChangeMessageVisibility", QueueUrl=queue, ReceiptHandle=first["ReceiptHandle"], VisibilityTimeout=0
    ).succeeds()
    same(_bodies(aws, queue, 10), ["g-1"])


@case(
    "sqs/ReceiveMessage/fifo-served-group-goes-behind",
    "A group that was just received from goes behind those that were not.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue = _queue(aws, "g1-1", "g2-1", "g2-2", "g3-1", "g1-2")
    same(_bodies(aws, queue, 3, VisibilityTimeout=0), ["g1-1", "g1-2", "g2-1"])
    same(_bodies(aws, queue, 10), ["g3-1", "g1-1", "g1-2", "g2-1", "g2-2"])
