"""The command ``tail``: what happens to messages, as it happens."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import click

from emulator.command_line.failures import Failure
from emulator.command_line.names import short
from emulator.command_line.options import option, server_command
from emulator.command_line.output import one_line, print_json_line
from emulator.command_line.session import Session

_IDS = ("message_id", "published_as", "queue_message_id", "new_message_id")
_BODY_CHARACTERS = 100  # shown of a body
# Colors by what an event means for its message.
_COLORS = {
    "green": ("sent", "published", "delivered", "forwarded", "subscription_confirmed"),
    "blue": ("received", "visibility_changed", "dispatched", "stored", "moved"),
    "yellow": ("filtered_out", "withheld", "duplicate", "disturbed", "expired", "purged", "attempted", "dropped"),
    "red": ("failed", "dead_lettered", "moved_to_dead_letter_queue", "confirmation_failed", "forwarding_failed"),
}
_COLOR_OF = {event: color for color, events in _COLORS.items() for event in events}


@click.command("tail", short_help="Show what happens, as it happens.")
@option("--queue", metavar="QUEUE", help="Only events about this queue.")
@option("--topic", metavar="TOPIC", help="Only events about this topic.")
@option("--type", "types", multiple=True, metavar="TYPE", help="Only events of this type; can be given several times.")
@option("--message", metavar="ID", help="Only events about the message with this id.")
@option("--grep", metavar="TEXT", help="Only events in which this text is.")
@option("--count", type=click.IntRange(1), metavar="N", help="End after so many events.")
@server_command(filters=("account", "region"))
def tail(
    session: Session,
    /,
    *,
    queue: str | None,
    topic: str | None,
    types: tuple[str, ...],
    message: str | None,
    grep: str | None,
    count: int | None,
    as_json: bool,
) -> None:
    """Show what happens from now on, until Ctrl-C: sent, received, deleted, published, delivered, and so on.

    With --json each event is one line. docs/observing.md lists the types of events. A queue or topic that does not
    exist may be made meanwhile; a note on standard error says so.

    \b
    sqs-sns-emulator tail
    sqs-sns-emulator tail --queue orders --type sent,received
    sqs-sns-emulator tail --json | jq .event
    """
    of_queue = None if queue is None else session.queue(queue)
    of_topic = None if topic is None else session.topic(topic)
    query = {
        "account": session.target.only_account,
        "queue": None if of_queue is None else session.arn("sqs", of_queue),
        "topic": None if of_topic is None else session.arn("sns", of_topic),
        "type": ",".join(types) or None,
    }
    wanted = _Wanted(message, grep, session.target.only_region)
    for noun, name in (("queue", of_queue), ("topic", of_topic)):
        if name is not None and (note := session.missing(noun, name)):
            click.echo(f"Note: {note}", err=True)
    events = _events(session.lines(session.open("GET", "events", query)))
    for number, event in enumerate((each for each in events if wanted(each)), 1):
        if as_json:
            print_json_line(event)
        else:
            click.echo(_line(event))
        if number == count:
            return
    raise Failure(f"the server at {session.target.url} has ended the stream")


def _events(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The events of a stream of server-sent events."""
    kind = ""
    for line in lines:
        field, _, value = line.decode().rstrip("\n").partition(": ")
        if field == "event":
            kind = value
        elif field == "data":
            yield {"event": kind, **json.loads(value)}


class _Wanted(NamedTuple):
    """Which events are shown, beside what the server filters by."""

    message: str | None
    grep: str | None
    region: str | None

    def __call__(self, event: dict[str, Any]) -> bool:
        arns = [event[name] for name in ("queue", "topic") if event.get(name)]
        return (
            (self.message is None or any(event.get(name) == self.message for name in _IDS))
            and (self.grep is None or self.grep in json.dumps(event, ensure_ascii=False))
            and (self.region is None or not arns or any(f":{self.region}:" in arn for arn in arns))
        )


def _line(event: dict[str, Any]) -> str:
    """An event for people: time, type, where, and the rest."""
    shown = dict(event)
    kind, at = shown.pop("event"), shown.pop("at", "")
    shown.pop("account", None)
    wheres = [shown.pop(name, None) for name in ("topic", "queue")]
    where = " ".join(short(each) for each in wheres if each)
    shown.pop("body_length", None)
    shown.pop("message_length", None)
    rest = " ".join(f"{name}={_value(value)}" for name, value in shown.items() if value not in (None, {}, []))
    time = click.style(at.partition("T")[2][:12] or at, dim=True)
    name = click.style(kind.ljust(11), fg=_COLOR_OF.get(kind))
    return f"{time} {name} {click.style(one_line(where), bold=True)} {rest}".rstrip()


def _value(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    cut = text if len(text) <= _BODY_CHARACTERS else f"{text[:_BODY_CHARACTERS]}..."
    line = one_line(cut)
    return json.dumps(line, ensure_ascii=False) if " " in line else line
