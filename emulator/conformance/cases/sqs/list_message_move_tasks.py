"""ListMessageMoveTasks."""

import time

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, SQS_API
from emulator.conformance.cases.sqs.messages import send
from emulator.conformance.cases.sqs.move_tasks import (
    DEAD_ARN,
    NO_ARN,
    dead_letter_queue,
    ended,
    last,
    not_there,
    running,
    start,
)
from emulator.conformance.mismatch import same
from emulator.conformance.tables import accepted, refused

_PAGE = f"{SQS_API}/API_ListMessageMoveTasks.html"

accepted(
    "sqs/ListMessageMoveTasks/no-tasks",
    "If there are no tasks, Results is absent or empty.",
    {"SourceArn": DEAD_ARN},
    source=_PAGE,
    certainty="assumed",
)
refused(
    "sqs/ListMessageMoveTasks/unknown-source",
    "The source must exist.",
    {"SourceArn": NO_ARN},
    "ResourceNotFoundException",
    not_there("SourceArn"),
    source=_PAGE,
    certainty="assumed",
    status=404,
    shape="ResourceNotFoundException",
)
refused(
    "sqs/ListMessageMoveTasks/without-source",
    "The source must be named.",
    {},
    "MissingParameter",
    source=_PAGE,
    certainty="modeled",
)
for _count in (0, 11):
    refused(
        f"sqs/ListMessageMoveTasks/max-results-{_count}",
        "One to ten tasks can be wanted.",
        {"SourceArn": DEAD_ARN, "MaxResults": _count},
        "InvalidParameterValue",
        source=_PAGE,
        certainty="documented",
    )


@case(
    "sqs/ListMessageMoveTasks/completed",
    "A task that has ended has no handle; it shows how many messages it had to move and how many it moved.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    dead, destination = dead_letter_queue(aws), aws.queue()
    send(aws, dead, "1", "2")
    start(aws, dead, destination).succeeds()
    expected = {
        "ApproximateNumberOfMessagesMoved": 2,
        "ApproximateNumberOfMessagesToMove": 2,
        "DestinationArn": aws.arn(destination),
        "SourceArn": aws.arn(dead),
        "StartedTimestamp": lambda started: abs(started / 1000 - time.time()) < 600,
        "Status": "COMPLETED",
    }
    same(ended(aws, dead), expected, "the task")


@case(
    "sqs/ListMessageMoveTasks/running",
    "A task that runs has its handle, and the rate it was given.",
    _PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    dead, destination, handle = running(aws)
    expected = {
        "TaskHandle": handle,
        "Status": "RUNNING",
        "SourceArn": aws.arn(dead),
        "DestinationArn": aws.arn(destination),
        "MaxNumberOfMessagesPerSecond": 1,
        "ApproximateNumberOfMessagesToMove": 8,
        "ApproximateNumberOfMessagesMoved": int,
        "StartedTimestamp": int,
    }
    same(last(aws, dead), expected, "the task")


@case(
    "sqs/ListMessageMoveTasks/newest-first",
    "The newest task comes first; one is listed unless more are wanted.",
    _PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    dead, first, second = dead_letter_queue(aws), aws.queue(), aws.queue()
    for destination in (first, second):
        start(aws, dead, destination).succeeds()
        ended(aws, dead)
    results = aws.sqs("ListMessageMoveTasks", SourceArn=aws.arn(dead), MaxResults=10).result["Results"]
    same([task["DestinationArn"] for task in results], [aws.arn(second), aws.arn(first)], "the destinations")
    same(last(aws, dead)["DestinationArn"], aws.arn(second), "the destination of the last task")
