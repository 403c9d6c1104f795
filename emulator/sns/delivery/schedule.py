"""Which deliveries of an account are due, and what follows from an answer. No I/O, and no clock: time is an argument.

                 start                    conclude: delivered, or failed for good
    waiting ──────────────> under call ───────────────────────────────────────────> gone
       ^                         │
       └──── conclude: retry ────┘        drop: gone at once; a call under way is the last one

Each subscriber has at most so many calls at a time, so that one that is slow or dead delays only itself, and as many a
second as its throttle policy allows. Each server, at which there may be many subscribers, has a share of the calls of
all (``call_limits.py``). What is due beyond that stands in the subscriber's line.

Time passes along a delivery as if the clock never jumped: a retry is due so many seconds after the time at which its
predecessor was due and failed. So one jump of an hour plays all retries within that hour, each at its time.
"""

from collections import deque
from collections.abc import Iterator
from math import inf

from msgspec import Struct

from emulator.foundation.changes import Ledger
from emulator.sns.delivery.call_limits import CallLimits, Server, server_of
from emulator.sns.delivery.changes import DeliveryAttempted, DeliveryBegun, DeliveryChange, DeliveryEnded
from emulator.sns.delivery.delivery import Attempt, Delivery
from emulator.sns.delivery.retries import next_delay, verdict
from emulator.sns.delivery.timeouts import DEFAULT_TIMEOUTS, Moment, Timeouts
from emulator.timing.deadlines import Deadline, Deadlines

CALLS_AT_A_TIME = 32  # of one subscriber
DELIVERIES_MAX = 100_000  # of one subscriber, under way


class Result(Struct, frozen=True):
    """How a call of an endpoint ended. ``text`` is the beginning of the answer, or says why there was none.

    ``excessive`` is whether what came exceeded a bound.
    """

    status: int | None
    text: str
    timed_out: bool = False
    excessive: bool = False


class Subscriber:
    """The deliveries to one subscriber."""

    __slots__ = ("accounts", "calls", "closed", "deliveries", "free_at", "line", "server", "subscription_arn")

    def __init__(self, first: Delivery) -> None:
        self.subscription_arn = first.subscription_arn
        self.accounts = (first.account, first.content.owner)  # of the topic and of the subscription
        self.server = server_of(first.request.url)
        self.closed = False  # whether it was dropped and only has calls under way that may end
        self.deliveries: dict[int, Delivery] = {}  # under way, by number, in order of arrival
        self.line: deque[tuple[Delivery, Moment]] = deque()  # due deliveries, and since when
        self.calls: dict[Call, None] = {}  # under way
        self.free_at = 0.0  # the throttle policy allows the next attempt at this time

    def slot(self, due: float, seconds_between: float) -> float:
        """The earliest time from ``due`` on at which the throttle policy allows an attempt; reserves it."""
        if not seconds_between:
            return due
        slot = max(due, self.free_at)
        self.take(slot, seconds_between)
        return slot

    def take(self, slot: float, seconds_between: float) -> None:
        """Note that an attempt is made at that time."""
        self.free_at = max(self.free_at, slot + seconds_between)


class Call:
    """A call of an endpoint: to be made, or under way."""

    __slots__ = ("delivery", "over", "since", "subscriber", "waited_for_until")

    def __init__(self, subscriber: Subscriber, delivery: Delivery, since: Moment, over: float, until: float) -> None:
        self.subscriber = subscriber
        self.delivery = delivery
        self.since = since  # when the delivery was due
        self.over = over  # when it times out, by the account's clock
        self.waited_for_until = until  # until when it is waited for in real time, wherever that clock jumps to


