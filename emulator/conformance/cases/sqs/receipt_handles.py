"""Malformed and old receipt handles in DeleteMessage, ChangeMessageVisibility and their batches."""

from typing import Any

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.addresses import unknown_queue
from emulator.conformance.cases.sources import RECORDED, SQS_API
from emulator.conformance.cases.sqs.messages import (
    EXPIRED,
    failed,
    fifo_queue,
    held,
    invalid,
    send,
)
from emulator.conformance.fixtures import QUEUE
from emulator.conformance.mismatch import ABSENT, same
from emulator.conformance.tables import accepted, refused

# For each operation, its parameters besides queue and handle.
_ACTIONS: dict[str, dict[str, Any]] = {"DeleteMessage": {}, "ChangeMessageVisibility": {"VisibilityTimeout": 0}}
_GARBAGE = {"word": "garbage", "with-the-prefix": "AQEBgarbage", "not-base64": "AQEB*?!", "beyond-ascii": "AQEBä"}


def _page(action: str) -> str:
    return f"{SQS_API}/API_{action}.html"


def _not_valid(handle: str) -> str:
    return f'The input receipt handle "{handle}" is not a valid receipt handle.'


def _refusals(action: str, more: dict[str, Any]) -> None:
    for name, handle in _GARBAGE.items():
        refused(
            f"sqs/{action}/garbage-{name}",
            "A text that is not a receipt handle is refused.",
            {"QueueUrl": QUEUE, "ReceiptHandle": handle, **more},
            "ReceiptHandleIsInvalid",
            _not_valid(handle),
            source=RECORDED,
            certainty="recorded",
            shape="ReceiptHandleIsInvalid",
            status=404,
        )
    unknown_queue(
        action, {"ReceiptHandle": "garbage", **more}, "A queue that does not exist is refused, whatever the handle."
    )
    refused(
        f"sqs/{action}/without-queue",
        "The queue must be named.",
        {"ReceiptHandle": "garbage", **more},
        "MissingParameter",
        source=_page(action),
        certainty="modeled",
    )
    for name, given in (("without-handle", {}), ("handle-empty", {"ReceiptHandle": ""})):
        refused(
            f"sqs/{action}/{name}",
            "The handle must be given.",
            {"QueueUrl": QUEUE, **given, **more},
            "MissingParameter",
            source=_page(action),
            certainty="reported",
        )

    @case(
        f"sqs/{action}/handle-of-another-queue",
        "A handle is good for its queue alone.",
        _page(action),
        "reported",
    )
    def _(aws: Caller) -> None:
        (handle,) = held(aws, aws.queue(), "hello")
        answer = aws.sqs(action, QueueUrl=aws.queue(), ReceiptHandle=handle, **more)
        answer.refused("ReceiptHandleIsInvalid", status=404)


def _refusals_in_a_batch(action: str, more: dict[str, Any]) -> None:
    batch = f"{action}Batch"

    def entry(id: str, handle: str) -> dict[str, Any]:
        return {"Id": id, "ReceiptHandle": handle, **more}

    for name, handle in _GARBAGE.items():
        accepted(
            f"sqs/{batch}/garbage-{name}",
            "A text that is not a receipt handle fails its entry.",
            {"QueueUrl": QUEUE, "Entries": [entry("1", handle)]},
            {"Failed": [failed("1", "ReceiptHandleIsInvalid", _not_valid(handle))], "Successful": ABSENT},
            source=_page(batch),
            certainty="reported",
        )
    unknown_queue(
        batch, {"Entries": [entry("1", "garbage")]}, "A queue that does not exist is refused, whatever the handles."
    )
    refused(
        f"sqs/{batch}/without-handle",
        "Each entry must have a handle.",
        {"QueueUrl": QUEUE, "Entries": [{"Id": "1", **more}]},
        "MissingParameter",
        source=_page(batch),
        certainty="modeled",
    )

    @case(
        f"sqs/{batch}/handle-of-another-queue", "A handle of another queue fails its entry.", _page(batch), "reported"
    )
    def _(aws: Caller) -> None:
        queue = aws.queue()
        (foreign,) = held(aws, aws.queue(), "hello")
        (own,) = held(aws, queue, "hello")
        answer = aws.sqs(batch, QueueUrl=queue, Entries=[entry("foreign", foreign), entry("own", own)])
        answer.gives(
            Failed=[
                failed(
                    "foreign",
                    "ReceiptHandleIsInvalid",
                    f'The receipt handle "{foreign}" is not valid for this queue.',
                )
            ],
            Successful=[{"Id": "own"}],
        )


