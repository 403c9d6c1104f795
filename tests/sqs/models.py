"""What queues do, in the most obvious way: lists that are searched from end to end.

The state machines let a real queue and such a model do the same and compare what they see.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from emulator.aws.errors import InvalidParameterValue, ServiceError
from emulator.aws.sqs_errors import ReceiptHandleExpired

TWELVE_HOURS = 43_200
FIVE_MINUTES = 300


@dataclass(eq=False)
class ModelMessage:
    body: str  # no two have the same
    group: str | None
    sent_at: float
    place: tuple[float, int]  # in the order of the queue
    delayed_until: float
    hidden_until: float = float("-inf")
    delayed: bool = True
    receives: int = 0
    received_here: bool = False  # since it came to the queue that it is in
    origin: "Model | None" = None  # whose dead letter it is

    def in_flight(self, now: float) -> bool:
        return not self.delayed and now < self.hidden_until

    def visible(self, now: float) -> bool:
        return not self.delayed and not self.in_flight(now)


@dataclass(frozen=True)
class Held:
    """A receipt handle, and what it stands for."""

    queue: int
    handle: str
    message: ModelMessage
    receive_number: int
    received_at: float


@dataclass
class Model:
    """A standard queue. ``dead_letters`` is where messages go after ``max_receives``."""

    delay: int = 0
    visibility_timeout: int = 30
    retention: int = 345_600
    dead_letters: "Model | None" = None
    max_receives: int = 0
    messages: list[ModelMessage] = field(default_factory=list)
    _entries: Iterator[int] = field(default_factory=itertools.count)

    def settle(self, now: float) -> None:
        """Let happen what fell due."""
        self.messages = [message for message in self.messages if now < message.sent_at + self.retention]
        for message in self.messages:
            if message.delayed and message.delayed_until <= now:
                message.delayed = False

    # -- What is seen ----------------------------------------------------------------------

    def counts(self, now: float) -> tuple[int, int, int]:
        """Visible, delayed, in flight."""
        visible = sum(message.visible(now) for message in self.messages)
        delayed = sum(message.delayed for message in self.messages)
        return visible, delayed, len(self.messages) - visible - delayed

    def next_change(self, now: float) -> float | None:
        """When a message will change its state by itself."""
        ends = [message.sent_at + self.retention for message in self.messages]
        ends += [message.delayed_until for message in self.messages if message.delayed]
        ends += [message.hidden_until for message in self.messages if message.in_flight(now)]
        return min(ends, default=None)

    def receivable(self, now: float) -> bool:
        return any(message.visible(now) for message in self.messages)

    # -- What is done ----------------------------------------------------------------------

    def send(self, body: str, group: str | None, delay: int | None, now: float) -> None:
        self._enter(ModelMessage(body, group, now, (0, 0), 0), self.delay if delay is None else delay, now)

    def adopt(self, message: ModelMessage, now: float) -> None:
        self._enter(_adopted(message, message.sent_at), 0, now)

    def _enter(self, message: ModelMessage, delay: int, now: float) -> None:
        message.delayed_until = now + delay
        message.place = (now + delay, next(self._entries))
        self.messages.append(message)
        self.settle(now)

    def receive(self, limit: int, timeout: int | None, now: float) -> list[ModelMessage]:
        taken: list[ModelMessage] = []
        for message in sorted(filter(lambda message: message.visible(now), self.messages), key=lambda m: m.place):
            if len(taken) < limit and not self._move(message, now):
                self._hide(message, timeout, now)
                taken.append(message)
        return taken

    def _hide(self, message: ModelMessage, timeout: int | None, now: float) -> None:
        message.receives += 1
        message.received_here = True
        message.hidden_until = now + (self.visibility_timeout if timeout is None else timeout)

    def _move(self, message: ModelMessage, now: float) -> bool:
        if self.dead_letters is None or message.receives < self.max_receives or not message.received_here:
            return False
        self.messages.remove(message)
        message.origin = self
        self.dead_letters.settle(now)
        self.dead_letters.adopt(message, now)
        return True

    def withdraw(self, message: ModelMessage, now: float) -> None:
        """A move task takes the message out."""
        self.messages.remove(message)

    def delete(self, held: Held, now: float) -> type[ServiceError] | None:
        """The error this is refused with, or None."""
        refusal = self._refusal(held, now)
        if refusal is None and held.message in self.messages:
            self.messages.remove(held.message)
        return refusal

    def change_visibility(self, held: Held, timeout: int, now: float) -> type[ServiceError] | None:
        """The error this is refused with, or None."""
        refusal = self._refusal(held, now)
        if refusal is not None:
            return refusal
        if held.message not in self.messages or (timeout and now + timeout >= held.received_at + TWELVE_HOURS):
            return InvalidParameterValue
        held.message.hidden_until = now + timeout
        return None

    def _refusal(self, held: Held, now: float) -> type[ServiceError] | None:
        return ReceiptHandleExpired if now > held.received_at + TWELVE_HOURS else None

    def set_delay(self, delay: int) -> None:
        self.delay = delay

    def purge(self) -> None:
        self.messages.clear()


def _adopted(message: ModelMessage, sent_at: float) -> ModelMessage:
    return ModelMessage(
        message.body, message.group, sent_at, (0, 0), 0, receives=message.receives, origin=message.origin
    )


@dataclass
class ModelAttempt:
    since: float
    got: list[Held]
    void: bool = False  # one of the messages was deleted or changed


@dataclass
class FifoModel(Model):
    """A FIFO queue."""

    by_group: bool = False  # the scope of deduplication
    accepted: dict[tuple[str | None, str], tuple[float, str]] = field(default_factory=dict)
    attempts: dict[str, ModelAttempt] = field(default_factory=dict)
    line: list[str | None] = field(default_factory=list)  # groups that can be received from
    settled_at: float = float("-inf")

    def first_with(self, group: str, deduplication_id: str, now: float) -> str | None:
        """The message first sent with this id."""
        key = (group if self.by_group else None, deduplication_id)
        since, body = self.accepted.get(key, (float("-inf"), ""))
        return body if now < since + FIVE_MINUTES else None

    def accept(self, body: str, group: str, deduplication_id: str, now: float) -> None:
        self.accepted[group if self.by_group else None, deduplication_id] = (now, body)
        self.send(body, group, None, now)

    def adopt(self, message: ModelMessage, now: float) -> None:
        self._enter(_adopted(message, now), self.delay, now)

    def _enter(self, message: ModelMessage, delay: int, now: float) -> None:
        super()._enter(message, delay, now)
        message.place = (0, message.place[1])

    def settle(self, now: float) -> None:
        """Let happen what fell due, in order of time, so that groups get into line as they become available."""
        while (due := self._next_due()) is not None and due <= now:
            at = max(due, self.settled_at)
            for message in [message for message in self.messages if message.sent_at + self.retention == due]:
                self.messages.remove(message)
                self._line_up(max(due - 0.5, self.settled_at))
            for message in self.messages:
                if message.delayed and message.delayed_until <= due:
                    message.delayed = False
            self.settled_at = at
            self._line_up(at)
        self.settled_at = now
        self._line_up(now)

    def _next_due(self) -> float | None:
        """The next time at which something happens that has not been dealt with."""
        ends = [message.sent_at + self.retention for message in self.messages]
        ends += [message.delayed_until for message in self.messages if message.delayed]
        ends += [m.hidden_until for m in self.messages if not m.delayed and m.hidden_until > self.settled_at]
        return min(ends, default=None)

    def _available(self, now: float) -> list[ModelMessage]:
        """The messages that can be received: visible, and no earlier one of their group in flight."""
        available: list[ModelMessage] = []
        locked: set[str | None] = set()
        for message in sorted(self.messages, key=lambda message: message.place):
            if message.in_flight(now):
                locked.add(message.group)
            elif message.visible(now) and message.group not in locked:
                available.append(message)
        return available

    def _line_up(self, now: float) -> None:
        """Groups that have become available go to the end of the line, and those that no longer are leave it."""
        groups = list(dict.fromkeys(message.group for message in self._available(now)))
        self.line = [group for group in self.line if group in groups]
        self.line += [group for group in groups if group not in self.line]

    def set_delay(self, delay: int) -> None:
        self.delay = delay
        for message in self.messages:
            message.delayed_until = message.sent_at + delay

    def receivable(self, now: float) -> bool:
        return bool(self.line)

    def receive(self, limit: int, timeout: int | None, now: float) -> list[ModelMessage]:
        taken: list[ModelMessage] = []
        available = self._available(now)
        for group in self.line:
            for message in [message for message in available if message.group == group]:
                if len(taken) < limit and not self._move(message, now):
                    self._hide(message, timeout, now)
                    taken.append(message)
        served = {message.group for message in taken}
        self.line = [group for group in self.line if group not in served]
        self._line_up(now)
        return taken

    def withdraw(self, message: ModelMessage, now: float) -> None:
        super().withdraw(message, now)
        self._line_up(now)

    def delete(self, held: Held, now: float) -> type[ServiceError] | None:
        refusal = super().delete(held, now)
        self._void_attempts(held, refusal)
        self._line_up(now)
        return refusal

    def _void_attempts(self, held: Held, refusal: type[ServiceError] | None) -> None:
        for attempt in self.attempts.values():
            attempt.void |= refusal is None and any(got.message is held.message for got in attempt.got)

    def refused(self, attempt_id: str, now: float) -> bool:
        attempt = self.attempts.get(attempt_id)
        return attempt is not None and attempt.void and now < attempt.since + FIVE_MINUTES

    def repeatable(self, attempt_id: str, now: float) -> ModelAttempt | None:
        attempt = self.attempts.get(attempt_id)
        if attempt is None or now >= attempt.since + FIVE_MINUTES:
            return None
        holds = all(
            held.message in self.messages
            and held.message.in_flight(now)
            and held.message.receives == held.receive_number
            for held in attempt.got
        )
        return attempt if holds else None

    def repeat(self, attempt: ModelAttempt, timeout: int | None, now: float) -> None:
        for held in attempt.got:
            held.message.hidden_until = now + (self.visibility_timeout if timeout is None else timeout)

    def change_visibility(self, held: Held, timeout: int, now: float) -> type[ServiceError] | None:
        refusal = super().change_visibility(held, timeout, now)
        self._void_attempts(held, refusal)
        return refusal

    def _refusal(self, held: Held, now: float) -> type[ServiceError] | None:
        message = held.message
        if message in self.messages and not (message.in_flight(now) and message.receives == held.receive_number):
            return ReceiptHandleExpired
        return super()._refusal(held, now)

    def purge(self) -> None:
        super().purge()
        self.line.clear()
        self.accepted.clear()
        self.attempts.clear()
