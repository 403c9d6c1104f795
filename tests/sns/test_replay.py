import json

import pytest

from emulator.aws.message_attribute import MessageAttribute
from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.sns.notification import timestamp
from emulator.sns.publication import Publication
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic
from tests.sns.world import DEAD_LETTERS, ENDPOINT, FIFO_QUEUE, NOW, QUEUE, REGION, World, message, set_topic_attribute

WEEK = '{"MessageRetentionPeriod":"7"}'


@pytest.fixture
def topic(world: World) -> Topic:
    """A topic that archives, with a message of each of the last ten seconds: "0" to "9"."""
    topic = world.fifo_topic(ArchivePolicy=WEEK)
    for second in range(10):
        world.now = NOW + second
        world.publish(topic, message(str(second), group="g", deduplication=str(second)))
    world.now = NOW + 10
    return topic


def replay(start: float, end: float | None = None) -> str:
    """The policy that asks for messages from ``start`` to ``end``, in seconds since the first one."""
    policy = {"PointType": "Timestamp", "StartingPoint": timestamp(NOW + start)}
    return json.dumps(policy if end is None else policy | {"EndingPoint": timestamp(NOW + end)})


def status(world: World, topic: Topic, subscription: Subscription) -> str:
    world.sns.advance_topic(topic, world.now)
    return subscription.visible(None)["ReplayStatus"]


def test_new_subscription_gets_the_archive_and_then_what_is_published(world: World, topic: Topic) -> None:
    subscription = world.subscribe_raw(topic, FIFO_QUEUE, ReplayPolicy=replay(8))
    world.publish(topic, message("new", group="g", deduplication="new"))
    assert world.bodies() == ["8", "9", "new"]
    assert subscription.visible(None)["ReplayPolicy"] == replay(8)
    assert status(world, topic, subscription) == "Completed"


def test_replay_goes_to_its_subscription_alone(world: World, topic: Topic) -> None:
    world.subscribe_raw(topic, QUEUE)
    world.subscribe_raw(topic, FIFO_QUEUE, ReplayPolicy=replay(8))
    assert [sent.queue_arn for sent in world.sink.sent] == [FIFO_QUEUE, FIFO_QUEUE]


def test_both_points_are_included_to_the_millisecond(world: World, topic: Topic) -> None:
    world.now = NOW + 20.1239
    world.publish(topic, message("fine", group="g", deduplication="fine"))
    world.now = NOW + 30
    world.subscribe_raw(topic, FIFO_QUEUE, ReplayPolicy=replay(9, 20.123))
    assert world.bodies() == ["9", "fine"]


def test_points_may_be_given_in_any_time_zone(world: World, topic: Topic) -> None:
    policy = {"PointType": "Timestamp", "StartingPoint": "2023-11-14T23:13:29+01:00"}
    world.subscribe_raw(topic, FIFO_QUEUE, ReplayPolicy=json.dumps(policy))
    assert world.bodies() == ["9"]


def test_ending_point_stops_the_replay_and_pauses_the_subscription(world: World, topic: Topic) -> None:
    subscription = world.subscribe_raw(topic, FIFO_QUEUE, ReplayPolicy=replay(3, 5))
    world.publish(topic, message("new", group="g", deduplication="new"))
    assert world.bodies() == ["3", "4", "5"]
    assert status(world, topic, subscription) == "Completed"


def test_subscription_with_an_ending_point_to_come_gets_messages_until_then(world: World, topic: Topic) -> None:
    subscription = world.subscribe_raw(topic, FIFO_QUEUE, ReplayPolicy=replay(9, 15))
    assert status(world, topic, subscription) == "In progress"
    for second in (15, 16):
        world.now = NOW + second
        world.publish(topic, message(f"new {second}", group="g", deduplication=str(world.now)))
    assert world.bodies() == ["9", "new 15"]
    assert status(world, topic, subscription) == "Completed"


def test_new_policy_replaces_the_old_one(world: World, topic: Topic) -> None:
    subscription = world.subscribe_raw(topic, FIFO_QUEUE, ReplayPolicy=replay(0, 1))
    world.set_attribute(topic, subscription, "ReplayPolicy", replay(9))
    world.publish(topic, message("new", group="g", deduplication="new"))
    assert world.bodies() == ["0", "1", "9", "new"]