def _after_the_timeout(action: str, more: dict[str, Any]) -> None:
    """Handles of a standard queue whose visibility timeout is over."""

    @case(
        f"sqs/{action}/visible-again",
        "On a standard queue a handle is accepted after the visibility timeout, too.",
        RECORDED,
        "recorded",
    )
    def _(aws: Caller) -> None:
        queue = aws.queue()
        (handle,) = held(aws, queue, "hello", VisibilityTimeout=0)
        aws.sqs(action, QueueUrl=queue, ReceiptHandle=handle, **more).succeeds()

    @case(
        f"sqs/{action}Batch/visible-again",
        "On a standard queue handles are accepted after the visibility timeout, too.",
        _page(f"{action}Batch"),
        "assumed",
    )
    def _(aws: Caller) -> None:
        queue = aws.queue()
        (handle,) = held(aws, queue, "hello", VisibilityTimeout=0)
        entries = [{"Id": "1", "ReceiptHandle": handle, **more}]
        aws.sqs(f"{action}Batch", QueueUrl=queue, Entries=entries).gives(Successful=[{"Id": "1"}], Failed=ABSENT)

    @case(
        f"sqs/{action}/visible-again-has-an-effect",
        "On a standard queue a handle that is used after the visibility timeout has its effect on the message.",
        RECORDED if action == "DeleteMessage" else _page(action),
        "recorded" if action == "DeleteMessage" else "assumed",
    )
    def _(aws: Caller) -> None:
        queue = aws.queue()
        (handle,) = held(aws, queue, "hello", VisibilityTimeout=0)
        aws.sqs(action, QueueUrl=queue, ReceiptHandle=handle, **more).succeeds()
        same(aws.receive(queue, WaitTimeSeconds=1), [], "the messages")


def _after_the_timeout_of_a_fifo_queue(action: str, more: dict[str, Any], certainty: Certainty) -> None:
    """``certainty`` is that of the error of the single action."""

    @case(
        f"sqs/{action}/expired-handle-of-a-fifo-queue",
        "On a FIFO queue a handle is good only during its visibility timeout.",
        _page(action),
        certainty,
    )
    def _(aws: Caller) -> None:
        queue = fifo_queue(aws)
        (handle,) = held(aws, queue, "g-1", VisibilityTimeout=0)
        answer = aws.sqs(action, QueueUrl=queue, ReceiptHandle=handle, **more)
        answer.refused("InvalidParameterValue", invalid("ReceiptHandle", handle, EXPIRED))

    @case(
        f"sqs/{action}Batch/expired-handle-of-a-fifo-queue",
        "On a FIFO queue a handle that has expired fails its entry with a code of its own.",
        _page(f"{action}Batch"),
        "reported",
    )
    def _(aws: Caller) -> None:
        queue = fifo_queue(aws)
        (expired,) = held(aws, queue, "g-1", VisibilityTimeout=0)
        send(aws, queue, "h-1")
        good = {message["Body"]: message["ReceiptHandle"] for message in aws.received(queue, 2)}["h-1"]
        entries = [{"Id": id, "ReceiptHandle": handle, **more} for id, handle in (("old", expired), ("good", good))]
        aws.sqs(f"{action}Batch", QueueUrl=queue, Entries=entries).gives(
            Failed=[failed("old", "ReceiptHandleIsInvalid", EXPIRED.removesuffix("."))], Successful=[{"Id": "good"}]
        )


for _action, _more in _ACTIONS.items():
    _refusals(_action, _more)
    _refusals_in_a_batch(_action, _more)
_after_the_timeout("DeleteMessage", {})
_after_the_timeout_of_a_fifo_queue("DeleteMessage", {}, "reported")
_after_the_timeout("ChangeMessageVisibility", {"VisibilityTimeout": 600})
_after_the_timeout_of_a_fifo_queue("ChangeMessageVisibility", {"VisibilityTimeout": 600}, "assumed")

refused(
    "sqs/ChangeMessageVisibility/without-timeout",
    "The timeout must be given.",
    {"QueueUrl": QUEUE, "ReceiptHandle": "garbage"},
    "MissingParameter",
    source=_page("ChangeMessageVisibility"),
    certainty="modeled",
)
