"""The texts of failed expectations: queues, deliveries and traces in words."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from emulator.foundation.wording import count
from emulator.testing.control import QueueContents, QueueMessage, UnderWay
from emulator.testing.trace import PublishTrace
from emulator.testing.wording import shortened


def unmatched(contents: QueueContents, match: object, timeout: float, everything: str) -> str:
    """The text for an expected message that did not come."""
    wanted = "No message" if match is None else f"No message with the body {match!r}"
    if callable(match):
        wanted = f"No message for which {getattr(match, '__name__', 'match')} is true"
    lines = [f"{wanted} could be received from {contents.name} within {timeout:g} s.", *_advice(contents)]
    return "\n".join([*lines, "", everything])


def unwanted(contents: QueueContents, found: list[QueueMessage], everything: str) -> str:
    """The text for messages that should not have come."""
    lines = [f"{contents.name} was to hold no such message, but holds {len(found)}:"]
    lines += [f"  {_in_words(message, contents.now)}" for message in found[:20]]
    return "\n".join([*lines, "", everything])


def unsettled(under_way: list[UnderWay], now: datetime, everything: str) -> str:
    """The text for deliveries to HTTP endpoints that have not ended."""
    lines = [f"Messages are still on their way to HTTP endpoints, {len(under_way)} in all:"]
    lines += [f"  {_delivery(delivery, now)}" for delivery in under_way[:20]]
    return "\n".join([*lines, "", everything])


def describe(queues: Iterable[QueueContents], publishes: Iterable[PublishTrace], region: str) -> str:
    """All queues, with their regions if not ``region``, and then the traces of publishes."""
    parts = [part for queue in queues for part in _queue(queue, region)] or ["There are no queues."]
    return "\n".join([*parts, *map(str, publishes)])


def _advice(contents: QueueContents) -> Iterator[str]:
    """Reasons why messages in the queue cannot be received yet."""
    waiting = [message for message in contents.messages if message.visible_at is not None]
    dues = [message.visible_at for message in waiting if message.visible_at is not None]
    if dues:
        seconds = (min(dues) - contents.now).total_seconds()
        yield f"It holds messages that are delayed or in flight; the first falls due in {seconds:.3f} s of its clock."
    if any(message.group_in_flight for message in contents.messages):
        yield "It holds messages that wait for an earlier one of their group, which is in flight."


def _queue(queue: QueueContents, region: str) -> Iterator[str]:
    elsewhere = "" if queue.region == region else f" in {queue.region}"
    yield f"queue {queue.name}{elsewhere}: {count(len(queue.messages) + queue.omitted, 'message')}"
    for message in queue.messages:
        yield f"  {_in_words(message, queue.now)}"
    if queue.omitted:
        yield f"  and {queue.omitted} more"


def _in_words(message: QueueMessage, now: datetime) -> str:
    words = [message.state.replace("_", " ")]
    if message.visible_at is not None:
        words.append(f"for {(message.visible_at - now).total_seconds():.3f} s more")
    if message.group_in_flight:
        words.append(f"(an earlier message of its group is in flight: {message.locked_by})")
    if message.group_id is not None:
        words.append(f"group {message.group_id}")
    if message.receive_count:
        words.append(f"received {count(message.receive_count, 'time')}")
    return f"{' '.join(words)}: {shortened(message.body)}"


def _delivery(delivery: UnderWay, now: datetime) -> str:
    words = [f"to {delivery.endpoint}"]
    if delivery.attempts:
        words.append(f"{count(delivery.attempts, 'attempt')} failed")
        words.append(f"the last with {delivery.last_status or delivery.last_answer}")
    if delivery.next_attempt_at is None:
        words.append("one is being made")
    else:
        words.append(f"the next is due in {(delivery.next_attempt_at - now).total_seconds():.1f} s of its clock")
    return ", ".join(words)