def test_same_policy_again_replays_again(world: World, topic: Topic) -> None:
    subscription = world.subscribe_raw(topic, FIFO_QUEUE, ReplayPolicy=replay(9))
    world.set_attribute(topic, subscription, "ReplayPolicy", replay(9))
    assert world.bodies() == ["9", "9"]


def test_other_attributes_start_no_replay(world: World, topic: Topic) -> None:
    subscription = world.subscribe_raw(topic, FIFO_QUEUE, ReplayPolicy=replay(9))
    world.set_attribute(topic, subscription, "FilterPolicy", '{"a":["b"]}')
    assert world.bodies() == ["9"]


@pytest.mark.parametrize("nothing", ["", "{}"])
def test_taking_the_policy_away_ends_the_pause(world: World, topic: Topic, nothing: str) -> None:
    subscription = world.subscribe_raw(topic, FIFO_QUEUE, ReplayPolicy=replay(0, 1))
    world.set_attribute(topic, subscription, "ReplayPolicy", nothing)
    world.publish(topic, message("new", group="g", deduplication="new"))
    assert world.bodies() == ["0", "1", "new"]
    assert not subscription.visible(None).keys() & {"ReplayPolicy", "ReplayStatus"}


def test_subscribing_again_with_the_same_policy_replays_nothing(world: World, topic: Topic) -> None:
    first = world.subscribe_raw(topic, FIFO_QUEUE, ReplayPolicy=replay(9))
    assert world.subscribe_raw(topic, FIFO_QUEUE, ReplayPolicy=replay(9)) is first
    assert world.bodies() == ["9"]
    with pytest.raises(SnsInvalidParameter, match="already exists with different attributes"):
        world.subscribe_raw(topic, FIFO_QUEUE, ReplayPolicy=replay(8))


def test_replayed_message_is_the_original_and_says_that_it_is_replayed(world: World) -> None:
    topic = world.fifo_topic(ArchivePolicy=WEEK)
    world.subscribe(topic, QUEUE)
    attributes = {"a": MessageAttribute("String", "x")}
    world.publish(topic, Publication("hello", attributes, subject="Hi", group_id="g", deduplication_id="d"))
    world.now += 1
    subscription = world.subscribe(topic, FIFO_QUEUE, ReplayPolicy=replay(0))
    original, again = (json.loads(body) for body in world.bodies())
    assert again == original | {
        "Replayed": True,
        "UnsubscribeURL": f"{ENDPOINT}/?Action=Unsubscribe&SubscriptionArn={subscription.arn}",
    }
    assert "Replayed" not in original


def test_raw_message_says_so_in_an_attribute_unless_it_has_ten(world: World) -> None:
    topic = world.fifo_topic(ArchivePolicy=WEEK)
    mine = MessageAttribute("String", "x")
    ten = {f"a{number}": mine for number in range(10)}
    for number, attributes in enumerate(({"a": mine}, {"Replayed": mine}, ten)):
        world.publish(topic, Publication("hello", attributes, group_id="g", deduplication_id=str(number)))
    world.subscribe_raw(topic, FIFO_QUEUE, ReplayPolicy=replay(0))
    says_so = MessageAttribute("String", "true")
    assert [sent.attributes for sent in world.sink.sent] == [{"Replayed": says_so, "a": mine}, {"Replayed": mine}, ten]


def test_every_replay_has_deduplication_ids_of_its_own(world: World, topic: Topic) -> None:
    live = world.subscribe_raw(topic, f"{FIFO_QUEUE.removesuffix('.fifo')}-2.fifo")
    world.publish(topic, message("new", group="g", deduplication="new"))
    for _ in range(2):
        world.set_attribute(topic, live, "ReplayPolicy", replay(10))
    ids = [sent.deduplication_id for sent in world.sink.sent]
    assert ids[0] == "new"
    assert len(set(ids)) == 3
    assert {(sent.body, sent.group_id) for sent in world.sink.sent} == {("new", "g")}


def test_filter_applies_to_replayed_messages(world: World) -> None:
    topic = world.fifo_topic(ArchivePolicy=WEEK)
    for store in "ab":
        attributes = {"store": MessageAttribute("String", store)}
        world.publish(topic, Publication(store, attributes, group_id="g", deduplication_id=store))
    world.subscribe_raw(topic, FIFO_QUEUE, ReplayPolicy=replay(0), FilterPolicy='{"store":["b"]}')
    assert world.bodies() == ["b"]


