"""The schedule of deliveries against a model: whatever endpoints answer and however clocks go."""

from typing import get_args

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from emulator.aws.message_attribute import MessageAttribute
from emulator.foundation.changes import Change, Ledger
from emulator.sns.delivery.changes import DeliveryChange
from emulator.sns.delivery.delivery import Attempt, DeadLetter, Delivery, DeliveryContent
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sns.delivery.queues import MessageHeader
from emulator.sns.delivery.retries import BackoffFunction, RetryPolicy, retry_delays
from emulator.sns.delivery.schedule import Call, Result, Schedule
from emulator.sns.delivery.timeouts import Moment, Timeouts
from emulator.sns.identity import identity_of
from emulator.sns.subscription import Subscription
from emulator.state.deliveries import rebuilt_delivery, stored_delivery
from tests.delivery.postroom import ACCOUNT, NOW
from tests.examples import examples

AT_A_TIME = 2
TIMEOUTS = Timeouts(seconds=15.0, real_seconds=2.0)
SUBSCRIBERS = ("plain", "throttled", "never again")
SUBSCRIPTIONS = {
    name: Subscription(
        subscription_arn=name,
        topic=identity_of("topic", ACCOUNT, "us-east-1"),
        protocol="http",
        endpoint="http://nowhere.invalid/",
        owner=ACCOUNT,
        serial=0,
        now=NOW,
    )
    for name in SUBSCRIBERS
}
SECONDS = st.sampled_from([0.0, 0.25, 1.0, 2.0, 15.0, 20.0, 100.0])
RECENT = st.integers(0, 9)
POLICIES = st.builds(
    RetryPolicy,
    min_delay=st.integers(1, 5),
    max_delay=st.integers(5, 30),
    retries=st.integers(3, 6),
    retries_without_delay=st.integers(0, 1),
    retries_at_min_delay=st.integers(0, 1),
    retries_at_max_delay=st.integers(0, 1),
    backoff=st.sampled_from(get_args(BackoffFunction)),
)


