"""The command ``receive``: messages out of a queue, as a consumer gets them."""

from typing import Any

import click

from emulator.command_line.durations import Duration
from emulator.command_line.failures import Failure
from emulator.command_line.names import Name
from emulator.command_line.options import option, queue_argument, server_command
from emulator.command_line.output import print_json_line
from emulator.command_line.session import Session

_MOST_AT_ONCE = 10  # messages that one receive returns
_LONGEST_WAIT = 20.0
_MARGIN_SECONDS = 30.0  # beyond the wait, before the server counts as gone


@click.command("receive", short_help="Receive messages from a queue.")
@queue_argument
@option(
    "--max",
    "most",
    type=click.IntRange(1),
    metavar="N",
    help="How many messages to receive at most; without it, 1, or with --follow any number.",
)
@option("--wait", type=Duration(), default=0.0, help="How long to wait for a message, such as 20s.")
@option("--visibility-timeout", type=Duration(), help="How long the messages are hidden from other receives.")
@option("--delete", is_flag=True, help="Delete each message when it was printed.")
@option("--follow", is_flag=True, help="Receive until Ctrl-C, or as many as --max says.")
@server_command()
def receive(
    session: Session,
    /,
    *,
    queue: str,
    most: int | None,
    wait: float,
    visibility_timeout: float | None,
    delete: bool,
    follow: bool,
    as_json: bool,
) -> None:
    """Receive messages from QUEUE, and print their bodies.

    With --json each message is one line, in the form of ReceiveMessage. The messages are in flight afterwards, unless
    --delete is given. Exits with 1 if there is no message.

    \b
    sqs-sns-emulator receive orders
    sqs-sns-emulator receive orders --max 10 --wait 20s --delete --json
    sqs-sns-emulator receive orders --follow --delete
    """
    name = session.queue(queue)
    left = most if follow else most or 1
    wait = _LONGEST_WAIT if follow else wait
    timeout = None if visibility_timeout is None else round(visibility_timeout)
    received = 0
    while left is None or left > 0:
        asked = _MOST_AT_ONCE if left is None else min(left, _MOST_AT_ONCE)
        messages = _received(session, name, asked, wait, timeout)
        for message in messages:
            _print(message, as_json=as_json)
            if delete:
                session.sqs("DeleteMessage", name, {"QueueUrl": name.name, "ReceiptHandle": message["ReceiptHandle"]})
        received += len(messages)
        left = None if left is None else left - len(messages)
        if not follow:
            if not messages:
                break
            wait = 0.0
    if not received:
        raise Failure(f"{name.name} has no message that can be received")


def _received(session: Session, queue: Name, number: int, wait: float, visibility_timeout: int | None) -> list[Any]:
    parameters = {
        "QueueUrl": queue.name,
        "MaxNumberOfMessages": number,
        "WaitTimeSeconds": round(wait),
        "VisibilityTimeout": visibility_timeout,
        "AttributeNames": ["All"],
        "MessageAttributeNames": ["All"],
    }
    answer = session.sqs("ReceiveMessage", queue, parameters, wait + _MARGIN_SECONDS)
    messages: list[Any] = answer.get("Messages", [])
    return messages


def _print(message: Any, *, as_json: bool) -> None:
    if as_json:
        print_json_line(message)
    else:
        click.echo(message["Body"])