def test_what_cannot_be_replayed_goes_to_the_dead_letter_queue(world: World, topic: Topic) -> None:
    world.sink.missing.add(FIFO_QUEUE)
    dead_letters = f"{DEAD_LETTERS}.fifo"
    redrive = json.dumps({"deadLetterTargetArn": dead_letters})
    world.subscribe_raw(topic, FIFO_QUEUE, ReplayPolicy=replay(9), RedrivePolicy=redrive)
    assert [(sent.queue_arn, sent.body) for sent in world.sink.sent] == [(dead_letters, "9")]


class TestUnconfirmed:
    QUEUE = f"arn:aws:sqs:{REGION}:222222222222:queue.fifo"

    def confirm(self, world: World, subscription: Subscription) -> None:
        world.sink.sent.clear()  # the request to confirm
        world.sns.subscriptions.confirm(
            subscription.topic_arn,
            subscription.token or "",
            authenticated=True,
            reached_at=ENDPOINT,
            times=lambda _: world.now,
        )

    def test_replay_waits_for_the_confirmation(self, world: World, topic: Topic) -> None:
        subscription = world.subscribe_raw(topic, self.QUEUE, ReplayPolicy=replay(8, 9))
        assert status(world, topic, subscription) == "Pending"
        assert len(world.sink.sent) == 1
        self.confirm(world, subscription)
        assert world.bodies() == ["8", "9"]
        assert status(world, topic, subscription) == "Completed"

    def test_replay_fails_where_the_archive_is_gone_by_then(self, world: World, topic: Topic) -> None:
        subscription = world.subscribe_raw(topic, self.QUEUE, ReplayPolicy=replay(8))
        set_topic_attribute(topic, "ArchivePolicy", "{}", now=world.now)
        self.confirm(world, subscription)
        assert world.bodies() == []
        assert status(world, topic, subscription) == "Failed"


POINT = '"StartingPoint":"2023-11-14T22:13:20Z"'
BAD_POINTS = ('""', '"today"', "5", "null", '"2023-11-14T22:13:20"', '"0001-01-01T00:00:00Z"', '"2023-13-01T00:00:00Z"')
BAD_POLICIES = [
    "{",
    "[]",
    "null",
    "5",
    f"{{{POINT}}}",
    f'{{"PointType":"Beginning",{POINT}}}',
    '{"PointType":"Timestamp"}',
    f'{{"PointType":"Timestamp",{POINT},"Other":1}}',
    f'{{"PointType":"Timestamp",{POINT},"EndingPoint":null}}',
    f'{{"PointType":"Timestamp",{POINT},"EndingPoint":"2023-11-14T22:13:20Z"}}',
    *(f'{{"PointType":"Timestamp","StartingPoint":{point}}}' for point in BAD_POINTS),
]


@pytest.mark.parametrize("policy", BAD_POLICIES)
def test_bad_policy_is_refused_and_changes_nothing(world: World, topic: Topic, policy: str) -> None:
    subscription = world.subscribe_raw(topic, FIFO_QUEUE, ReplayPolicy=replay(9))
    before = subscription.visible(None)
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: ReplayPolicy: "):
        world.set_attribute(topic, subscription, "ReplayPolicy", policy)
    assert subscription.visible(None) == before
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: Attributes Reason: ReplayPolicy: "):
        world.subscribe_raw(topic, QUEUE, ReplayPolicy=policy)
    assert len(topic.subscriptions) == 1
    assert world.bodies() == ["9"]


@pytest.mark.parametrize("start", [-1, 11])
def test_replay_starts_neither_before_the_archive_nor_in_the_future(world: World, topic: Topic, start: float) -> None:
    complaint = r"ReplayPolicy: StartingPoint must be between 2023-11-14T22:13:20.000Z and now$"
    with pytest.raises(SnsInvalidParameter, match=complaint):
        world.subscribe_raw(topic, FIFO_QUEUE, ReplayPolicy=replay(start))
    assert topic.subscriptions == {}


def test_topic_without_an_archive_cannot_replay(world: World) -> None:
    with pytest.raises(SnsInvalidParameter, match=r"ReplayPolicy: the topic has no ArchivePolicy$"):
        world.subscribe(world.fifo_topic(), FIFO_QUEUE, ReplayPolicy=replay(0))
    with pytest.raises(SnsInvalidParameter, match=r"ReplayPolicy: can only be set for subscriptions to FIFO topics$"):
        world.subscribe(world.topic(), QUEUE, ReplayPolicy=replay(0))