class Model:
    """What is known of one delivery from outside."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self.delays = list(delivery.content.retry_delays)
        self.due = delivery.due


class ScheduleMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now, self.real = NOW, 0.0
        self.ledger = Ledger()
        self.changes: list[Change] = []
        self.ledger.keep(self.changes.append)
        self.schedule = Schedule(self.ledger, TIMEOUTS, calls_at_a_time=AT_A_TIME)
        self.live: dict[int, Model] = {}
        self.calls: list[tuple[Call, float]] = []  # under way, with the real time at which they were due
        self.slots: dict[str, list[float]] = {name: [] for name in SUBSCRIBERS}
        self.delays: dict[str, tuple[float, ...]] = {}
        self.known = 0  # changes
        self.exported = self.export(self.schedule)

    @initialize(plain=POLICIES, throttled=POLICIES)
    def begin(self, plain: RetryPolicy, throttled: RetryPolicy) -> None:
        self.delays = {
            "plain": tuple(retry_delays(plain)),
            "throttled": tuple(retry_delays(throttled)),
            "never again": (),
        }

    @property
    def moment(self) -> Moment:
        return Moment(self.now, self.real)

    def export(self, schedule: Schedule) -> bytes:
        return msgspec.json.encode([stored_delivery(delivery) for delivery in schedule.lasting()])

    # -- Steps -----------------------------------------------------------------------------

    @rule(subscriber=st.sampled_from(SUBSCRIBERS), attributes=st.booleans())
    def publish(self, subscriber: str, attributes: bool) -> None:
        given = {"b": MessageAttribute("Binary", None, b"\x00")} if attributes else {}
        delivery = Delivery(
            DeliveryContent(
                "Notification",
                ACCOUNT,
                ACCOUNT,
                subscriber,
                HttpMessage("http://nowhere.invalid/", {"x": "y"}, "ä".encode()),
                self.delays[subscriber],
                0.5 if subscriber == "throttled" else 0.0,
                message_id="id",
                dead_letter=DeadLetter(MessageHeader("topic", "id", group_id="g", fifo_ids=("g", None)), given),
            )
        )
        assert self.schedule.add(delivery, self.now)
        assert delivery.due >= self.now
        self.take_slot(delivery)
        self.live[delivery.number] = Model(delivery)

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.real += seconds

    @rule(seconds=SECONDS)
    def the_clock_jumps(self, seconds: float) -> None:
        self.now += seconds

    @rule(seconds=SECONDS)
    def time_passes_while_the_clock_is_frozen(self, seconds: float) -> None:
        self.real += seconds

    @rule()
    def start(self) -> None:
        calls = self.schedule.start(self.moment)
        assert all(call.delivery.due <= self.now and not call.delivery.waits for call in calls)
        self.calls += [(call, call.since.real) for call in calls]
        due = self.schedule.next_due()
        assert due is None or due > self.now
        for subscriber in self.schedule.subscribers():
            assert not subscriber.line or len(subscriber.calls) == AT_A_TIME

    @precondition(lambda self: self.calls)
    @rule(place=RECENT, status=st.sampled_from([200, 204, 301, 404, 429, 500, 503, None]))
    def endpoint_answers(self, place: int, status: int | None) -> None:
        call, due_since = self.calls.pop(place % len(self.calls))
        due = call.delivery.due
        attempt = self.schedule.conclude(call, Result(status, "text"), self.moment)
        assert due <= attempt.at <= due + (self.real - due_since) + 1e-6
        self.check(call, attempt)

    @precondition(lambda self: self.calls)
    @rule(place=RECENT)
    def endpoint_hangs(self, place: int) -> None:
        call, _ = self.calls.pop(place % len(self.calls))
        over = call.over <= self.now
        due = call.delivery.due
        attempt = self.schedule.conclude(call, Result(None, "no answer", timed_out=True), self.moment)
        assert attempt.at >= (call.over if over else due)
        assert call.over >= due + TIMEOUTS.seconds
        self.check(call, attempt)

    @precondition(lambda self: self.calls)
    @rule(place=RECENT)
    def call_fails_by_a_fault_of_ours(self, place: int) -> None:
        call, _ = self.calls.pop(place % len(self.calls))
        self.schedule.abandon(call)
        self.live.pop(call.delivery.number, None)

    @rule(subscriber=st.sampled_from(SUBSCRIBERS))
    def subscription_ends(self, subscriber: str) -> None:
        self.schedule.drop(subscriber)
        self.live = {
            number: model for number, model in self.live.items() if model.delivery.subscription_arn != subscriber
        }

    @rule()
    def emulator_is_restored(self) -> None:
        """Calls under way are made again."""
        ledger = Ledger()
        schedule = Schedule(ledger, TIMEOUTS, calls_at_a_time=AT_A_TIME)
        for each in self.schedule.lasting():
            delivery = rebuilt_delivery(stored_delivery(each), SUBSCRIPTIONS)
            assert delivery.content == each.content
            schedule.restore(delivery)
            self.live[delivery.number].delivery = delivery
        self.schedule = schedule
        self.calls = []
        self.ledger = ledger
        ledger.keep(self.changes.append)

    # -- What must hold --------------------------------------------------------------------

    def check(self, call: Call, attempt: Attempt) -> None:
        """What follows from an answer is what the retry plan says."""
        delivery = call.delivery
        model = self.live.get(delivery.number)
        retried = attempt.status is None or attempt.status >= 500 or attempt.status == 429
        assert attempt.delivered == (attempt.status in (200, 204))
        assert attempt.number == len(delivery.attempts)
        if model is None or model.delivery is not delivery:  # its subscription has ended meanwhile
            assert attempt.next_at is None
            return
        if not retried or attempt.number > len(model.delays):
            assert attempt.next_at is None
            del self.live[delivery.number]
            return
        assert attempt.next_at == delivery.due
        earliest = attempt.at + model.delays[attempt.number - 1]
        assert delivery.due >= earliest
        if delivery.subscription_arn != "throttled":
            assert delivery.due == earliest
        self.take_slot(delivery)

    def take_slot(self, delivery: Delivery) -> None:
        if delivery.content.seconds_between:
            slots = self.slots[delivery.subscription_arn]
            alive = any(each.delivery.subscription_arn == delivery.subscription_arn for each in self.live.values())
            if not alive:
                slots.clear()  # a subscriber that is idle, or was dropped, begins anew
            assert all(abs(delivery.due - slot) >= delivery.content.seconds_between - 1e-6 for slot in slots)
            slots.append(delivery.due)

    @invariant()
    def deliveries_under_way_are_those_of_the_model(self) -> None:
        assert [delivery.number for delivery in self.schedule.lasting()] == list(self.live)

    @invariant()
    def no_subscriber_has_too_many_calls(self) -> None:
        for subscriber in self.schedule.subscribers():
            assert len(subscriber.calls) <= AT_A_TIME
            assert subscriber.deliveries

    @invariant()
    def what_lasts_differs_if_and_only_if_changes_were_recorded(self) -> None:
        exported = self.export(self.schedule)
        assert (exported != self.exported) == (len(self.changes) > self.known) or self.restored_just_now(exported)
        self.exported, self.known = exported, len(self.changes)

    def restored_just_now(self, exported: bytes) -> bool:
        """A restore records every delivery once more: the journal of another emulator begins."""
        restored = exported == self.exported and len(self.changes) - self.known == len(self.live)
        if restored:
            self.changes = self.changes[self.known :]
            self.known = 0
        return restored

    @invariant()
    def recorded_changes_give_the_same_deliveries_once_more(self) -> None:
        replayed = Schedule(Ledger(), TIMEOUTS)
        for change in self.changes:
            written = msgspec.json.encode(change)
            replayed.apply(msgspec.json.decode(written, type=DeliveryChange))
        assert self.export(replayed) == self.export(self.schedule)
        dues = [delivery.due for delivery in self.schedule.lasting()]
        assert replayed.next_due() == min(dues, default=None)


TestSchedule = ScheduleMachine.TestCase
TestSchedule.settings = settings(max_examples=examples(60))
