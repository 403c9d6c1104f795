"""The command ``wait``: until the server is ready, or a queue has a message."""

import time
from collections.abc import Callable
from typing import Any

import click

from emulator.command_line.durations import Duration
from emulator.command_line.failures import Failure, NoServerError, RefusedError
from emulator.command_line.options import option, server_command
from emulator.command_line.output import print_json
from emulator.command_line.session import Session

_PAUSE_SECONDS = 0.05
_MOST = 10_000
_READY = 200

Look = Callable[[], tuple[Any, str | None]]  # what there is, and why that is not enough


@click.command("wait", short_help="Wait for the server, or for messages in a queue.")
@click.argument("queue", required=False)
@option("--timeout", type=Duration(), default=30.0, help="How long to wait, such as 2m.")
@option("--messages", type=click.IntRange(1), metavar="N", help="How many messages QUEUE must have; without it, 1.")
@option("--containing", metavar="TEXT", help="Count only messages with this text in their body, in any state.")
@option("--empty", is_flag=True, help="Wait until QUEUE has no messages, in any state.")
@server_command()
def wait(
    session: Session,
    /,
    *,
    queue: str | None,
    timeout: float,
    messages: int | None,
    containing: str | None,
    empty: bool,
    as_json: bool,
) -> None:
    """Wait until the server is ready, or until QUEUE has messages that can be received.

    The server may start, and the queue be created, meanwhile. Time is real time. Exits with 1 after the --timeout.

    \b
    sqs-sns-emulator wait
    sqs-sns-emulator wait orders --messages 3 --timeout 2m
    sqs-sns-emulator wait orders --containing '"id": 7'
    sqs-sns-emulator wait orders --empty
    """
    if queue is None and (messages or containing is not None or empty):
        raise click.UsageError("--messages, --containing and --empty are about a queue: give QUEUE too.")
    if empty and (messages or containing is not None):
        raise click.UsageError("Give either --empty or what the queue must have.")
    look = _readiness(session) if queue is None else _in_queue(session, queue, messages or 1, containing, empty=empty)
    found = _awaited(look, timeout)
    if as_json:
        print_json(found)
    elif queue is None:
        click.echo("Ready.")


def _awaited(look: Look, timeout: float) -> Any:
    end = time.monotonic() + timeout
    while True:
        try:
            found, missing = look()
        except (NoServerError, RefusedError) as error:
            found, missing = None, error.message
        if missing is None:
            return found
        if time.monotonic() >= end:
            raise Failure(f"after {timeout:g} s: {missing}")
        time.sleep(min(_PAUSE_SECONDS, max(0.0, end - time.monotonic())))


def _readiness(session: Session) -> Look:
    def look() -> tuple[Any, str | None]:
        answer = session.health()
        return answer.json(), None if answer.status == _READY else "the server is still starting"

    return look


def _in_queue(session: Session, text: str, wanted: int, containing: str | None, *, empty: bool) -> Look:
    queue = session.queue(text)

    def look() -> tuple[Any, str | None]:
        contents = session.contents(queue, 0 if containing is None else _MOST)
        if empty:
            number = sum(contents[state] for state in ("visible", "delayed", "in_flight"))
            return contents, None if number == 0 else f"{queue.name} has {number} messages"
        if containing is None:
            number, what = contents["visible"], "that can be received"
        else:
            contents["messages"] = [each for each in contents["messages"] if containing in each["body"]]
            number, what = len(contents["messages"]), f"containing {containing!r}"
        return contents, None if number >= wanted else f"{queue.name} has {number} of {wanted} messages {what}"

    return look
