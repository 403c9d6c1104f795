"""StartMessageMoveTask."""

import base64
import json
import re
import time
from typing import Any

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.sources import RECORDED, SQS_API, SQS_GUIDE
from emulator.conformance.cases.sqs.dead_letters import redrive
from emulator.conformance.cases.sqs.messages import fifo_queue, nothing_left, send
from emulator.conformance.cases.sqs.move_tasks import (
    DEAD_ARN,
    FIFO_ARN,
    NO_ARN,
    bodies_of,
    dead_letter_queue,
    ended,
    not_there,
    running,
    start,
)
from emulator.conformance.fixtures import QUEUE_ARN
from emulator.conformance.mismatch import ABSENT, has, same
from emulator.conformance.tables import accepted, refused

_PAGE = f"{SQS_API}/API_StartMessageMoveTask.html"
_GUIDE = f"{SQS_GUIDE}/sqs-configure-dead-letter-queue-redrive.html"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# -- What moves ------------------------------------------------------------------------------


def _to_a_destination(kind: str) -> None:
    @case(
        f"sqs/StartMessageMoveTask/to-a-destination-{kind}",
        "The messages of a dead-letter queue move to the destination.",
        RECORDED if kind == "standard" else _GUIDE,
        "recorded" if kind == "standard" else "documented",
    )
    def _(aws: Caller) -> None:
        dead, destination = (fifo_queue(aws) if kind == "fifo" else aws.queue() for _ in range(2))
        if kind == "fifo":
            fifo_queue(aws, **redrive(aws, dead))
        else:
            aws.queue(redrive(aws, dead))
        send(aws, dead, "g-1", "g-2")
        start(aws, dead, destination).gives(TaskHandle=str)
        ended(aws, dead)
        same(bodies_of(aws, destination, 2), ["g-1", "g-2"], "the bodies")
        same(nothing_left(aws, dead), True, "whether nothing is left")


_to_a_destination("standard")
_to_a_destination("fifo")


def _killed(aws: Caller, dead: str, body: str) -> str:
    """The URL of a queue one message of which has become a dead letter."""
    source = aws.queue(redrive(aws, dead))
    send(aws, source, body)
    aws.received(source, 1, VisibilityTimeout=0)
    same(aws.receive(source, WaitTimeSeconds=0), [], "the messages of the source")
    return source


