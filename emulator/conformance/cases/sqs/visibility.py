"""ChangeMessageVisibility and ChangeMessageVisibilityBatch."""

from typing import Any

from emulator.conformance.answer import Answer
from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, SQS_API, SQS_GUIDE
from emulator.conformance.cases.sqs.messages import (
    bodies,
    change,
    delete,
    failed,
    fifo_queue,
    held,
    invalid,
    nothing_left,
)
from emulator.conformance.mismatch import ABSENT, same

_PAGE = f"{SQS_API}/API_ChangeMessageVisibility.html"
_BATCH_PAGE = f"{SQS_API}/API_ChangeMessageVisibilityBatch.html"
_GUIDE = f"{SQS_GUIDE}/sqs-visibility-timeout.html"
_GONE = "Message does not exist or is not available for visibility timeout change."
_TOTAL = "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]."


def _change(aws: Caller, queue: str, handle: str, timeout: int) -> Answer:
    return aws.sqs("ChangeMessageVisibility", QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=timeout)


def _batch(aws: Caller, queue: str, *entries: tuple[str, int | None]) -> Answer:
    given: list[dict[str, Any]] = [
        {"Id": str(number), "ReceiptHandle": handle} | ({} if timeout is None else {"VisibilityTimeout": timeout})
        for number, (handle, timeout) in enumerate(entries)
    ]
    return aws.sqs("ChangeMessageVisibilityBatch", QueueUrl=queue, Entries=given)


def _queue_of(aws: Caller, kind: str) -> str:
    return fifo_queue(aws) if kind == "fifo" else aws.queue()


# -- What changes ----------------------------------------------------------------------------


def _to_zero(kind: str) -> None:
    @case(
        f"sqs/ChangeMessageVisibility/to-0-on-a-{kind}-queue",
        "A timeout of 0 makes the message visible at once.",
        _GUIDE,
        "documented",
    )
    def _(aws: Caller) -> None:
        queue = _queue_of(aws, kind)
        (handle,) = held(aws, queue, "g-1")
        same(_change(aws, queue, handle, 0).result, {}, "the answer")
        same(bodies(aws, queue), ["g-1"], "the bodies")

    @case(
        f"sqs/ChangeMessageVisibilityBatch/to-0-on-a-{kind}-queue",
        "Timeouts of 0 make the messages visible at once.",
        _GUIDE,
        "documented",
    )
    def _(aws: Caller) -> None:
        queue = _queue_of(aws, kind)
        first, second = held(aws, queue, "g-1", "h-1")
        answer = _batch(aws, queue, (first, 0), (second, 0))
        answer.gives(Successful=[{"Id": "0"}, {"Id": "1"}], Failed=ABSENT)
        same(sorted(message["Body"] for message in aws.received(queue, 2)), ["g-1", "h-1"], "the bodies")


def _longer(kind: str) -> None:
    @case(
        f"sqs/ChangeMessageVisibility/longer-on-a-{kind}-queue",
        "A longer timeout counts from the call.",
        _GUIDE,
        "documented",
        seconds=2,
    )
    def _(aws: Caller) -> None:
        queue = _queue_of(aws, kind)
        (handle,) = held(aws, queue, "g-1", VisibilityTimeout=2)
        change(aws, queue, handle, 30)
        change(aws, queue, handle, 60)
        aws.wait(2.2)
        same(nothing_left(aws, queue), True, "whether the message is hidden")


def _shorter(kind: str) -> None:
    @case(
        f"sqs/ChangeMessageVisibility/shorter-on-a-{kind}-queue",
        "A timeout can be shortened.",
        _GUIDE,
        "documented",
        seconds=1,
    )
    def _(aws: Caller) -> None:
        queue = _queue_of(aws, kind)
        (handle,) = held(aws, queue, "g-1")
        change(aws, queue, handle, 1)
        same(bodies(aws, queue, WaitTimeSeconds=20), ["g-1"], "the bodies")


for _kind in ("standard", "fifo"):
    _to_zero(_kind)
    _longer(_kind)
    _shorter(_kind)


