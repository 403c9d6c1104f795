"""The events that topics report to an observer."""

import json

import pytest

from emulator.aws.message_attribute import MessageAttribute
from emulator.foundation.events import Event, Observer
from emulator.foundation.ids import Ids
from emulator.sns.direct_message import Sending
from emulator.sns.events import (
    Confirmed,
    DeadLettered,
    Delivered,
    DeliveryEvent,
    DirectlyFailed,
    Duplicate,
    Failed,
    FilteredOut,
    Published,
    Restored,
    Subscribed,
    SubscriptionAttributeChanged,
    TopicAttributeChanged,
    TopicCreated,
    TopicDeleted,
    Unconfirmed,
    Unsubscribed,
    Withheld,
)
from emulator.sns.publication import Publication
from emulator.sns.service import SnsService
from emulator.sns.sms import UNREACHABLE_NUMBER
from emulator.sns.subscription import Subscription
from tests.recorder import Recorder, into
from tests.sns.world import ACCOUNT, DEAD_LETTERS, NOW, QUEUE, REGION, RecordingSink, World, message


class Watched(World):
    """Topics, and the events that they reported."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        sink = RecordingSink()
        self.observer = Observer(into(self.events))
        super().__init__(sink, SnsService(sink, Ids(seed=0), self.observer))


@pytest.fixture
def world() -> Watched:
    return Watched()


def test_publishing_and_delivery_are_reported(world: Watched) -> None:
    topic = world.topic()
    subscription = world.subscribe_raw(topic)
    attributes = {"store": MessageAttribute("String", "a")}
    receipt = world.publish(topic, Publication("hello", attributes, subject="greeting"))
    published, delivered = world.events
    assert published == Published(
        NOW,
        receipt.message_id,
        account=ACCOUNT,
        region=REGION,
        topic_arn=topic.arn,
        target=None,
        subject="greeting",
        message="hello",
        texts={"default": "hello"},
        attributes=attributes,
    )
    assert delivered == Delivered(NOW, receipt.message_id, subscription, None, "message-1")


def test_filtered_out_message_is_reported_with_its_policy(world: Watched) -> None:
    topic = world.topic()
    subscription = world.subscribe(topic, FilterPolicy='{"store":["a"]}')
    policy = subscription.filter_policy
    world.publish(topic, message())
    _, filtered = world.events
    assert isinstance(filtered, FilteredOut)
    assert (filtered.subscription, filtered.filter_policy) == (subscription, policy)
    assert policy is not None
    [failure] = policy.explain(filtered.notification.message, filtered.notification.attributes).failed
    assert failure.key == "store"


def test_failure_and_dead_letter_queue_are_reported(world: Watched) -> None:
    topic = world.topic()
    world.subscribe(topic, RedrivePolicy=json.dumps({"deadLetterTargetArn": DEAD_LETTERS}))
    world.sink.missing.add(QUEUE)
    world.publish(topic, message())
    _, failed, dead_lettered = world.events
    assert isinstance(failed, Failed)
    assert failed.reason == "no queue of this ARN can take it"
    assert isinstance(dead_lettered, DeadLettered)
    assert (dead_lettered.queue_arn, dead_lettered.queue_message_id) == (DEAD_LETTERS, "message-1")


def test_too_many_attributes_for_raw_delivery_are_a_failure(world: Watched) -> None:
    topic = world.topic()
    world.subscribe_raw(topic)
    world.publish(topic, Publication("hello", {f"a{n}": MessageAttribute("String", "x") for n in range(11)}))
    _, failed = world.events
    assert isinstance(failed, Failed)
    assert failed.reason == "raw delivery cannot carry more than 10 message attributes to a queue"


def test_pending_subscription_is_reported(world: Watched) -> None:
    topic = world.topic()
    world.subscribe(topic, "someone@example.com", protocol="email")
    world.publish(topic, message())
    _, withheld = world.events
    assert isinstance(withheld, Withheld)
    token = withheld.subscription.token
    link = f"http://localhost:4566/?Action=ConfirmSubscription&TopicArn={topic.arn}&Token={token}"
    assert withheld.reason == f"pending confirmation; to confirm, GET {link}"


def test_number_that_has_opted_out_is_not_reached(world: Watched) -> None:
    topic = world.topic()
    world.subscribe(topic, "+1 555-0100", protocol="sms")
    world.sns.sms.of(ACCOUNT, REGION).opt_outs.opt_out("+15550100")
    world.publish(topic, message())
    _, failed = world.events
    assert isinstance(failed, Failed)
    assert failed.reason == UNREACHABLE_NUMBER
    assert world.sns.outbox.newest(1) == []


def test_message_to_a_phone_that_is_not_reached_is_reported(world: Watched) -> None:
    world.sns.sms.of(ACCOUNT, REGION).opt_outs.opt_out("+15550100")
    sending = Sending("id", ACCOUNT, REGION, NOW)
    world.sns.publisher.to_phone("+15550100", message("hello"), sending)
    published, failed = world.events
    assert isinstance(published, Published)
    assert (published.topic_arn, published.target, published.message) == (None, "+15550100", "hello")
    assert failed == DirectlyFailed(NOW, "id", ACCOUNT, UNREACHABLE_NUMBER)
    assert world.sns.outbox.newest(1) == []


def test_duplicate_is_reported_with_the_id_of_the_first(world: Watched) -> None:
    topic = world.fifo_topic()
    receipts = [world.publish(topic, message(group="g", deduplication="d")) for _ in range(2)]
    published, duplicate = world.events
    assert isinstance(published, Published)
    assert published.sequence_number == receipts[0].sequence_number
    assert duplicate == Duplicate(NOW, receipts[0].message_id, topic.arn)


def test_replay_is_reported_with_the_time_it_is_made(world: Watched) -> None:
    topic = world.fifo_topic(ArchivePolicy='{"MessageRetentionPeriod":"30"}')
    receipt = world.publish(topic, message(group="g", deduplication="d"))
    world.now = NOW + 100
    policy = {"PointType": "Timestamp", "StartingPoint": "2023-11-14T22:13:20.000Z"}
    world.subscribe_raw(topic, QUEUE, ReplayPolicy=json.dumps(policy))
    _, delivered = world.events
    assert isinstance(delivered, DeliveryEvent)
    assert (delivered.at, delivered.message_id) == (NOW + 100, receipt.message_id)


def test_details_are_reported_only_while_there_is_a_watcher(world: Watched) -> None:
    heard: list[Event] = []
    world.observer.watch(Recorder(heard))
    topic = world.topic()
    subscription = world.subscribe(topic)
    world.set_attribute(topic, subscription, "RawMessageDelivery", "true")
    world.topics.set_attribute(topic, "DisplayName", "name", now=NOW + 1)
    world.unsubscribe(subscription.arn)
    world.sns.delete_topic(topic.arn, region=REGION, times=world.now_of)
    assert heard == [
        TopicCreated(NOW, topic.arn),
        Subscribed(NOW, subscription),
        SubscriptionAttributeChanged(NOW, subscription, "RawMessageDelivery"),
        TopicAttributeChanged(NOW + 1, topic.arn, "DisplayName"),
        Unsubscribed(NOW, subscription),
        TopicDeleted(NOW, topic.arn),
    ]
    assert world.events == []


def test_confirmation_and_its_lack_are_reported(world: Watched) -> None:
    heard: list[Event] = []
    topic = world.topic()
    confirmed = world.subscribe(topic, "one@example.com", protocol="email")
    forgotten = world.subscribe(topic, "other@example.com", protocol="email")
    world.observer.watch(Recorder(heard))
    confirm(world, confirmed)
    confirm(world, confirmed)  # as it is already
    world.now += 3 * 24 * 3600
    world.sns.subscriptions.advance(ACCOUNT, world.now)
    assert heard == [Confirmed(NOW, confirmed), Unconfirmed(NOW + 2 * 24 * 3600, forgotten)]


def test_restored_subscription_is_reported(world: Watched) -> None:
    heard: list[Event] = []
    topic = world.topic()
    subscription = world.subscribe(topic, "http://localhost:1/", protocol="http")
    confirm(world, subscription)
    world.unsubscribe(subscription.arn)
    world.observer.watch(Recorder(heard))
    confirm(world, subscription)
    assert heard == [Restored(NOW, subscription)]


def confirm(world: Watched, subscription: Subscription) -> None:
    world.sns.subscriptions.confirm(
        subscription.topic_arn,
        subscription.token or "",
        authenticated=True,
        reached_at="http://localhost",
        times=world.now_of,
    )
