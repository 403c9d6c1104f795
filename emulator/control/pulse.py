"""The pulse: what has changed since the last one, in a few events a second, however much happens.

It is for those who draw the emulator, and cannot draw each event: the numbers of messages in the queues that changed,
and how many messages went which way.

A pulse is bounded. What has no room in it comes with the next ones. Messages that become visible or expire by
themselves are noticed, a bounded number of queues at a time.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct

from emulator.aws.arns import Arn
from emulator.control.happenings import NAMES
from emulator.control.stream import Reader
from emulator.foundation.events import Event, Reset
from emulator.sns import events as sns
from emulator.sns.notification import timestamp
from emulator.sqs import events as sqs
from emulator.sqs.catching_up import Budget
from emulator.sqs.message import MessageState
from emulator.sqs.queue import Queue
from emulator.world.world import World

_SECONDS = 0.25  # between two pulses
_MOST = 500  # queues, and flows, in one
_LOOKED_AT = 1_000  # queues in which something may have fallen due
_NAME = "pulse"


class PulsedQueue(Struct):
    """A queue, and how many messages it has in each state."""

    queue: str  # ARN
    visible: int
    delayed: int
    in_flight: int
    oldest_sent_at: str | None


class Flow(Struct, frozen=True, omit_defaults=True):
    """A way that messages have taken: from a topic or a queue to a queue or an endpoint. What does not apply is null.

    ``what`` is the name of the event that the stream has for each message; a call of an HTTP endpoint is
    ``delivered`` or ``attempt_failed``.
    """

    what: str
    source: str | None
    target: str | None
    subscription: str | None = None  # ARN


class CountedFlow(Struct, omit_defaults=True):
    """A flow, and how many messages took it."""

    what: str
    source: str | None
    target: str | None
    count: int
    subscription: str | None = None


class PulseData(Struct):
    """What has changed. ``changed`` says that there may be other queues, topics or subscriptions than before."""

    at: str
    changed: bool
    queues: list[PulsedQueue]
    flows: list[CountedFlow]


class Pulse:
    """The source of pulses of one account, or of all, for a reader. It is a ``Watcher`` of the world's observer."""

    def __init__(self, world: World, reader: Reader, account: str | None, seconds: float = _SECONDS) -> None:
        """``seconds`` are the time between two pulses."""
        self._world = world
        self._reader = reader
        self._account = account
        self._seconds = seconds
        self._queues: dict[str, None] = {}  # ARNs of queues that changed
        self._flows: dict[Flow, int] = {}
        self._changed = False
        self._waiting: deque[Queue] = deque()  # those in which something will fall due, each once
        self._known: set[Queue] = set()  # these
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        for queue in self._world.sqs.queues:
            if self._account in (None, queue.identity.account):
                self._expect(queue)
        self._world.observer.watch(self)
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._beat)

    def end(self) -> None:
        self._world.observer.leave(self)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def observe(self, event: Event) -> None:
        flow_of = _FLOWS.get(type(event))
        if flow_of is not None:
            flow = flow_of(event)
            if flow is not None:
                self._flows[flow] = self._flows.get(flow, 0) + 1
        elif type(event) in _CHANGES:
            self._changed = True
        for arn in _queues_of(event):
            self._queues[arn] = None

    def _beat(self) -> None:
        """Tell the reader what has changed, and come again."""
        self._look()
        data = PulseData(
            timestamp(self._world.clocks.everyone.now()), self._changed, self._pulsed_queues(), self._counted_flows()
        )
        self._changed = False
        if data.changed or data.queues or data.flows:
            self._reader.add(_NAME, msgspec.json.encode(data))
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._beat)

    def _look(self) -> None:
        """Find the queues in which something fell due. What happens there is observed, or noted here."""
        for _ in range(min(_LOOKED_AT, len(self._waiting))):
            queue = self._waiting.popleft()
            if queue.deleted:
                self._known.discard(queue)
                continue
            if queue.is_due_here(self._world.clocks.now_of(queue.identity.account)):
                self._queues[queue.arn] = None
            self._waiting.append(queue)

    def _pulsed_queues(self) -> list[PulsedQueue]:
        pulsed: list[PulsedQueue] = []
        budget = Budget()
        for arn in list(islice(self._queues, _MOST)):
            queue = self._world.sqs.queues.find(arn)
            if queue is not None and self._account in (None, queue.identity.account):
                if not queue.catch_up(self._world.clocks.now_of(queue.identity.account), budget):
                    break  # the rest comes with the next pulse
                self._expect(queue)
                pulsed.append(_pulsed(queue))
            self._queues.pop(arn, None)
        return pulsed

    def _expect(self, queue: Queue) -> None:
        """Look at the queue again and again, as long as it exists."""
        if queue not in self._known:
            self._known.add(queue)
            self._waiting.append(queue)

    def _counted_flows(self) -> list[CountedFlow]:
        counted: list[CountedFlow] = []
        for flow in list(islice(self._flows, _MOST)):
            count = self._flows.pop(flow)
            if self._account is None or self._account in _accounts_of(flow):
                counted.append(CountedFlow(flow.what, flow.source, flow.target, count, flow.subscription))
        return counted


