"""What one event source mapping takes out of its queue, and what becomes of it. No I/O, and no clock.

                   take                 conclude: processed
    queue ── gather ───> batch ──────────────────────────────> deleted
      ^         │ filter  │
      │         └─> deleted
      └──────────────────┘ conclude: failed; visible when the visibility timeout is over

Laws:

- A message is in one batch at most at a time, as long as its visibility timeout lasts.
- A message group of a FIFO queue is in one batch at most at a time, however long that takes.
- A message leaves the queue if the function has processed it, or if the filter criteria do not let it through. What
  becomes of all others is up to the queue.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
"""

from collections.abc import Iterator

from msgspec import Struct

from emulator.aws.errors import ServiceError
from emulator.foundation.events import Observer
from emulator.functions.concurrency import Concurrency
from emulator.functions.event import encoded, event_of, record_of
from emulator.functions.events import FunctionAnswered, Invoked, RejectedByFilter
from emulator.functions.filter_criteria import FilterCriteria
from emulator.functions.mapping import EventSourceMapping
from emulator.functions.outcome import Outcome
from emulator.sqs.catching_up import Budget
from emulator.sqs.message import Delivery, Message, MessageState
from emulator.sqs.queue import Queue

EVENT_BYTES_MAX = 6 * 1024 * 1024  # of a synchronous invocation
THROTTLED_RETRY_SECONDS = 1.0  # before the first retry; before each other one twice as long

_RECEIVED_AT_ONCE = 10  # messages
_GATHERED_AT_ONCE = 200  # messages, in one turn of the event loop
_FRAME_BYTES = len(event_of(()))


class Gathered(Struct, eq=False):
    """A message that was received for a batch, and its record in the event."""

    delivery: Delivery
    record: bytes
    receive_count: int

    @property
    def message(self) -> Message:
        return self.delivery.message


class Batch(Struct, eq=False):
    """Messages that the function gets in one event."""

    entries: list[Gathered]
    visible_at: float  # when the first of them is visible again, in seconds since the epoch
    throttled: int = 0  # how often

    @property
    def event(self) -> bytes:
        return event_of(each.record for each in self.entries)

    @property
    def message_ids(self) -> list[str]:
        return [each.message.id for each in self.entries]

    @property
    def groups(self) -> set[str | None]:
        return {each.message.group_id for each in self.entries}


