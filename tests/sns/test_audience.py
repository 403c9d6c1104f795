"""The audience of a topic is always that of its subscriptions; messages reach those whose policies let them pass."""

import asyncio
from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.aws.message_attribute import MessageAttribute
from emulator.aws.place import EVERYWHERE
from emulator.foundation.events import Event, Observer
from emulator.foundation.ids import Ids
from emulator.sns.audience import Audience
from emulator.sns.delivery.fan_out import Rest
from emulator.sns.events import Delivered, DeliveredTogether, DeliveryEvent, FilteredOut, FilteredOutTogether, each
from emulator.sns.filter_policy import Offers
from emulator.sns.publication import Publication
from emulator.sns.service import SnsService
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic
from emulator.timing.turns import PORTION, at_once
from tests.examples import examples
from tests.recorder import Recorder, into
from tests.sns.walk import Walk
from tests.sns.world import QUEUE, RecordingSink, World, message


def shown(audience: Audience) -> object:
    return audience.subscriptions, audience.policies, audience.unusual, audience.queues_alone, audience.filtered()


@pytest.mark.parametrize("seed", range(4))
def test_audience_is_that_of_the_subscriptions_after_every_step(seed: int) -> None:
    async def check() -> None:  # deliveries to HTTP endpoints need an event loop, which gets no turn
        walk = Walk(seed)
        for _ in range(150):
            walk.step()
            for topic in walk.emulator.world.sns.topics.within(EVERYWHERE):
                assert shown(topic.audience) == shown(Audience(topic.subscriptions.values()))

    asyncio.run(check())


POLICIES = (
    "{}",
    '{"store": ["a"]}',
    '{"store": ["b"]}',
    '{"store": ["c"], "price": [1]}',
    '{"store": [{"prefix": "a"}]}',
    '{"$or": [{"store": ["d"]}, {"price": [2]}]}',
    '{"price": [{"exists": false}]}',
    '{"store": [{"anything-but": "a"}]}',
)
SUBSCRIPTIONS = st.tuples(
    st.sampled_from(("sqs", "email", "lambda")),
    st.sampled_from((None, *POLICIES)),
    st.sampled_from(("MessageAttributes", "MessageBody")),
)


def subscribe_all(world: World, topic: Topic, rows: list[tuple[str, str | None, str]]) -> None:
    for number, (protocol, policy, scope) in enumerate(rows):
        endpoint = {
            "sqs": f"{QUEUE}-{number}",
            "email": f"{number}@example.com",
            "lambda": f"arn:aws:lambda:us-east-1:111111111111:function:f{number}",
        }[protocol]
        attributes = {} if policy is None else {"FilterPolicy": policy, "FilterPolicyScope": scope}
        world.subscribe(topic, endpoint, protocol=protocol, **attributes)


@settings(max_examples=examples(100))
@given(
    st.lists(SUBSCRIPTIONS, max_size=12),
    st.sampled_from(("a", "ab", "b", "c", "d", None)),
    st.sampled_from(("1", "2", None)),
    st.sampled_from(("hello", '{"store": "a"}', '{"store": ["b", "c"], "price": 1}', '{"default": "x", "sqs": "{}"}')),
    st.sampled_from((None, "json")),
)
def test_each_subscription_is_judged_by_its_own_policy(
    rows: list[tuple[str, str | None, str]],
    store: str | None,
    price: str | None,
    text: str,
    structure: str | None,
) -> None:
    if structure is not None and "default" not in text:
        structure = None
    world = World(RecordingSink(), SnsService(RecordingSink(), Ids(seed=0)))
    topic = world.topic()
    subscribe_all(world, topic, rows)
    given_values = {"store": ("String", store), "price": ("Number", price)}
    attributes = {
        name: MessageAttribute(kind, value) for name, (kind, value) in given_values.items() if value is not None
    }
    notification = world.composed(topic, Publication(text, attributes, structure=structure))
    judgment = topic.audience.judge(notification)

    subscriptions: list[Subscription] = [
        each for each in topic.subscriptions.values() if each.confirmed and each.replay is None
    ]
    positions = {subscription.arn: number for number, subscription in enumerate(topic.subscriptions.values())}
    refusals = {
        positions[each.arn]: None
        if each.filter_policy is None
        else each.filter_policy.refusal(notification.message_for(each.protocol), Offers(attributes))
        for each in subscriptions
    }
    assert judgment.accepted == [position for position, refusal in refusals.items() if refusal is None]
    assert Counter(judgment.refused) == Counter(refusal for refusal in refusals.values() if refusal is not None)


