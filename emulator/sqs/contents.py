"""What a queue holds: its messages, each in one state of its life (``life_cycle``), and the order of the visible ones.

Laws, which hold whenever a method has returned:

- Every message is in exactly one state, and ``counts`` has how many are in each.
- ``due`` has the end of every delay and visibility timeout, and ``order`` every message that is visible or in flight.
- Whatever changed was recorded in the ledger.

Nothing else assigns the place of a message: its state, its number, its times and its receive count.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Final

from emulator.aws.limits import RETENTION_SECONDS_MIN
from emulator.foundation.changes import Ledger
from emulator.sqs import life_cycle
from emulator.sqs.arrival_order import ArrivalOrder
from emulator.sqs.catching_up import Budget
from emulator.sqs.changes import (
    ChaosSet,
    DelayChanged,
    MessageGone,
    MessageHidden,
    MessagePlaced,
    MessageShown,
    RenderedContent,
    SharedContent,
    TenantNoiseChanged,
    WrittenContent,
)
from emulator.sqs.chaos import StandardQueueChaos
from emulator.sqs.group_order import GroupOrder
from emulator.sqs.life_cycle import Happening
from emulator.sqs.message import Message, MessageState, Shared
from emulator.sqs.message_content import Content, Recipe
from emulator.sqs.order import Order
from emulator.sqs.random_order import RandomOrder
from emulator.sqs.snapshot import Snapshot
from emulator.structures.pages import Pages
from emulator.structures.timeline import Timeline
from emulator.timing.turns import emptied, free

_DELAYED: Final = MessageState.DELAYED
_VISIBLE: Final = MessageState.VISIBLE
_IN_FLIGHT: Final = MessageState.IN_FLIGHT
_GONE: Final = MessageState.GONE
_SENT: Final = life_cycle.first_state(life_cycle.SENT)
_SENT_WITH_DELAY: Final = life_cycle.first_state(life_cycle.SENT_WITH_DELAY)


class Contents:
    """The messages of one queue. ``order`` says which is received next."""

    __slots__ = (
        "_fifo",
        "_ledger",
        "_on_due",
        "_on_page",
        "_queue_arn",
        "counts",
        "due",
        "messages",
        "order",
        "snapshots",
    )

    def __init__(
        self,
        queue_arn: str,
        ledger: Ledger,
        *,
        fifo: bool,
        on_page: Callable[[], None],
        on_due: Callable[[float], None],
    ) -> None:
        """``on_page`` is called when there are many messages, ``on_due`` with a time at which one may fall due."""
        self._queue_arn = queue_arn
        self._ledger = ledger
        self._fifo = fifo
        self.snapshots: list[Snapshot] = []  # those that are being read
        self._on_page, self._on_due = on_page, on_due
        self.messages = self._new_messages()
        self.counts = [0, 0, 0, 0]  # by state; that of GONE means nothing
        self.due = Timeline(self._is_due_time, on_due)  # ends of delays and visibility timeouts
        self.order: Order = self._new_order()

    def _new_messages(self) -> Pages[Message]:
        return Pages[Message](self._on_page, lambda sent_at: self._on_due(sent_at + RETENTION_SECONDS_MIN))

    def _new_order(self) -> Order:
        return GroupOrder(self.messages) if self._fifo else self._arrival_order()

    def _arrival_order(self) -> ArrivalOrder:
        return ArrivalOrder(self.messages, self.counts, self._tenant_noise_changed)

    # -- The life of a message ---------------------------------------------------------------

    def place(
        self, message: Message, sent_at: float, visible_at: float, shared: Shared | None = None, *, delayed: bool
    ) -> None:
        """Take in ``message``, which is in no queue: delayed until ``visible_at``, or visible at once.

        What the content has in common with that of ``shared``, if that is in its queue, is not recorded again.
        """
        message.sent_at = sent_at
        message.visible_at = visible_at
        self.messages.append(message)
        assert message.state is _GONE, "a message that is placed is in no queue"
        message.state = state = _SENT_WITH_DELAY if delayed else _SENT
        self.counts[state] += 1
        if self._ledger.kept:
            self._ledger.record(_placed(self._queue_arn, message, shared))
        if delayed:
            self.due.add((message.visible_at, message.sequence))
        else:
            self.order.arrive(message)

    def receive(self, message: Message, until: float, now: float) -> None:
        """Put ``message``, which is received ``now``, in flight until ``until``."""
        first_received_at = now if message.first_received_at is None else message.first_received_at
        self._hide(message, until, life_cycle.RECEIVED, message.receive_count + 1, first_received_at)

    def received(self, sequence: int) -> Message | None:
        """The message that a receipt handle with this number means; None if it is gone.

        None also if it is delayed: the handle is then from before a restore of an older state.
        """
        message = self.messages.get(sequence)
        return None if message is None or message.state == _DELAYED else message

    def hide(self, message: Message, until: float) -> None:
        """Put ``message``, which was received before, in flight until ``until``, without counting a receive."""
        self._hide(message, until, life_cycle.VISIBILITY_CHANGED, message.receive_count, message.first_received_at)

    def replay_placed(self, message: Message, change: MessagePlaced) -> None:
        """Apply a recorded change: take in ``message``."""
        message.receive_count = change.receive_count
        message.first_received_at = change.first_received_at
        self.place(message, change.sent_at, change.visible_at, delayed=change.delayed)

    def replay_hidden(self, change: MessageHidden) -> None:
        """Apply a recorded change: put a message in flight."""
        message = self.messages[change.sequence]
        self._hide(message, change.visible_at, life_cycle.RECEIVED, change.receive_count, change.first_received_at)

    def _hide(
        self,
        message: Message,
        until: float,
        happening: Happening,
        receive_count: int,
        first_received_at: float | None,
    ) -> None:
        left = message.state
        self._move(message, happening)
        if self._ledger.kept and (left, message.visible_at, message.receive_count) != (
            _IN_FLIGHT,
            until,
            receive_count,
        ):
            self._ledger.record(
                MessageHidden(self._queue_arn, message.sequence, until, receive_count, first_received_at)
            )
        message.visible_at = until
        message.receive_count = receive_count
        message.first_received_at = first_received_at
        if left == _VISIBLE:
            self.order.depart(message)
        self.due.add((until, message.sequence))
        self.due.compact(self.counts[_IN_FLIGHT] + self.counts[_DELAYED])

    def show(self, message: Message) -> None:
        """Make ``message`` visible, as its delay or its visibility timeout is over."""
        if self._ledger.kept:
            self._ledger.record(MessageShown(self._queue_arn, message.sequence))
        if message.state == _DELAYED:
            self._move(message, life_cycle.DELAY_ENDED)
            if self.order.renumbers_after_delay:
                self.messages.remove(message)
                self.messages.append(message)
            self.order.arrive(message)
        else:
            self._move(message, life_cycle.TIMEOUT_ENDED)
            self.order.come_back(message)

    def remove(self, message: Message, happening: Happening) -> None:
        """Remove ``message``; ``happening`` is the row of the life cycle that says why."""
        left = message.state
        self.messages.remove(message)
        self._move(message, happening)
        if self._ledger.kept:
            self._ledger.record(MessageGone(self._queue_arn, message.sequence))
        self.order.settle(message, left)
        self.due.compact(self.counts[_IN_FLIGHT] + self.counts[_DELAYED])

    def change_delay(self, message: Message, until: float) -> None:
        """Let the delay of ``message``, which is delayed, end at ``until``."""
        if until == message.visible_at:
            return
        if self._ledger.kept:
            self._ledger.record(DelayChanged(self._queue_arn, message.sequence, until))
        for snapshot in self.snapshots:
            snapshot.keep(message)
        message.visible_at = until
        self.due.add((until, message.sequence))
        self.due.compact(self.counts[_IN_FLIGHT] + self.counts[_DELAYED])

    def _move(self, message: Message, happening: Happening) -> None:
        state = happening.after[message.state]
        assert state is not None, f"a message that is {message.state.name} is not {happening.label}"
        if self.snapshots:
            for snapshot in self.snapshots:
                snapshot.keep(message)
        self.counts[message.state] -= 1
        self.counts[state] += 1
        message.state = state

    # -- As a whole --------------------------------------------------------------------------

    def clear(self) -> None:
        """Drop all messages by replacing their container, which takes the same time however many there are.

        Their states stay as they were: code that still refers to one sees that it is not in ``messages`` any more. The
        queue records why they were dropped.
        """
        dropped, self.messages = self.messages, self._new_messages()
        self.messages.last_sequence = dropped.last_sequence
        self._free(dropped)
        self.counts[:] = [0, 0, 0, 0]
        due, self.due = self.due, Timeline(self._is_due_time, self._on_due)
        order, chaos = self.order, self.chaos
        self.order = self._new_order()
        free(chain(emptied(*due.containers), order.emptied()))
        if chaos is not None:
            self._order_by(chaos)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The messages as they are now, to be read while the queue goes on."""
        snapshot = self.begin_snapshot()
        try:
            yield snapshot
        finally:
            self.end_snapshot(snapshot)

    def begin_snapshot(self) -> Snapshot:
        """As ``snapshot``, until ``end_snapshot``."""
        snapshot = Snapshot(self.messages)
        self.snapshots.append(snapshot)
        return snapshot

    def end_snapshot(self, snapshot: Snapshot) -> None:
        """``snapshot`` is not read any more."""
        self.snapshots.remove(snapshot)
        if snapshot.messages is not self.messages:
            self._free(snapshot.messages)

    def _free(self, dropped: Pages[Message]) -> None:
        """Free dropped messages once no snapshot reads them: the container is part of a cycle."""
        if all(snapshot.messages is not dropped for snapshot in self.snapshots):
            free(dropped.emptied())

    def restore(self, messages: Iterable[Message], last_sequence: int) -> None:
        """Take in the messages of a state document, in order of sequence numbers and in the states that they have."""
        for message in messages:
            self.messages.restore(message)
            self.counts[message.state] += 1
            if message.state == _VISIBLE:
                self.order.arrive(message)
            else:
                self.due.add((message.visible_at, message.sequence))
            if message.state == _IN_FLIGHT:
                self.order.rejoin(message)
        self.messages.last_sequence = last_sequence

    # -- Order -------------------------------------------------------------------------------

    @property
    def arrival(self) -> ArrivalOrder | None:
        """The order in which messages arrived, with chaos or without; None in a FIFO queue."""
        order = self.order
        if isinstance(order, RandomOrder):
            return order.arrival
        return order if isinstance(order, ArrivalOrder) else None

    @property
    def groups(self) -> GroupOrder | None:
        """The order of message groups; None in a standard queue."""
        return self.order if isinstance(self.order, GroupOrder) else None

    @property
    def chaos(self) -> StandardQueueChaos | None:
        return self.order.chaos if isinstance(self.order, RandomOrder) else None

    def set_chaos(self, chaos: StandardQueueChaos | None) -> None:
        """Set the chaos of a standard queue; None: receives follow the order of arrival."""
        before = self._chaos_change()
        self._order_by(chaos)
        self._record_chaos(before)

    def _order_by(self, chaos: StandardQueueChaos | None) -> None:
        arrival = self.arrival
        assert arrival is not None, "a FIFO queue has no chaos"
        self.order = (
            arrival
            if chaos is None
            else RandomOrder(arrival, chaos, self.messages, self._chaos_change, self._record_chaos)
        )

    def _chaos_change(self) -> ChaosSet | None:
        """The present chaos as a change; None while no changes are kept."""
        if not self._ledger.kept:
            return None
        chaos = self.chaos
        if chaos is None:
            return ChaosSet(self._queue_arn)
        return ChaosSet(self._queue_arn, chaos.state, tuple(chaos.last_delivered))

    def _record_chaos(self, before: ChaosSet | None) -> None:
        after = self._chaos_change()
        if after is not None and after != before:
            self._ledger.record(after)

    def _tenant_noise_changed(self, group_id: str, noisy_until: float | None) -> None:
        if self._ledger.kept:
            self._ledger.record(TenantNoiseChanged(self._queue_arn, group_id, noisy_until))

    @property
    def oldest_sent_at(self) -> float | None:
        """When the oldest message was sent, in seconds since the epoch, whatever its state; None if there is none."""
        oldest = self.messages.oldest()
        return None if oldest is None else oldest.sent_at

    # -- Time --------------------------------------------------------------------------------

    def next_due(self, retention_seconds: int) -> float | None:
        """When the next message will become visible or expire; None if none will."""
        oldest, due = self.messages.oldest(), self.due.next_due()
        expires = None if oldest is None else oldest.sent_at + retention_seconds
        return expires if due is None or (expires is not None and expires < due) else due

    def due_from(self, retention_seconds: int) -> float:
        """The earliest time at which something may fall due, in seconds since the epoch."""
        return min(self.due.earliest, self.messages.earliest + retention_seconds)

    def catch_up(self, now: float, retention_seconds: int, budget: Budget, expire: Callable[[Message], None]) -> None:
        """End the delays and timeouts, and ``expire`` the messages, that are due at ``now``, in order of time."""
        due, messages = self.due, self.messages
        while due.earliest <= now or messages.earliest <= now - retention_seconds:
            first = due.due_until(now) if due.earliest <= now else None
            kept_since = (now if first is None else first[0]) - retention_seconds
            oldest = messages.sent_until(kept_since) if messages.earliest <= kept_since else None
            if (first is None and oldest is None) or not budget.spend():
                return
            if oldest is not None:
                expire(oldest)
            elif first is not None:
                due.pop()
                self.show(messages[first[1]])

    def _is_due_time(self, entry: tuple[float, int]) -> bool:
        when, sequence = entry
        message = self.messages.get(sequence)
        return message is not None and message.state != _VISIBLE and message.visible_at == when


def _placed(queue_arn: str, message: Message, shared: Shared | None) -> MessagePlaced:
    return MessagePlaced(
        queue_arn,
        message.sequence,
        message.id,
        _content(message.content, shared),
        message.sent_at,
        message.visible_at,
        delayed=message.state == _DELAYED,
        group_id=message.group_id,
        deduplication_id=message.deduplication_id,
        receive_count=message.receive_count,
        first_received_at=message.first_received_at,
        dead_letter_source=message.dead_letter_source,
        received_elsewhere=message.received_elsewhere,
    )


def _content(content: Content, shared: Shared | None) -> WrittenContent | RenderedContent | SharedContent:
    beside: SharedContent | None = None
    other: str | Recipe = ""
    if shared is not None and shared.message.state != _GONE:
        beside, other = SharedContent(shared.queue_arn, shared.message.sequence), shared.message.content.source
        if shared.message.content is content:
            return beside
    source = content.source
    if isinstance(source, str):
        return WrittenContent(source, content.sender_id, content.attributes, content.trace_header)
    if isinstance(other, str):
        return RenderedContent(source.recorded(None), content.sender_id, content.attributes, content.trace_header)
    return RenderedContent(source.recorded(other), content.sender_id, content.attributes, content.trace_header, beside)
