"""DeleteMessage and DeleteMessageBatch."""

from emulator.conformance.answer import Answer
from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, SQS_API
from emulator.conformance.cases.sqs.messages import (
    change,
    delete,
    fifo_queue,
    held,
    nothing_left,
)
from emulator.conformance.mismatch import ABSENT, same

_PAGE = f"{SQS_API}/API_DeleteMessage.html"
_BATCH_PAGE = f"{SQS_API}/API_DeleteMessageBatch.html"


def _delete_in_a_batch(aws: Caller, queue: str, *handles: str) -> Answer:
    entries = [{"Id": str(number), "ReceiptHandle": handle} for number, handle in enumerate(handles)]
    return aws.sqs("DeleteMessageBatch", QueueUrl=queue, Entries=entries)


@case("sqs/DeleteMessage/deleted", "A deleted message does not come back.", _PAGE, "documented")
def _(aws: Caller) -> None:
    queue = aws.queue()
    (handle,) = held(aws, queue, "hello")
    same(aws.sqs("DeleteMessage", QueueUrl=queue, ReceiptHandle=handle).result, {}, "the answer")
    aws.sqs("ChangeMessageVisibility", QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=0).refused(
        "InvalidParameterValue"
    )
    same(nothing_left(aws, queue), True, "whether nothing is left")


@case("sqs/DeleteMessage/deleted-before", "Deleting a message again succeeds.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    queue = aws.queue()
    (handle,) = held(aws, queue, "hello")
    delete(aws, queue, handle, handle)


@case(
    "sqs/DeleteMessage/deleted-before-on-a-fifo-queue",
    "Deleting a message of a FIFO queue again succeeds.",
    _PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    queue = fifo_queue(aws)
    (handle,) = held(aws, queue, "g-1")
    delete(aws, queue, handle, handle)


@case(
    "sqs/DeleteMessage/handle-of-an-earlier-receive",
    "An earlier handle is accepted after a newer receive.",
    _PAGE,
    "modeled",
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    (old,) = held(aws, queue, "hello", VisibilityTimeout=0)
    aws.received(queue, 1)
    delete(aws, queue, old)


# -- FIFO ------------------------------------------------------------------------------------


@case(
    "sqs/DeleteMessage/earlier-handle-of-a-fifo-queue",
    "On a FIFO queue an earlier handle is not good after a newer receive.",
    _PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    queue = fifo_queue(aws)
    (old,) = held(aws, queue, "g-1", VisibilityTimeout=0)
    aws.received(queue, 1)
    aws.sqs("DeleteMessage", QueueUrl=queue, ReceiptHandle=old).refused("InvalidParameterValue")


@case(
    "sqs/DeleteMessage/extended-timeout-of-a-fifo-queue",
    "A handle stays valid if its timeout is extended.",
    RECORDED,
    "recorded",
    seconds=2,
)
def _(aws: Caller) -> None:
    queue = fifo_queue(aws)
    (handle,) = held(aws, queue, "g-1", VisibilityTimeout=2)
    change(aws, queue, handle, 30)
    aws.wait(2.2)
    delete(aws, queue, handle)


# -- In a batch ------------------------------------------------------------------------------


@case(
    "sqs/DeleteMessageBatch/members",
    "Each success has its id; without failures there is no Failed.",
    _BATCH_PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    handles = held(aws, queue, "a", "b", "c")
    expected = [{"Id": str(number)} for number in range(3)]
    _delete_in_a_batch(aws, queue, *handles).gives(Successful=expected, Failed=ABSENT)
    same(nothing_left(aws, queue), True, "whether nothing is left")


@case(
    "sqs/DeleteMessageBatch/same-handle-twice",
    "One message may be deleted by two entries.",
    _BATCH_PAGE,
    "assumed",
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    (handle,) = held(aws, queue, "hello")
    _delete_in_a_batch(aws, queue, handle, handle).gives(Successful=lambda got: len(got) == 2, Failed=ABSENT)
