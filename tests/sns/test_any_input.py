"""Whatever a caller sends, the answer is AWS's error or a change, never both and never anything else."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.aws.errors import ServiceError
from emulator.aws.message_attribute import MessageAttribute
from emulator.foundation.ids import Ids
from emulator.sns.publication import Publication
from emulator.sns.service import SnsService
from emulator.sns.subscription_attributes import SUBSCRIPTION_ATTRIBUTES
from emulator.sns.topic_attributes import TOPIC_ATTRIBUTES
from tests.examples import examples
from tests.sns.world import NOW, QUEUE, RecordingSink, World, set_topic_attribute

# What UTF-8 can carry.
text = st.text(st.characters(codec="utf-8"))

words = st.sampled_from(
    [
        "http",
        "defaultHealthyRetryPolicy",
        "healthyRetryPolicy",
        "numRetries",
        "minDelayTarget",
        "throttlePolicy",
        "maxReceivesPerSecond",
        "requestPolicy",
        "headerContentType",
        "deadLetterTargetArn",
        "arn:aws:sqs:eu-west-1:111111111111:dead",
        "default",
        "sqs",
        "$or",
        "prefix",
        "numeric",
        "anything-but",
        "exists",
        "\ud83d",
    ]
)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words | st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
).map(json.dumps)
values = text | documents | st.sampled_from(["true", "false", "1", "2", "1024", "262145", "MessageBody", "Topic"])


def new_world() -> World:
    sink = RecordingSink()
    return World(sink, SnsService(sink, Ids(seed=0)))


many_examples = settings(max_examples=examples(200))


@pytest.mark.parametrize("fifo", [False, True])
@many_examples
@given(name=st.sampled_from([*TOPIC_ATTRIBUTES, "Unknown"]), value=values)
def test_topic_attribute_is_set_or_refused(fifo: bool, name: str, value: str) -> None:
    world = new_world()
    topic = world.fifo_topic() if fifo else world.topic()
    before = topic.visible_attributes(NOW)
    try:
        set_topic_attribute(topic, name, value, now=NOW)
    except ServiceError as error:
        error.message.encode()
        assert topic.visible_attributes(NOW) == before
    else:
        json.dumps(topic.visible_attributes(NOW)).encode()


@many_examples
@given(
    protocol=st.sampled_from(["sqs", "http", "sms"]),
    changes=st.lists(st.tuples(st.sampled_from([*SUBSCRIPTION_ATTRIBUTES, "Unknown"]), values), max_size=3),
)
def test_subscription_attribute_is_set_or_refused(protocol: str, changes: list[tuple[str, str]]) -> None:
    endpoints = {"sqs": QUEUE, "http": "http://example.com", "sms": "+15551234567"}
    world = new_world()
    topic = world.topic()
    subscription = world.subscribe(topic, endpoints[protocol], protocol=protocol)
    for name, value in changes:
        before = subscription.visible(None)
        try:
            world.set_attribute(topic, subscription, name, value)
        except ServiceError as error:
            error.message.encode()
            assert subscription.visible(None) == before
        else:
            json.dumps(subscription.visible(topic.settings.get("DeliveryPolicy"))).encode()


attributes = st.builds(
    MessageAttribute,
    st.sampled_from(["String", "Number", "Binary", "String.Array", "Number.int"]) | text,
    st.none() | text | st.sampled_from(["1", "[1]", '["a"]']),
    st.none() | st.binary(max_size=4),
)


@many_examples
@given(
    message=text | documents,
    subject=st.none() | text,
    structure=st.none() | st.just("json") | text,
    given_attributes=st.dictionaries(st.sampled_from(["a", "b.c", "AWS.x"]) | text, attributes, max_size=2),
    group_id=st.none() | st.just("g") | text,
    deduplication_id=st.none() | st.just("d") | text,
    fifo=st.booleans(),
)
def test_message_is_delivered_or_refused(
    message: str,
    subject: str | None,
    structure: str | None,
    given_attributes: dict[str, MessageAttribute],
    group_id: str | None,
    deduplication_id: str | None,
    fifo: bool,
) -> None:
    world = new_world()
    topic = world.fifo_topic() if fifo else world.topic()
    world.subscribe_raw(topic)
    world.subscribe_raw(topic, f"{QUEUE}-filtered", FilterPolicy='{"a":["x",{"exists":true}]}')
    publication = Publication(message, given_attributes, subject, structure, group_id, deduplication_id)
    try:
        notification = world.composed(topic, publication)
    except ServiceError as error:
        error.message.encode()
        return
    world.sns.publisher.deliver(topic, notification, world.sending())
    for body in world.bodies():
        body.encode()
    assert world.bodies()


@many_examples
@given(protocol=text | st.sampled_from(["sqs", "http", "https", "sms", "email", "lambda", "firehose"]), endpoint=text)
def test_endpoint_is_subscribed_or_refused(protocol: str, endpoint: str) -> None:
    world = new_world()
    topic = world.topic()
    try:
        subscription = world.subscribe(topic, endpoint, protocol=protocol)
    except ServiceError:
        assert not topic.subscriptions
    else:
        assert list(topic.subscriptions.values()) == [subscription]
