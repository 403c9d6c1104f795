"""The command ``redrive``: messages of a dead-letter queue back to where they came from."""

import time
from typing import Any

import click

from emulator.command_line.failures import Failure
from emulator.command_line.names import Name
from emulator.command_line.options import option, queue_argument, server_command
from emulator.command_line.output import print_json, progress
from emulator.command_line.session import Session

_PAUSE_SECONDS = 0.05


@click.command("redrive", short_help="Move the messages of a dead-letter queue back.")
@queue_argument
@option("--to", "destination", metavar="QUEUE", help="Move all of them there, and not to their source queues.")
@option("--rate", type=click.IntRange(1, 500), metavar="N", help="Messages per second, by the clock of the account.")
@option("--no-wait", is_flag=True, help="Do not wait until the messages are moved.")
@server_command()
def redrive(
    session: Session, /, *, queue: str, destination: str | None, rate: int | None, no_wait: bool, as_json: bool
) -> None:
    """Move the messages of the dead-letter queue QUEUE back to their source queues, with a message move task.

    Waits until all are moved. Exits with 1 if the task fails. Ctrl-C ends the waiting, and not the task.

    \b
    sqs-sns-emulator redrive orders-dead
    sqs-sns-emulator redrive orders-dead --to orders-again --rate 10
    """
    name = session.queue(queue)
    source = session.arn_of_queue(name)
    parameters = {
        "SourceArn": source,
        "DestinationArn": None if destination is None else session.arn_of_queue(session.queue(destination)),
        "MaxNumberOfMessagesPerSecond": rate,
    }
    task = session.sqs("StartMessageMoveTask", name, parameters)
    if not no_wait:
        task = _finished(session, name, source)
    if as_json:
        print_json(task)
    elif no_wait:
        click.echo(f"The messages of {source} are being moved.")
    else:
        click.echo(f"{task['ApproximateNumberOfMessagesMoved']} messages moved.")
    if task.get("Status") == "FAILED":
        raise Failure(f"the task failed: {task.get('FailureReason', 'no reason is given')}")


def _finished(session: Session, queue: Name, source: str) -> Any:
    """The task when it has ended."""
    with progress("Moving", None) as update:
        while True:
            answer = session.sqs("ListMessageMoveTasks", queue, {"SourceArn": source, "MaxResults": 1})
            [task] = answer["Results"]
            update(task["ApproximateNumberOfMessagesMoved"], task.get("ApproximateNumberOfMessagesToMove"))
            if task["Status"] != "RUNNING":
                return task
            time.sleep(_PAUSE_SECONDS)