def published(*, watched: bool, seed: int) -> tuple[list[tuple[str, str]], Counter[str], dict[str, object]]:
    """What a publish to random subscriptions sends, reports and counts."""
    events: list[Event] = []
    observer = Observer(into(events))
    if watched:
        observer.watch(Recorder([]))
    sink = RecordingSink(missing={f"{QUEUE}-3"})
    world = World(sink, SnsService(sink, Ids(seed=seed), observer))
    topic = world.topic()
    random = Random(seed)
    rows = [
        (random.choice(("sqs", "sqs", "email")), random.choice((None, *POLICIES)), "MessageAttributes")
        for _ in range(20)
    ]
    subscribe_all(world, topic, rows)
    world.publish(topic, Publication("hello", {"store": MessageAttribute("String", "a")}))
    totals = {name: getattr(topic.totals, name) for name in topic.totals.__slots__}
    arns = (event.subscription.arn if isinstance(event, DeliveryEvent) else "" for event in events)
    names = Counter(f"{type(event).__name__} {arn}" for event, arn in zip(events, arns, strict=True))
    return sorted((sent.queue_arn, sent.body) for sent in sink.sent), names, totals


@pytest.mark.parametrize("seed", range(8))
def test_reports_are_the_same_together_as_one_by_one(seed: int) -> None:
    assert published(watched=False, seed=seed) == published(watched=True, seed=seed)


def test_events_that_stand_for_others_are_bounded() -> None:
    events: list[Event] = []
    world = World(RecordingSink(), SnsService(RecordingSink(), Ids(seed=0), Observer(lambda *new: events.extend(new))))
    topic = world.topic()
    for number in range(10):
        policy = {"FilterPolicy": f'{{"store": ["s{number % 2}"]}}'}
        world.subscribe(topic, f"{QUEUE}-{number}", **policy)
    world.publish(topic, Publication("hello", {"store": MessageAttribute("String", "s1")}))
    _, delivered, filtered = events
    assert isinstance(delivered, DeliveredTogether)
    assert isinstance(filtered, FilteredOutTogether)
    subscriptions = list(topic.subscriptions.values())
    assert [event.subscription for event in each(delivered) if isinstance(event, Delivered)] == subscriptions[1::2]
    assert [event.subscription for event in each(filtered) if isinstance(event, FilteredOut)] == subscriptions[::2]
    assert len(list(each(delivered.shortened(3)))) == len(list(each(filtered.shortened(3)))) == 3
    world.set_attribute(topic, subscriptions[0], "FilterPolicy", "")
    [*_, first] = [event for event in each(filtered) if isinstance(event, FilteredOut)][:1]
    assert first.filter_policy is not None, "the policy at the time of the publish"


def test_publish_to_very_many_goes_on_in_portions_to_those_that_are_left() -> None:
    sink = RecordingSink()
    world = World(sink, SnsService(sink, Ids(seed=0)))
    topic = world.topic()
    subscriptions = [world.subscribe(topic, f"{QUEUE}-{number}") for number in range(2 * PORTION + 5)]
    rests: list[Rest] = []
    world.sns.publisher.to_topic(topic, message(), world.sending(), rests)
    assert len(sink.sent) == PORTION
    for gone in (0, PORTION, 2 * PORTION + 1):
        world.unsubscribe(subscriptions[gone].arn, by=subscriptions[gone].owner)
    work = world.sns.publisher.finish(rests)
    next(work)
    assert len(sink.sent) == 2 * PORTION - 1
    at_once(work)
    reached = [sent.queue_arn for sent in sink.sent]
    gone_before = {subscriptions[PORTION], subscriptions[2 * PORTION + 1]}
    assert reached == [each.endpoint for each in subscriptions if each not in gone_before]
    assert topic.totals.delivered == len(reached)


def test_messages_of_a_batch_arrive_in_their_order_though_the_second_is_for_few() -> None:
    sink = RecordingSink()
    world = World(sink, SnsService(sink, Ids(seed=0)))
    topic = world.topic()
    for number in range(PORTION + 50):
        policy = {"FilterPolicy": '{"store": ["a"]}'} if number < PORTION - 50 else {}
        world.subscribe_raw(topic, f"{QUEUE}-{number}", **policy)
    entries = [("1", Publication("first", {"store": MessageAttribute("String", "a")})), ("2", message("second"))]
    rests: list[Rest] = []
    world.sns.publisher.batch_to_topic(topic, entries, world.sending, {}, rests)
    at_once(world.sns.publisher.finish(rests))
    bodies: dict[str, list[str]] = {}
    for sent in sink.sent:
        bodies.setdefault(sent.queue_arn, []).append(sent.body)
    assert Counter(map(tuple, bodies.values())) == {("first",): PORTION - 50, ("first", "second"): 100}


def test_topic_without_subscriptions_has_no_audience() -> None:
    world = World(RecordingSink(), SnsService(RecordingSink(), Ids(seed=0)))
    topic = world.topic()
    subscription = world.subscribe(topic)
    assert list(topic.audience.subscriptions) == [subscription]
    topic.drop_subscriptions()
    assert list(topic.audience.subscriptions) == []


def test_publish_to_very_many_ends_with_their_topic() -> None:
    sink = RecordingSink()
    world = World(sink, SnsService(sink, Ids(seed=0)))
    topic = world.topic()
    for number in range(2 * PORTION):
        world.subscribe(topic, f"{QUEUE}-{number}")
    rests: list[Rest] = []
    world.sns.publisher.to_topic(topic, message(), world.sending(), rests)
    world.sns.reset()
    at_once(world.sns.publisher.finish(rests))
    assert len(sink.sent) == PORTION