def _pulsed(queue: Queue) -> PulsedQueue:
    counts, oldest = queue.contents.counts, queue.contents.oldest_sent_at
    return PulsedQueue(
        queue.arn,
        visible=counts[MessageState.VISIBLE],
        delayed=counts[MessageState.DELAYED],
        in_flight=counts[MessageState.IN_FLIGHT],
        oldest_sent_at=None if oldest is None else timestamp(oldest),
    )


def _accounts_of(flow: Flow) -> set[str]:
    arns = (Arn.parse(end) for end in (flow.source, flow.target) if end is not None)
    return {arn.account for arn in arns if arn is not None}


def _queues_of(event: Event) -> tuple[str, ...]:
    """The queues whose messages the event is about."""
    match event:
        case sqs.DeadLettered(queue_arn=queue, dead_letter_queue_arn=target):
            return queue, target
        case sqs.Moved(queue_arn=queue, destination_arn=target):
            return queue, target
        case sqs.QueueEvent(queue_arn=queue) | sqs.Purged(queue_arn=queue) | sqs.QueueCreated(queue_arn=queue):
            return (queue,)
    return ()


FlowOf = Callable[[Any], Flow | None]


def _out_of(kind: type[Event]) -> FlowOf:
    return lambda event: Flow(NAMES[kind], event.queue_arn, None)


def _delivery(kind: type[Event]) -> FlowOf:
    def flow_of(event: sns.DeliveryEvent) -> Flow:
        subscription = event.subscription
        return Flow(NAMES[kind], subscription.topic_arn, subscription.shown_endpoint, subscription.arn)

    return flow_of


def _published(event: sns.Published) -> Flow:
    return Flow(NAMES[sns.Published], None, event.topic_arn or event.target)


def _dead_lettered(event: sns.DeadLettered) -> Flow:
    subscription = event.subscription
    return Flow(NAMES[sns.DeadLettered], subscription.topic_arn, event.queue_arn, subscription.arn)


def _sent(event: sqs.Sent) -> Flow | None:
    """None for a message from a topic, whose delivery is a flow."""
    return None if event.origin is not None else Flow(NAMES[sqs.Sent], None, event.queue_arn)


def _attempted(event: sns.Attempted) -> Flow:
    what = NAMES[sns.Delivered] if event.delivered else "attempt_failed"
    return Flow(what, event.subscription.topic_arn, event.subscription.shown_endpoint, event.subscription.arn)


# By kind of event, the flow of its message.
_FLOWS: Mapping[type[Event], FlowOf] = {
    sqs.Sent: _sent,
    **{kind: _out_of(kind) for kind in (sqs.Received, sqs.VisibilityChanged, sqs.Deleted, sqs.Expired)},
    sqs.DeadLettered: lambda event: Flow(NAMES[sqs.DeadLettered], event.queue_arn, event.dead_letter_queue_arn),
    sqs.Moved: lambda event: Flow(NAMES[sqs.Moved], event.queue_arn, event.destination_arn),
    sns.Published: _published,
    sns.DeadLettered: _dead_lettered,
    sns.Attempted: _attempted,
    **{
        kind: _delivery(kind)
        for kind in (
            sns.Withheld,
            sns.FilteredOut,
            sns.Disturbed,
            sns.Delivered,
            sns.Dispatched,
            sns.Stored,
            sns.Failed,
        )
    },
}

# After these there may be other queues, topics or subscriptions, or they are connected in another way.
_CHANGES = frozenset(
    (
        Reset,
        sqs.QueueCreated,
        sqs.QueueDeleted,
        sqs.QueueAttributesChanged,
        sns.TopicCreated,
        sns.TopicDeleted,
        sns.TopicAttributeChanged,
        sns.Subscribed,
        sns.Confirmed,
        sns.Unsubscribed,
        sns.Unconfirmed,
        sns.Restored,
        sns.SubscriptionAttributeChanged,
    )
)