class Consumer:
    """Takes messages for one mapping out of its queue. FilterPolicyError if its filter criteria are none."""

    def __init__(self, mapping: EventSourceMapping, queue: Queue, observer: Observer) -> None:
        self.mapping = mapping
        self.queue = queue
        self.again = False  # whether there is more to do now than was done in one turn
        self.last_result = "No records processed"
        self._observer = observer
        self._filter = FilterCriteria(mapping.filters)
        self._concurrency = Concurrency(mapping.maximum_concurrency, fifo=queue.fifo)
        self._gathered: list[Gathered] = []
        self._window_ends: float | None = None  # None: nothing is gathered
        self._held: list[Gathered] = []  # of message groups that are in a batch under way
        self._under_way: list[Batch] = []
        self._throttled: list[tuple[float, Batch]] = []  # and when each is tried again

    @property
    def under_way(self) -> int:
        """The number of batches that the function has and has not processed yet."""
        return len(self._under_way)

    @property
    def gathering(self) -> bool:
        """Whether messages wait for the end of a batching window, or for another try."""
        return bool(self._gathered or self._throttled)

    def change(self, mapping: EventSourceMapping) -> None:
        """From now on do what ``mapping`` says."""
        self.mapping = mapping
        self._filter = FilterCriteria(mapping.filters)
        self._concurrency = Concurrency(mapping.maximum_concurrency, fifo=self.queue.fifo)

    # -- From the queue to the function ----------------------------------------------------

    def take(self, now: float) -> list[Batch]:
        """The batches that the function is to get now."""
        self.again = False
        started = [*self._tried_again(now)]
        if self.queue.deleted or not self.queue.catch_up(now, Budget()):
            self.again = not self.queue.deleted
            return started
        left = _GATHERED_AT_ONCE
        while self._has_room(now):
            left -= self._gather(now, left)
            batch = self._ready(now)
            if batch is None:
                self.again = left <= 0 or self.queue.cut_short
                break
            started.append(batch)
            self._under_way.append(batch)
            for each in batch.entries:
                self._report(Invoked, each.message, now, len(batch.entries))
            if left <= 0:
                self.again = True
                break
        self._look_at_concurrency(now)
        return started

    def _has_room(self, now: float) -> bool:
        return len(self._under_way) + len(self._throttled) < self._concurrency.limit(now)

    def _look_at_concurrency(self, now: float) -> None:
        if not self._has_room(now):
            if self.queue.receivable(now):
                self._concurrency.exhausted(now)
        elif not self._under_way and not self.gathering and not self.again:
            self._concurrency.idle()

    def _gather(self, now: float, at_most: int) -> int:
        """Receive messages until a batch is full. Returns how many were received."""
        received = 0
        while received < at_most and len(self._gathered) < self.mapping.batch_size:
            wanted = min(_RECEIVED_AT_ONCE, self.mapping.batch_size - len(self._gathered))
            deliveries = self.queue.receive(wanted, None, now)
            if not deliveries:
                break
            received += len(deliveries)
            for delivery in deliveries:
                self._admit(delivery, now)
        return received

    def _admit(self, delivery: Delivery, now: float) -> None:
        """Put a message with those that are gathered, unless the filter or a batch under way is against it."""
        record = record_of(delivery, self.queue.arn)
        if not self._filter.accept(record):
            self._report(RejectedByFilter, delivery.message, now)
            self._delete(delivery, now)
            return
        gathered = Gathered(delivery, encoded(record), delivery.message.receive_count)
        if self.queue.fifo and any(delivery.message.group_id in batch.groups for batch in self._unfinished()):
            self._held.append(gathered)
            return
        self._gathered.append(gathered)
        if self._window_ends is None:
            self._window_ends = now + self.mapping.window_seconds

    def _unfinished(self) -> Iterator[Batch]:
        yield from self._under_way
        yield from (batch for _, batch in self._throttled)

    def _ready(self, now: float) -> Batch | None:
        """The batch that is gathered; None if there is none, or it may become larger."""
        self._gathered = [each for each in self._gathered if self._is_ours(each, now)]
        if not self._gathered:
            self._window_ends = None
            return None
        fitting = self._fitting()
        assert self._window_ends is not None, "something is gathered"
        full = len(self._gathered) >= self.mapping.batch_size or fitting < len(self._gathered)
        if not full and now < self._window_ends:
            return None
        entries, self._gathered = self._gathered[:fitting], self._gathered[fitting:]
        self._window_ends = now + self.mapping.window_seconds if self._gathered else None
        return Batch(entries, min(each.message.visible_at for each in entries))

    def _fitting(self) -> int:
        """How many of the gathered messages fit into one event."""
        size = _FRAME_BYTES
        for number, each in enumerate(self._gathered):
            size += len(each.record) + 1
            if size > EVENT_BYTES_MAX and number:
                return number
        return len(self._gathered)

    def _is_ours(self, gathered: Gathered, now: float) -> bool:
        """Whether a message is still hidden by the receive that it was gathered with."""
        message = gathered.message
        in_flight = self.queue.state_of(message) == MessageState.IN_FLIGHT and message.visible_at > now
        return in_flight and message.receive_count == gathered.receive_count

    def _tried_again(self, now: float) -> Iterator[Batch]:
        due = [batch for at, batch in self._throttled if at <= now]
        self._throttled = [each for each in self._throttled if each[0] > now]
        for batch in due:
            if now < batch.visible_at:
                self._under_way.append(batch)
                yield batch
            else:
                self._let_go(batch, now)

    def next_due(self, now: float) -> float | None:
        """When ``take`` may have something to do again by time alone."""
        dues: list[float | None] = [self._window_ends, *(at for at, _ in self._throttled)]
        dues.append(self.queue.next_due() if self._has_room(now) else self._concurrency.next_growth(now))
        return min((due for due in dues if due is not None), default=None)

    # -- What the function answered --------------------------------------------------------

    def conclude(self, batch: Batch, outcome: Outcome, now: float) -> None:
        """Delete what was processed. A batch that was throttled is tried again, as long as it is hidden."""
        self._under_way.remove(batch)
        if self.queue.deleted:
            return
        retry_at = now + THROTTLED_RETRY_SECONDS * 2.0**batch.throttled
        failed = outcome.result != "processed"
        for each in batch.entries:
            result = outcome.result if outcome.result == "throttled" else _result_of(each, outcome)
            self._report(FunctionAnswered, each.message, now, result, outcome.answer)
        if failed:
            self.last_result = "PROBLEM: Function call failed"
            self._warn(batch, outcome, now)
        else:
            self.last_result = "OK"
            self._concurrency.succeeded()
        if outcome.result in ("failed", "throttled"):
            self._concurrency.failed(now)
        if outcome.result == "throttled" and retry_at < batch.visible_at:
            batch.throttled += 1
            self._throttled.append((retry_at, batch))
            return
        for each in batch.entries:
            if each.message.id not in outcome.failed:
                self._delete(each.delivery, now)
        self._let_go(batch, now)

    def _let_go(self, batch: Batch, now: float) -> None:
        """Let messages of the same groups follow."""
        groups = batch.groups
        free = [each for each in self._held if each.message.group_id in groups]
        self._held = [each for each in self._held if each.message.group_id not in groups]
        ours = [each for each in free if self._is_ours(each, now)]
        if ours:
            self._gathered += ours
            if self._window_ends is None:
                self._window_ends = now

    def _delete(self, delivery: Delivery, now: float) -> None:
        """Delete a message. A FIFO queue refuses that once the visibility timeout is over."""
        try:
            self.queue.delete(delivery.receipt_handle, now)
        except ServiceError as error:
            self._report(FunctionAnswered, delivery.message, now, "not_deleted", error.message)

    def _report(self, kind: type, message: Message, now: float, *more: object) -> None:
        arn, function = self.queue.arn, self.mapping.function_arn
        self.queue.reports.happened(kind(now, arn, message.id, function, *more, origin=message.origin))

    def _warn(self, batch: Batch, outcome: Outcome, now: float) -> None:
        first = next((each for each in batch.entries if each.message.id in outcome.failed), batch.entries[0]).message
        arn, function = self.queue.arn, self.mapping.function_arn
        event = FunctionAnswered(now, arn, first.id, function, outcome.result, outcome.answer, origin=first.origin)
        self._observer.warn(event)


def _result_of(entry: Gathered, outcome: Outcome) -> str:
    return "failed" if entry.message.id in outcome.failed else "processed"