class Schedule:
    """The deliveries of one account. Lasting changes are recorded in the ledger."""

    def __init__(
        self,
        ledger: Ledger,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
        *,
        calls_at_a_time: int = CALLS_AT_A_TIME,
        limits: CallLimits | None = None,
    ) -> None:
        """``limits`` are those of all accounts; None: this one has its own."""
        self._ledger = ledger
        self._timeouts = timeouts
        self._limits = limits or CallLimits()
        self._calls_at_a_time = calls_at_a_time
        self._by_number: dict[int, Delivery] = {}  # deliveries that last, in order of arrival
        self._last_number = 0
        self._subscribers: dict[str, Subscriber] = {}  # by subscription ARN
        self._closed: set[Subscriber] = set()
        self._waiting: Deadlines[Delivery] = Deadlines()
        self._deadlines: dict[Delivery, Deadline[Delivery]] = {}  # of the deliveries that wait
        self._freed: dict[Subscriber, None] = {}  # subscribers of which a call has ended
        self._held_up: dict[Server, dict[Subscriber, None]] = {}  # subscribers whose server gets no more calls now

    # -- What there is ---------------------------------------------------------------------

    def lasting(self) -> Iterator[Delivery]:
        """The deliveries that continue, in order of arrival. A dropped delivery whose last call is under way is not
        among them.
        """
        return iter(self._by_number.values())

    def subscribers(self) -> list[Subscriber]:
        return [*self._subscribers.values(), *self._closed]

    def next_due(self) -> float | None:
        """When the next waiting delivery is due."""
        return self._waiting.next_at()

    @property
    def holds_up(self) -> bool:
        """Whether a delivery is due whose server gets no more calls now."""
        return bool(self._held_up)

    def pause_ends(self, real: float) -> float:
        """The real time at which a server that has to pause may be called again; infinite if none has to."""
        return self._limits.next_at(self._held_up, real)

    def waited_for_until(self, now: float) -> float:
        """Until when the calls under way should be waited for, in real time."""
        calls = [call for subscriber in self.subscribers() for call in subscriber.calls]
        if any(call.over <= now for call in calls):
            return inf  # they end by themselves
        return max((call.waited_for_until for call in calls), default=0.0)

    # -- What happens ----------------------------------------------------------------------

    def add(self, delivery: Delivery, now: float) -> bool:
        """Start a delivery; False if its subscriber has too many."""
        subscriber = self._subscriber_of(delivery)
        if len(subscriber.deliveries) >= DELIVERIES_MAX:
            return False
        delivery.number = self._last_number + 1
        delivery.due = subscriber.slot(now, delivery.content.seconds_between)
        self._enter(subscriber, delivery)
        return True

    def restore(self, delivery: Delivery) -> None:
        """Continue a delivery of a state document. It keeps its number, unless that is taken."""
        if not delivery.number or delivery.number in self._by_number:
            delivery.number = self._last_number + 1
        subscriber = self._subscriber_of(delivery)
        subscriber.take(delivery.due, delivery.content.seconds_between)
        self._enter(subscriber, delivery)

    def start(self, moment: Moment) -> list[Call]:
        """The calls to make now, in the order in which they fell due."""
        calls = [*self._calls_of_held_up(moment)]
        calls += [call for subscriber in self._freed for call in self._next_calls(subscriber, moment)]
        self._freed.clear()
        while (deadline := self._waiting.pop(moment.now)) is not None:
            delivery = deadline.what
            delivery.waits = False
            del self._deadlines[delivery]
            subscriber = self._subscribers[delivery.subscription_arn]
            subscriber.line.append((delivery, moment))
            calls += self._next_calls(subscriber, moment)
        return calls

    def conclude(self, call: Call, result: Result, moment: Moment) -> Attempt:
        """Handle the end of a call: the message arrived, failed for good, or is retried."""
        subscriber, delivery = call.subscriber, call.delivery
        ended = call.over if result.timed_out and call.over <= moment.now else 0.0
        at = max(ended, delivery.due + moment.seconds_since(call.since))
        number = len(delivery.attempts) + 1
        delay = next_delay(result.status, number, delivery.content.retry_delays)
        next_at = None
        if delay is not None and not subscriber.closed:
            next_at = subscriber.slot(at + delay, delivery.content.seconds_between)
        delivered = verdict(result.status) == "delivered"
        attempt = Attempt(number, at, result.status, result.text, delivered, next_at)
        delivery.attempts.append(attempt)
        self.end_call(call)
        if result.excessive:
            self._limits.note_excess(subscriber.server, moment.real)
        if next_at is None:
            self._remove(subscriber, delivery)
        else:
            self._wait(delivery, next_at)
            if self._ledger.kept:
                self._ledger.record(DeliveryAttempted(delivery.account, delivery.number, attempt))
        self._forget_if_idle(subscriber, moment.now)
        return attempt

    def abandon(self, call: Call) -> None:
        """End a delivery whose call could not be made and cannot be made later either."""
        self.end_call(call)
        self._remove(call.subscriber, call.delivery)
        self._forget_if_idle(call.subscriber, inf)

    def end_call(self, call: Call) -> None:
        """End a call without a result."""
        subscriber = call.subscriber
        if subscriber.calls.pop(call, False) is False:
            return
        self._limits.give_back(subscriber.server)
        if subscriber.line:
            self._freed[subscriber] = None
        if subscriber.closed and not subscriber.calls:
            self._closed.discard(subscriber)

    def drop(self, subscription_arn: str) -> None:
        """Drop the deliveries to a subscriber. Calls under way may end; they are not retried."""
        subscriber = self._subscribers.pop(subscription_arn, None)
        if subscriber is None:
            return
        subscriber.closed = True
        subscriber.line.clear()
        calling = {call.delivery.number for call in subscriber.calls}
        for number, delivery in list(subscriber.deliveries.items()):
            self._end(delivery)
            if number not in calling:
                del subscriber.deliveries[number]
        if subscriber.calls:
            self._closed.add(subscriber)

    def clear(self) -> None:
        """Drop everything."""
        for subscription_arn in list(self._subscribers):
            self.drop(subscription_arn)

    # -- Recorded changes ------------------------------------------------------------------

    def apply(self, change: DeliveryChange) -> Delivery | None:
        """Apply a recorded change. Returns the delivery if the change began one."""
        if isinstance(change, DeliveryBegun):
            delivery = Delivery(change.content, number=change.number, due=change.due, attempts=list(change.attempts))
            self.restore(delivery)
            return delivery
        known = self._by_number.get(change.number)
        if isinstance(change, DeliveryAttempted):
            assert known is not None, "an attempt is recorded while there is the delivery"
            self._apply_attempt(known, change)
        elif known is not None:  # else it ended with its subscription, which is a change of its own
            self._remove(self._subscribers[known.subscription_arn], known)
        return None

    def _apply_attempt(self, delivery: Delivery, change: DeliveryAttempted) -> None:
        next_at = change.attempt.next_at
        assert next_at is not None, "it would have ended"
        delivery.attempts.append(change.attempt)
        self._forget_deadline(delivery)
        self._subscribers[delivery.subscription_arn].take(next_at, delivery.content.seconds_between)
        self._wait(delivery, next_at)
        if self._ledger.kept:
            self._ledger.record(change)

    # -- Bookkeeping -----------------------------------------------------------------------

    def _subscriber_of(self, delivery: Delivery) -> Subscriber:
        subscriber = self._subscribers.get(delivery.subscription_arn)
        if subscriber is None:
            subscriber = self._subscribers[delivery.subscription_arn] = Subscriber(delivery)
        return subscriber

    def _enter(self, subscriber: Subscriber, delivery: Delivery) -> None:
        number = delivery.number
        self._last_number = max(self._last_number, number)
        self._by_number[number] = subscriber.deliveries[number] = delivery
        self._wait(delivery, delivery.due)
        if self._ledger.kept:
            begun = DeliveryBegun(number, delivery.content, delivery.due, tuple(delivery.attempts))
            self._ledger.record(begun)

    def _wait(self, delivery: Delivery, due: float) -> None:
        delivery.due, delivery.waits = due, True
        self._deadlines[delivery] = self._waiting.add(due, delivery)

    def _forget_deadline(self, delivery: Delivery) -> None:
        deadline = self._deadlines.pop(delivery, None)
        if deadline is not None:
            self._waiting.remove(deadline)
        delivery.waits = False

    def _next_calls(self, subscriber: Subscriber, moment: Moment) -> Iterator[Call]:
        """The calls that the limits on simultaneous calls allow."""
        timeouts = self._timeouts
        while subscriber.line and len(subscriber.calls) < self._calls_at_a_time:
            if not self._limits.take(subscriber.server, moment.real):
                self._held_up.setdefault(subscriber.server, {})[subscriber] = None
                return
            delivery, since = subscriber.line.popleft()
            over = delivery.due + moment.seconds_since(since) + timeouts.seconds
            call = Call(subscriber, delivery, since, over, moment.real + timeouts.real_seconds)
            subscriber.calls[call] = None
            yield call

    def _calls_of_held_up(self, moment: Moment) -> Iterator[Call]:
        """The calls that servers get which got none before."""
        for server in list(self._held_up):
            if self._limits.exhausted:
                return
            subscribers = self._held_up.pop(server)
            while subscribers:
                subscriber = next(iter(subscribers))
                del subscribers[subscriber]
                yield from self._next_calls(subscriber, moment)
                if server in self._held_up:  # this one again: those behind it wait too
                    self._held_up[server] |= subscribers
                    break

    def _remove(self, subscriber: Subscriber, delivery: Delivery) -> None:
        subscriber.deliveries.pop(delivery.number, None)
        self._end(delivery)

    def _end(self, delivery: Delivery) -> None:
        """Record that the delivery ended, and drop its deadline."""
        self._forget_deadline(delivery)
        if self._by_number.get(delivery.number) is delivery:
            del self._by_number[delivery.number]
            if self._ledger.kept:
                self._ledger.record(DeliveryEnded(delivery.account, delivery.number))

    def _forget_if_idle(self, subscriber: Subscriber, now: float) -> None:
        if not subscriber.closed and not subscriber.deliveries and subscriber.free_at <= now:
            self._subscribers.pop(subscriber.subscription_arn, None)
