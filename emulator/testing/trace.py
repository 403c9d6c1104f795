"""The trace of a test: what became of each publish. ``str`` gives it in words, as in a failed expectation."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from emulator.foundation.wording import count
from emulator.testing.control import Control, QueueMessage
from emulator.testing.wording import shortened

_SHOWN_CHARACTERS = 200  # of a value or of a list of conditions


@dataclass(frozen=True, slots=True)
class FilterFailure:
    """A key of a filter policy that did not match."""

    key: str
    value: object  # the value in the message
    conditions: Sequence[object]  # the array of conditions in the policy
    reason: str
    hint: str | None = None  # why no value of this type, or at this key, can ever match

    def __str__(self) -> str:
        hint = "" if self.hint is None else f" ({self.hint})"
        if not self.key:
            return f"because {self.reason}{hint}"
        if not self.conditions:
            return f"because attribute `{self.key}` {self.reason}: {_json(self.value)}"
        return f"because key `{self.key}` was {self._found()}, and the policy asks for {_json(self.conditions)}{hint}"

    def _found(self) -> str:
        if self.reason.startswith("absent"):
            return self.reason
        return _json(self.value) if " fails " in self.reason else f"{_json(self.value)} ({self.reason})"


@dataclass(frozen=True, slots=True)
class FilterVerdict:
    """The verdict of a filter policy when the message was published."""

    matches: bool
    failed: Sequence[FilterFailure]


@dataclass(frozen=True, slots=True)
class Step:
    """One event. Fields that do not apply are None. docs/control.md has a table of all events."""

    at: datetime
    event: str
    reason: str | None = None
    queue: str | None = None  # ARN
    queue_message_id: str | None = None
    receive_count: int | None = None
    visible_at: datetime | None = None  # when a delay or a visibility timeout is over
    moved_to: str | None = None  # ARN of a queue
    destination: str | None = None  # URL
    new_queue_message_id: str | None = None
    outbox_entry: str | None = None  # its id
    attempt: int | None = None  # from 1
    status: int | None = None  # of an HTTP answer
    answer: str | None = None  # the first characters of an HTTP answer, or why there was none
    next_attempt_at: datetime | None = None
    fault: str | None = None  # its id

    def __str__(self) -> str:
        details = [
            self.reason,
            None if self.attempt is None else f"attempt {self.attempt}",
            None if self.status is None else f"status {self.status}",
            shortened(self.answer) if self.answer else None,
            None if self.next_attempt_at is None else f"again at {self.next_attempt_at.isoformat()}",
            None if self.visible_at is None else f"visible at {self.visible_at.isoformat()}",
            None if self.receive_count is None else count(self.receive_count, "time"),
            self.destination,
            self.fault,
            self.moved_to or (self.queue if self.event == "dead_lettered" else None),
        ]
        words = ", ".join(detail for detail in details if detail is not None)
        return self.event.replace("_", " ") + (f": {words}" if words else "")


@dataclass(frozen=True, slots=True)
class SubscriptionTrace:
    """What became of a message at one subscription. ``filter`` is None if that has no filter policy."""

    subscription: str  # ARN
    protocol: str
    endpoint: str
    filter: FilterVerdict | None
    steps: Sequence[Step]

    def __str__(self) -> str:
        return "\n".join([f"{self.protocol} {self.endpoint}", *(f"  {line}" for line in self._lines())])

    def _lines(self) -> Iterator[str]:
        for step in self.steps:
            if step.event != "filtered_out" or self.filter is None:
                yield str(step)
                continue
            first, *others = map(str, self.filter.failed)
            yield f"filtered out by subscription {self.subscription} {first}"
            yield from (f"and {other}" for other in others)


@dataclass(frozen=True, slots=True)
class PublishTrace:
    """A message that was published or sent to a queue, and what became of it.

    A long ``message`` is truncated; ``message_length`` is its full length in characters.
    """

    message_id: str
    at: datetime
    account: str
    topic: str | None  # ARN
    target: str | None  # phone number or endpoint ARN of a message that was published without a topic
    queue: str | None  # ARN of the queue to which it was sent
    subject: str | None
    message: str
    message_length: int
    attributes: Mapping[str, Mapping[str, str]]  # in the form of MessageAttributes
    group_id: str | None
    deduplication_id: str | None
    sequence_number: str | None
    steps: Sequence[Step]  # those that belong to no subscription
    subscriptions: Sequence[SubscriptionTrace]
    omitted: int  # the number of steps that are no longer known, or a lower bound of it
    in_queue: QueueMessage | None = None  # for a message that was sent to a queue: its state there now

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        verb, place = ("published", self.topic or self.target) if self.queue is None else ("sent", self.queue)
        yield f"{verb} to {place}: {shortened(self.message)}"
        for name, value in self.attributes.items():
            yield f"  attribute {name}: {value.get('StringValue', value.get('BinaryValue'))}"
        for step in self.steps:
            if step.event != "sent" or step.visible_at is not None:
                yield f"  {step}"
        for subscription in self.subscriptions:
            yield from (f"  {line}" for line in str(subscription).splitlines())
        if self.topic is not None and not self.subscriptions and not self.steps:
            yield "  nobody is subscribed"
        if self.omitted:
            yield f"  and {count(self.omitted, 'step')} more"


class Trace:
    """The trace of the test's account."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def of(self, message_id: str) -> PublishTrace:
        """What became of the message that Publish or SendMessage answered with ``message_id``.

        LookupError if it is not known.
        """
        return self._control.trace_of(PublishTrace, message_id)

    def newest(self, *, topic: str | None = None, limit: int = 100) -> list[PublishTrace]:
        """What became of the newest publishes, to one topic (an ARN) or to all; the newest last."""
        return self._control.trace(list[PublishTrace], limit, topic)


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"
