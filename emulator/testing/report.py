"""Queues and traces in words, for the messages of failed tests."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from textwrap import indent
from typing import Any

from emulator.testing.control import QueueContents, QueueMessage

_SHOWN_CHARACTERS = 300  # of a message


def unmatched(contents: QueueContents, match: object, timeout: float, everything: str) -> str:
    """No message came."""
    wanted = "No message" if match is None else f"No message with the body {match!r}"
    if callable(match):
        wanted = f"No message for which {getattr(match, '__name__', 'match')} is true"
    lines = [f"{wanted} could be received from {contents.name} within {timeout:g} s.", *_advice(contents)]
    return "\n".join([*lines, "", everything])


def unwanted(contents: QueueContents, found: list[QueueMessage], everything: str) -> str:
    """Messages came that should not have."""
    lines = [f"{contents.name} was to hold no such message, but holds {len(found)}:"]
    lines += [f"  {_told(message, contents.now)}" for message in found[:20]]
    return "\n".join([*lines, "", everything])


def describe(queues: Iterable[QueueContents], publishes: Iterable[Any]) -> str:
    """All queues, then what became of what was published."""
    parts = [part for queue in queues for part in _queue(queue)] or ["There are no queues."]
    for publish in publishes:
        parts += _publish(publish)
    return "\n".join(parts)


def _advice(contents: QueueContents) -> Iterator[str]:
    """Why what is there cannot be received yet."""
    waiting = [message for message in contents.messages if message.visible_at is not None]
    dues = [message.visible_at for message in waiting if message.visible_at is not None]
    if dues:
        seconds = (min(dues) - contents.now).total_seconds()
        yield f"It holds messages that are delayed or in flight; the first falls due in {seconds:.3f} s of its clock."
    if any(message.group_in_flight for message in contents.messages):
        yield "It holds messages that wait for an earlier one of their group, which is in flight."


def _queue(queue: QueueContents) -> Iterator[str]:
    yield f"queue {queue.name}: {_count(len(queue.messages) + queue.omitted, 'message')}"
    for message in queue.messages:
        yield f"  {_told(message, queue.now)}"
    if queue.omitted:
        yield f"  and {queue.omitted} more"


def _told(message: QueueMessage, now: datetime) -> str:
    words = [message.state.replace("_", " ")]
    if message.visible_at is not None:
        words.append(f"for {(message.visible_at - now).total_seconds():.3f} s more")
    if message.group_in_flight:
        words.append("(an earlier message of its group is in flight)")
    if message.group_id is not None:
        words.append(f"group {message.group_id}")
    if message.receive_count:
        words.append(f"received {_count(message.receive_count, 'time')}")
    return f"{' '.join(words)}: {_shortened(message.body)}"


def _publish(publish: Any) -> Iterator[str]:
    yield f"published to {publish['topic'] or publish['target']}: {_shortened(publish['message'])}"
    for name, value in publish["attributes"].items():
        yield f"  attribute {name}: {value.get('StringValue', value.get('BinaryValue'))}"
    for subscription in publish["subscriptions"]:
        yield f"  {subscription['protocol']} {subscription['endpoint']}"
        for step in subscription["steps"]:
            yield indent(_step(step), "    ")
        for failure in (subscription["filter"] or {"failed": ()})["failed"]:
            yield f"      {failure['key']}: {failure['reason']}"
    if not publish["subscriptions"]:
        yield "  nobody is subscribed"


def _step(step: Any) -> str:
    details = [step.get("reason"), step.get("moved_to"), step.get("fault")]
    return ": ".join([step["event"].replace("_", " "), *(detail for detail in details if detail)])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _shortened(text: str) -> str:
    return repr(text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…")
