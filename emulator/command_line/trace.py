"""The command ``trace``: what became of a message."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import click

from emulator.command_line.failures import RefusedError
from emulator.command_line.names import short
from emulator.command_line.options import server_command
from emulator.command_line.output import one_line, print_json
from emulator.command_line.session import Session

_BODY_CHARACTERS = 200
_BAD = ("failed", "attempt_failed", "dead_lettered", "moved_to_dead_letter_queue", "forwarding_failed")
_NOT_DELIVERED = ("filtered_out", "withheld", "dropped", "duplicate", "expired")


@click.command("trace", short_help="Say what became of a message.")
@click.argument("message_id", metavar="ID")
@server_command(filters=())
def trace(session: Session, /, *, message_id: str, as_json: bool) -> None:
    """Say what became of the message with this ID, which Publish or SendMessage returned.

    \b
    sqs-sns-emulator trace 6dc00f38-bad8-41d6-a7f8-f14857d6807c
    sqs-sns-emulator trace "$(sqs-sns-emulator publish sales hello)"
    """
    try:
        record = session.control("GET", f"trace/{quote(message_id, safe='')}")
    except RefusedError as error:
        if error.code != "404":
            raise
        raise RefusedError(error.code, f"{error.text} The trace keeps the newest messages only.") from None
    if as_json:
        print_json(record)
        return
    for line in _lines(record):
        click.echo(line)


def _lines(record: Any) -> Iterator[str]:
    to = record["topic"] or record["queue"] or record["target"]
    yield f"{click.style(record['message_id'], bold=True)} to {to}"
    body = record["message"]
    yield f"  {one_line(body[:_BODY_CHARACTERS])}{'...' if len(body) > _BODY_CHARACTERS else ''}"
    yield from _steps(record["steps"], "  ")
    for subscription in record["subscriptions"]:
        yield f"  {subscription['protocol']} {click.style(subscription['endpoint'], bold=True)}"
        for failed in (subscription["filter"] or {}).get("failed", ()):
            hint = f"; {failed['hint']}" if failed.get("hint") else ""
            yield f"    {failed['key'] or 'the message'}: {failed['reason']}{hint}"
        yield from _steps(subscription["steps"], "    ")
    if record.get("in_queue"):
        yield f"  now {record['in_queue']['state']}, received {record['in_queue']['receive_count']} times"
    if record["omitted"]:
        yield f"  ... and {record['omitted']} steps that are no longer known"


def _steps(steps: list[Any], indent: str) -> Iterator[str]:
    for step in steps:
        shown = dict(step)
        at, event = shown.pop("at"), shown.pop("event")
        color = "red" if event in _BAD else "yellow" if event in _NOT_DELIVERED else "green"
        details = " ".join(f"{name}={_value(value)}" for name, value in shown.items())
        yield f"{indent}{click.style(at, dim=True)} {click.style(event, fg=color)} {details}".rstrip()


def _value(value: object) -> str:
    text = one_line(str(value))
    return f'"{text}"' if " " in text else short(text) if text.startswith("arn:aws:sqs:") else text