@case(
    "sqs/StartMessageMoveTask/back-to-the-source",
    "Without a destination messages return to the queue from which they came.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    dead = aws.queue()
    source = _killed(aws, dead, "hello")
    start(aws, dead).succeeds()
    ended(aws, dead)
    (after,) = aws.received(source, 1)
    same(after["Body"], "hello", "the body")


@case(
    "sqs/StartMessageMoveTask/moved-messages-are-new",
    "A message that was moved has a new id.",
    f"{SQS_GUIDE}/sqs-configure-dead-letter-queue-redrive.html",
    "documented",
)
def _(aws: Caller) -> None:
    dead = aws.queue()
    source = _killed(aws, dead, "hello")
    (before,) = aws.received(dead, 1, VisibilityTimeout=0)
    start(aws, dead).succeeds()
    ended(aws, dead)
    (after,) = aws.received(source, 1)
    same(after["MessageId"] != before["MessageId"], True, "whether the message id is a new one")


@case(
    "sqs/StartMessageMoveTask/moved-messages-begin-anew",
    "A message that was moved has not been received yet, and is no dead letter.",
    _PAGE,
    "assumed",
)
def _(aws: Caller) -> None:
    dead = aws.queue()
    source = _killed(aws, dead, "hello")
    start(aws, dead).succeeds()
    ended(aws, dead)
    (after,) = aws.received(source, 1, AttributeNames=["All"])
    anew = {"ApproximateReceiveCount": "1", "DeadLetterQueueSourceArn": ABSENT}
    has(after["Attributes"], anew, "the system attributes")


@case(
    "sqs/StartMessageMoveTask/back-to-several-sources",
    "Without a destination each message returns to its own source.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    dead = aws.queue()
    first, second = _killed(aws, dead, "first"), _killed(aws, dead, "second")
    start(aws, dead).succeeds()
    ended(aws, dead)
    same([bodies_of(aws, queue, 1) for queue in (first, second)], [["first"], ["second"]], "the bodies")


@case(
    "sqs/StartMessageMoveTask/keeps-message-attributes",
    "A message that is moved keeps its body and attributes.",
    _GUIDE,
    "documented",
)
def _(aws: Caller) -> None:
    dead, destination = dead_letter_queue(aws), aws.queue()
    attributes = {"k": {"DataType": "String", "StringValue": "x"}}
    send(aws, dead, "hello", MessageAttributes=attributes)
    start(aws, dead, destination).succeeds()
    (message,) = aws.received(destination, 1, MessageAttributeNames=["All"])
    expected = {"MessageAttributes": attributes, "MD5OfMessageAttributes": "a45daa70926828a2f0a1db3418e6feb4"}
    has(message, expected, "the message")


@case(
    "sqs/StartMessageMoveTask/rate",
    "At one message a second four take at least three seconds.",
    RECORDED,
    "recorded",
    seconds=4,
)
def _(aws: Caller) -> None:
    dead, destination = dead_letter_queue(aws), aws.queue()
    send(aws, dead, "1", "2", "3", "4")
    since = time.monotonic()
    start(aws, dead, destination, rate=1).succeeds()
    same(bodies_of(aws, destination, 4), ["1", "2", "3", "4"], "the bodies")
    same(time.monotonic() - since, lambda seconds: seconds > 2.9, "the seconds")


@case(
    "sqs/StartMessageMoveTask/handle",
    "The handle is base64 of JSON with the id of the task and the ARN of the source.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    dead, destination = dead_letter_queue(aws), aws.queue()
    handle = start(aws, dead, destination).result["TaskHandle"]
    same(json.loads(base64.b64decode(handle)), {"taskId": _UUID, "sourceArn": aws.arn(dead)}, "the handle")


# -- What is not started ---------------------------------------------------------------------

_REFUSED: dict[str, tuple[str, dict[str, Any], str, object, int, Certainty]] = {
    "source-is-no-dead-letter-queue": (
        "The source must be the dead-letter queue of another queue.",
        {"SourceArn": QUEUE_ARN},
        "InvalidParameterValue",
        "Source queue must be configured as a Dead Letter Queue.",
        400,
        "recorded",
    ),
    "unknown-source": (
        "The source must exist.",
        {"SourceArn": NO_ARN},
        "ResourceNotFoundException",
        not_there("SourceArn"),
        404,
        "assumed",
    ),
    "unknown-destination": (
        "The destination must exist.",
        {"SourceArn": DEAD_ARN, "DestinationArn": NO_ARN},
        "ResourceNotFoundException",
        not_there("DestinationArn"),
        404,
        "recorded",
    ),
    "destination-of-another-type": (
        "The destination must be of the source's type.",
        {"SourceArn": DEAD_ARN, "DestinationArn": FIFO_ARN},
        "InvalidParameterValue",
        str,
        400,
        "documented",
    ),
    "destination-is-the-source": (
        "The destination must be another queue.",
        {"SourceArn": DEAD_ARN, "DestinationArn": DEAD_ARN},
        "InvalidParameterValue",
        str,
        400,
        "assumed",
    ),
    "without-source": ("The source must be named.", {}, "MissingParameter", str, 400, "modeled"),
    **{
        f"rate-of-{name}": (
            "The rate is from 1 to 500 messages a second.",
            {"SourceArn": DEAD_ARN, "DestinationArn": QUEUE_ARN, "MaxNumberOfMessagesPerSecond": rate},
            "InvalidParameterValue",
            str,
            400,
            "documented",
        )
        for name, rate in (("less-than-0", -1), ("0", 0), ("501", 501))
    },
}
for _name, (_sentence, _params, _code, _message, _status, _certainty) in _REFUSED.items():
    refused(
        f"sqs/StartMessageMoveTask/{_name}",
        _sentence,
        _params,
        _code,
        _message,
        source=RECORDED if _certainty == "recorded" else _PAGE,
        certainty=_certainty,
        status=_status,
    )
for _rate in (1, 500):
    accepted(
        f"sqs/StartMessageMoveTask/rate-of-{_rate}",
        "The rate may be at either end of its range.",
        {"SourceArn": DEAD_ARN, "DestinationArn": QUEUE_ARN, "MaxNumberOfMessagesPerSecond": _rate},
        {"TaskHandle": str},
        source=_PAGE,
        certainty="documented",
    )


@case(
    "sqs/StartMessageMoveTask/while-one-runs",
    "One task of a source runs at a time.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    dead, destination, _ = running(aws)
    message = "There is already a task running. Only one active task is allowed for a source queue arn at a given time."
    start(aws, dead, destination).refused("InvalidParameterValue", message)
