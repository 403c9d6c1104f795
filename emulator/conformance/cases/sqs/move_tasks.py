"""Move tasks, for the cases about them."""

import time
from typing import Any

from emulator.conformance.answer import Answer
from emulator.conformance.caller import Caller
from emulator.conformance.cases.sqs.dead_letters import redrive
from emulator.conformance.cases.sqs.messages import send
from emulator.conformance.fixtures import Fixture
from emulator.conformance.mismatch import Mismatch, same

_DEADLINE_SECONDS = 60  # until a task without a rate has ended


def not_there(parameter: str) -> str:
    return f"The resource that you specified for the {parameter} parameter doesn't exist."


def dead_letter_queue(aws: Caller) -> str:
    """The URL of a queue that is the dead-letter queue of another."""
    dead = aws.queue()
    aws.queue(redrive(aws, dead))
    return dead


DEAD_ARN = Fixture("DEAD_ARN", lambda aws: aws.arn(dead_letter_queue(aws)))
NO_ARN = Fixture("NO_ARN", lambda aws: f"{aws.arn(aws.queue())}-gone")
FIFO_ARN = Fixture("FIFO_ARN", lambda aws: aws.arn(aws.fifo_queue()))


def start(aws: Caller, source: str, destination: str | None = None, rate: int | None = None) -> Answer:
    """Move the messages of one queue, by its URL, to another."""
    given: dict[str, Any] = {} if destination is None else {"DestinationArn": aws.arn(destination)}
    if rate is not None:
        given["MaxNumberOfMessagesPerSecond"] = rate
    return aws.sqs("StartMessageMoveTask", SourceArn=aws.arn(source), **given)


def last(aws: Caller, source: str) -> dict[str, Any]:
    """The task that was started last."""
    results = aws.sqs("ListMessageMoveTasks", SourceArn=aws.arn(source)).result["Results"]
    same(len(results), 1, "the number of tasks")
    return dict(results[0])


def ended(aws: Caller, source: str) -> dict[str, Any]:
    """The task that was started last, after it has ended."""
    until = time.monotonic() + _DEADLINE_SECONDS
    while (task := last(aws, source))["Status"] == "RUNNING":
        if time.monotonic() > until:
            raise Mismatch("the task does not end")
        aws.wait(0.5)
    return task


def bodies_of(aws: Caller, queue: str, count: int) -> list[str]:
    return sorted(message["Body"] for message in aws.received(queue, count))


def running(aws: Caller) -> tuple[str, str, str]:
    """The URLs of source and destination of a task that runs for a while, and its handle."""
    dead, destination = dead_letter_queue(aws), aws.queue()
    send(aws, dead, *(f"{number}" for number in range(8)))
    return dead, destination, str(start(aws, dead, destination, rate=1).result["TaskHandle"])
