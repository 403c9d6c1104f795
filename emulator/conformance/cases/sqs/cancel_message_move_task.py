"""CancelMessageMoveTask."""

import base64
import json
import re
from collections.abc import Mapping

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, SQS_API
from emulator.conformance.cases.sqs.move_tasks import (
    DEAD_ARN,
    NO_ARN,
    bodies_of,
    dead_letter_queue,
    ended,
    last,
    not_there,
    running,
    start,
)
from emulator.conformance.fixtures import QUEUE_ARN, Fixture
from emulator.conformance.mismatch import ABSENT, has, same
from emulator.conformance.tables import refused

_PAGE = f"{SQS_API}/API_CancelMessageMoveTask.html"
_SOME_ID = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"


def _handle(fields: Mapping[str, object] | list[object]) -> str:
    return base64.b64encode(json.dumps(fields).encode()).decode()


def _handle_of(queue: Fixture) -> Fixture:
    """A handle of a task of this queue that was never started."""
    return Fixture("TASK_HANDLE", lambda aws: _handle({"taskId": _SOME_ID, "sourceArn": queue.make(aws)}))


_UNREADABLE = {
    "word": "foobared",
    "empty": "",
    "not-base64": "not base64!",
    "not-json": base64.b64encode(b"text").decode(),
    "list": _handle([_SOME_ID]),
    "without-task": _handle({"sourceArn": "arn:aws:sqs:us-east-1:000000000000:dead"}),
    "without-source": _handle({"taskId": _SOME_ID}),
}
for _name, _text in _UNREADABLE.items():
    refused(
        f"sqs/CancelMessageMoveTask/handle-{_name}",
        "A text that is not a handle is refused.",
        {"TaskHandle": _text},
        "InvalidParameterValue",
        "Value for parameter TaskHandle is invalid." if _text else str,
        source=RECORDED if _name == "word" else _PAGE,
        certainty="recorded" if _name == "word" else "assumed",
        shape="InvalidParameterValueException",
    )
for _name, _queue_arn, _message in (
    ("unknown-queue", NO_ARN, not_there("SourceArn")),
    ("unknown-task", DEAD_ARN, "Task does not exist."),
    ("unknown-task-of-another-queue", QUEUE_ARN, "Task does not exist."),
):
    refused(
        f"sqs/CancelMessageMoveTask/{_name}",
        "A handle whose queue or task does not exist is refused.",
        {"TaskHandle": _handle_of(_queue_arn)},
        "ResourceNotFoundException",
        _message,
        source=RECORDED,
        certainty="recorded",
        shape="ResourceNotFoundException",
        status=404,
    )
refused(
    "sqs/CancelMessageMoveTask/without-handle",
    "The handle must be given.",
    {},
    "MissingParameter",
    source=_PAGE,
    certainty="modeled",
)


@case(
    "sqs/CancelMessageMoveTask/running-task",
    "A task that runs is cancelled; what has moved stays moved, the rest stays where it is.",
    _PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    dead, destination, handle = running(aws)
    aws.sqs("CancelMessageMoveTask", TaskHandle=handle).gives(ApproximateNumberOfMessagesMoved=int)
    task = last(aws, dead)
    has(task, {"Status": re.compile("CANCELLING|CANCELLED"), "TaskHandle": ABSENT}, "the task")
    moved = task["ApproximateNumberOfMessagesMoved"]
    same(len(bodies_of(aws, destination, moved)) + len(bodies_of(aws, dead, 8 - moved)), 8, "the messages")


@case(
    "sqs/CancelMessageMoveTask/ended-task",
    "A task that has ended cannot be cancelled.",
    _PAGE,
    "modeled",
)
def _(aws: Caller) -> None:
    dead, destination = dead_letter_queue(aws), aws.queue()
    handle = start(aws, dead, destination).result["TaskHandle"]
    ended(aws, dead)
    same(
        aws.sqs("CancelMessageMoveTask", TaskHandle=handle).error["Code"],
        re.compile("AWS.SimpleQueueService.UnsupportedOperation|ResourceNotFoundException"),
        "the error code",
    )
