"""The laws of FIFO topics, held against a simple model.

Whatever is published: each subscriber gets every message once, in the order of publishing; a deduplication id is
good for one message in five minutes, in the topic or in its group; a duplicate gets the answer that the first one got.
"""

from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from emulator.aws import accepted
from emulator.foundation.ids import Ids
from emulator.sns.notification import timestamp
from emulator.sns.service import SnsService
from emulator.sns.subscription import Subscription
from tests.sns.world import FIFO_QUEUE, NOW, QUEUE, RecordingSink, World, message

QUEUES = [FIFO_QUEUE, QUEUE, f"{QUEUE}-2"]
WINDOW = 300
DAY = 86_400


@dataclass(frozen=True)
class Accepted:
    text: str
    group: str
    key: tuple[str | None, str]
    at: float
    receipt: accepted.Accepted


@dataclass
class ModelSubscriber:
    """What a queue is to have got; ``until``: from when on it is paused."""

    subscription: Subscription
    got: list[str] = field(default_factory=list)
    until: float | None = None


class FifoTopicMachine(RuleBasedStateMachine):
    @initialize(by_group=st.booleans(), by_content=st.booleans())
    def begin(self, by_group: bool, by_content: bool) -> None:
        sink = RecordingSink()
        self.world = World(sink, SnsService(sink, Ids(seed=0)))
        self.by_group, self.by_content = by_group, by_content
        self.topic = self.world.fifo_topic(
            FifoThroughputScope="MessageGroup" if by_group else "Topic",
            ContentBasedDeduplication="true" if by_content else "false",
            ArchivePolicy='{"MessageRetentionPeriod":"1"}',
        )
        self.accepted: list[Accepted] = []
        self.subscribers: dict[str, ModelSubscriber] = {}

    @rule(seconds=st.sampled_from([0.001, 1, 60, 299, WINDOW, DAY - 1, DAY]))
    def time_goes_on(self, seconds: float) -> None:
        self.world.now += seconds

    @rule(queue=st.sampled_from(QUEUES))
    def subscribe(self, queue: str) -> None:
        subscription = self.world.subscribe_raw(self.topic, queue)
        self.subscribers.setdefault(queue, ModelSubscriber(subscription))

    @rule(queue=st.sampled_from(QUEUES))
    def unsubscribe(self, queue: str) -> None:
        if queue in self.subscribers:
            self.world.unsubscribe(self.subscribers.pop(queue).subscription.arn)
            self.world.sink.sent = [sent for sent in self.world.sink.sent if sent.queue_arn != queue]

    @rule(
        text=st.sampled_from("xyz"),
        group=st.sampled_from("ab"),
        deduplication=st.sampled_from("12") | st.none(),
    )
    def publish(self, text: str, group: str, deduplication: str | None) -> None:
        if deduplication is None and not self.by_content:
            return
        receipt = self.world.publish(self.topic, message(text, group=group, deduplication=deduplication))
        now = self.world.now
        key = (group if self.by_group else None, f"content {text}" if deduplication is None else deduplication)
        first = next((each for each in self.accepted if each.key == key and now < each.at + WINDOW), None)
        if first is not None:
            assert receipt == first.receipt
            return
        assert all(int(receipt.sequence_number or 0) > int(each.receipt.sequence_number or 0) for each in self.accepted)
        assert receipt.message_id not in {each.receipt.message_id for each in self.accepted}
        self.accepted.append(Accepted(text, group, key, now, receipt))
        for subscriber in self.subscribers.values():
            if subscriber.until is None or now <= subscriber.until:
                subscriber.got.append(text)

    @precondition(lambda self: self.subscribers)
    @rule(
        queue=st.sampled_from(QUEUES),
        ago=st.sampled_from([0, 1, 60, 300, DAY - 1]),
        length=st.none() | st.sampled_from([0.001, 60, DAY]),
    )
    def replay(self, queue: str, ago: float, length: float | None) -> None:
        subscriber = self.subscribers.get(queue)
        now = self.world.now
        start = max(now - ago, NOW)
        if subscriber is None:
            return
        until = None if length is None else start + length
        ending = "" if until is None else f',"EndingPoint":"{timestamp(until)}"'
        policy = f'{{"PointType":"Timestamp","StartingPoint":"{timestamp(start)}"{ending}}}'
        self.world.set_attribute(self.topic, subscriber.subscription, "ReplayPolicy", policy)
        subscriber.until = until
        end = now if until is None else until
        subscriber.got += [each.text for each in self.accepted if start <= each.at <= end]

    @invariant()
    def subscribers_got_what_they_should_in_order(self) -> None:
        for queue, subscriber in self.subscribers.items():
            sent = [sent for sent in self.world.sink.sent if sent.queue_arn == queue]
            assert [each.body for each in sent] == subscriber.got
            if queue == FIFO_QUEUE:
                replays_and_messages = [each.deduplication_id for each in sent]
                assert None not in replays_and_messages
                assert all(each.group_id in ("a", "b") for each in sent)
            else:
                assert all((each.group_id, each.deduplication_id) == (None, None) for each in sent)


FifoTopicMachine.TestCase.settings = settings(stateful_step_count=40, suppress_health_check=list(HealthCheck))
TestFifoTopic = FifoTopicMachine.TestCase