@case(
    "sqs/ChangeMessageVisibilityBatch/timeouts-of-their-own",
    "Each entry has a timeout of its own.",
    _BATCH_PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    shown, hidden = held(aws, queue, "shown", "hidden")
    _batch(aws, queue, (shown, 0), (hidden, 600)).gives(Failed=ABSENT)
    same([message["Body"] for message in aws.received(queue, 1)], ["shown"], "the bodies")
    same(nothing_left(aws, queue), True, "whether nothing is left")


@case(
    "sqs/ChangeMessageVisibility/for-this-receive-only",
    "A later receive hides the message for the queue's timeout again.",
    _PAGE,
    "modeled",
)
def _(aws: Caller) -> None:
    queue = aws.queue({"VisibilityTimeout": "0"})
    (handle,) = held(aws, queue, "hello", VisibilityTimeout=600)
    change(aws, queue, handle, 600)
    change(aws, queue, handle, 0)
    aws.received(queue, 1)
    same(bodies(aws, queue), ["hello"], "the bodies")


@case(
    "sqs/ChangeMessageVisibility/handle-of-an-earlier-receive",
    "An earlier handle shows a message that a newer receive has hidden.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    (old,) = held(aws, queue, "hello", VisibilityTimeout=0)
    aws.received(queue, 1)
    change(aws, queue, old, 0)
    same(bodies(aws, queue), ["hello"], "the bodies")


# -- What is refused -------------------------------------------------------------------------


def _out_of_range(timeout: int) -> None:
    name = f"timeout-{timeout if timeout > 0 else 'less-than-0'}"

    @case(f"sqs/ChangeMessageVisibility/{name}", "A timeout is from 0 to 43200.", _PAGE, "assumed")
    def _(aws: Caller) -> None:
        queue = aws.queue()
        (handle,) = held(aws, queue, "hello")
        _change(aws, queue, handle, timeout).refused("InvalidParameterValue", shape="InvalidParameterValueException")

    @case(
        f"sqs/ChangeMessageVisibilityBatch/{name}",
        "The timeout of an entry is from 0 to 43200.",
        _BATCH_PAGE,
        "assumed",
    )
    def _(aws: Caller) -> None:
        queue = aws.queue()
        bad, good = held(aws, queue, "a", "b")
        answer = _batch(aws, queue, (bad, timeout), (good, 0))
        answer.gives(Failed=[failed("0", "InvalidParameterValue")], Successful=[{"Id": "1"}])


for _timeout in (-1, 43_201):
    _out_of_range(_timeout)


@case(
    "sqs/ChangeMessageVisibility/twelve-hours-in-all",
    "From its receive on a message is hidden for less than 12 hours.",
    _GUIDE,
    "reported",
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    (handle,) = held(aws, queue, "hello")
    _change(aws, queue, handle, 43_200).refused("InvalidParameterValue", invalid("VisibilityTimeout", 43_200, _TOTAL))
    _change(aws, queue, handle, 43_190).succeeds()


@case(
    "sqs/ChangeMessageVisibility/deleted-message",
    "The visibility of a message that is gone cannot be changed.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    (handle,) = held(aws, queue, "hello")
    delete(aws, queue, handle)
    _change(aws, queue, handle, 1).refused("InvalidParameterValue", invalid("ReceiptHandle", handle, _GONE))


@case(
    "sqs/ChangeMessageVisibilityBatch/deleted-message",
    "A message that is gone fails its entry, with another code than in a single call.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    gone, good = held(aws, queue, "gone", "good")
    delete(aws, queue, gone)
    _batch(aws, queue, (gone, 1), (good, 1)).gives(
        Failed=[failed("0", "ReceiptHandleIsInvalid", _GONE.removesuffix("."))], Successful=[{"Id": "1"}]
    )


@case(
    "sqs/ChangeMessageVisibilityBatch/bad-entries-among-good-ones",
    "A handle that the queue refuses fails its entry; the others are changed.",
    _BATCH_PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    gone, good = held(aws, queue, "gone", "good")
    delete(aws, queue, gone)
    answer = _batch(aws, queue, (gone, 0), (good, 43_200), (good, None), (good, 0))
    answer.gives(
        Failed=[
            failed("0", "ReceiptHandleIsInvalid"),
            failed("1", "InvalidParameterValue", _TOTAL.removesuffix(".")),
            failed("2", "MissingParameter"),
        ],
        Successful=[{"Id": "3"}],
    )
