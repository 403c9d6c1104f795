"""ReceiveRequestAttemptId: repeating a receive whose answer was lost."""

from collections.abc import Callable

from emulator.conformance.answer import Answer, Result
from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import SQS_API
from emulator.conformance.cases.sqs.messages import bodies, delete, fifo_queue, invalid, nothing_left
from emulator.conformance.mismatch import same

_PAGE = f"{SQS_API}/API_ReceiveMessage.html"
_REPORT = "https://github.com/aws/aws-sdk-java/issues/2613"
_NOT_RETRYABLE = invalid(
    "ReceiveRequestAttemptId",
    "attempt",
    "The receiveRequestAttemptId is not valid anymore since the receive call is not retryable.",
)


def _attempt(aws: Caller, queue: str, count: int = 10, id: str = "attempt") -> Answer:
    return aws.sqs("ReceiveMessage", QueueUrl=queue, MaxNumberOfMessages=count, ReceiveRequestAttemptId=id)


def _got(answer: Answer) -> list[Result]:
    return list(answer.result.get("Messages", []))


@case(
    "sqs/ReceiveMessage/attempt-again",
    "A receive made again with its attempt id gets the same messages under the same handles, and counts once.",
    _PAGE,
    "modeled",
)
def _(aws: Caller) -> None:
    queue = fifo_queue(aws, "g-1", "g-2", "h-1", "i-1")
    first = _got(_attempt(aws, queue, 3))
    same([message["Body"] for message in first], ["g-1", "g-2", "h-1"], "the bodies")
    same(_got(_attempt(aws, queue, 3)), first, "the messages")
    same(bodies(aws, queue), ["i-1"], "the bodies of a receive without the id")


@case(
    "sqs/ReceiveMessage/attempt-of-another-id",
    "Another attempt id gets other messages.",
    _PAGE,
    "modeled",
)
def _(aws: Caller) -> None:
    queue = fifo_queue(aws, "g-1", "h-1")
    same([message["Body"] for message in _got(_attempt(aws, queue, 1))], ["g-1"], "the bodies")
    same([message["Body"] for message in _got(_attempt(aws, queue, 1, "other"))], ["h-1"], "the bodies")


@case(
    "sqs/ReceiveMessage/attempt-again-hides-anew",
    "A receive made again resets the visibility timeout.",
    _PAGE,
    "modeled",
    seconds=2,
)
def _(aws: Caller) -> None:
    queue = fifo_queue(aws, "g-1")
    params = {"QueueUrl": queue, "ReceiveRequestAttemptId": "attempt"}
    first = _got(aws.sqs("ReceiveMessage", VisibilityTimeout=2, **params))
    same(_got(aws.sqs("ReceiveMessage", VisibilityTimeout=60, **params)), first, "the messages")
    aws.wait(2.2)
    same(nothing_left(aws, queue), True, "whether the message is hidden")
    delete(aws, queue, first[0]["ReceiptHandle"])


@case(
    "sqs/ReceiveMessage/attempt-that-found-nothing",
    "A receive that found nothing returns messages that have arrived when it is repeated.",
    _PAGE,
    "assumed",
)
def _(aws: Caller) -> None:
    queue = fifo_queue(aws)
    same(_got(_attempt(aws, queue)), [], "the messages")
    aws.sqs("SendMessage", QueueUrl=queue, MessageBody="g-1", MessageGroupId="g").succeeds()
    same([message["Body"] for message in _got(_attempt(aws, queue))], ["g-1"], "the bodies")


def _delete(aws: Caller, queue: str, handle: str) -> Answer:
    return aws.sqs("DeleteMessage", QueueUrl=queue, ReceiptHandle=handle)


def _delete_by_batch(aws: Caller, queue: str, handle: str) -> Answer:
    return aws.sqs("DeleteMessageBatch", QueueUrl=queue, Entries=[{"Id": "1", "ReceiptHandle": handle}])


def _show(aws: Caller, queue: str, handle: str) -> Answer:
    return aws.sqs("ChangeMessageVisibility", QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=0)


def _hide(aws: Caller, queue: str, handle: str) -> Answer:
    return aws.sqs("ChangeMessageVisibility", QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=600)


def _show_by_batch(aws: Caller, queue: str, handle: str) -> Answer:
    entries = [{"Id": "1", "ReceiptHandle": handle, "VisibilityTimeout": 0}]
    return aws.sqs("ChangeMessageVisibilityBatch", QueueUrl=queue, Entries=entries)


def _spoiled(id: str, act: Callable[[Caller, str, str], Answer]) -> None:
    @case(
        f"sqs/ReceiveMessage/attempt-after-{id}",
        "An attempt id is refused once one of its messages was deleted or its visibility changed; others are served.",
        _REPORT,
        "reported",
    )
    def _(aws: Caller) -> None:
        queue = fifo_queue(aws, "g-1", "h-1", "i-1")
        first, *_ = _got(_attempt(aws, queue, 2))
        act(aws, queue, first["ReceiptHandle"]).succeeds()
        for _ in range(2):
            _attempt(aws, queue, 2).refused(
                "InvalidParameterValue", _NOT_RETRYABLE, shape="InvalidParameterValueException"
            )
        same("i-1" in bodies(aws, queue), True, "whether a receive without the id is served")


for _id, _act in {
    "a-deletion": _delete,
    "a-deletion-by-batch": _delete_by_batch,
    "a-change-to-0": _show,
    "a-longer-timeout": _hide,
    "a-change-by-batch": _show_by_batch,
}.items():
    _spoiled(_id, _act)
