"""A ledger keeps what the envelope of a message is rendered and signed from, and a replay renders the same bytes."""

import json
from typing import Any

import msgspec
import pytest

from emulator.configuration.settings import Settings
from emulator.foundation.changes import Change
from emulator.sns.delivery.envelope import Envelope, Envelopes, UndeliveredEnvelope
from emulator.sns.delivery.signing import Signer, SigningKeyMade
from emulator.sqs.changes import MessagePlaced, RenderedContent, SharedContent
from emulator.world.world import World as EmulatedWorld
from tests.state.world import NOW, World, queue_arn, topic_arn

TOPIC = topic_arn("topic")


def subscribed(world: World, topic: str, *queues: str, **attributes: str) -> None:
    """Make a topic of this name with these queues as its subscribers."""
    fifo = {"Attributes_entry_1_key": "FifoTopic", "Attributes_entry_1_value": "true"} if ".fifo" in topic else {}
    world.sns("CreateTopic", Name=topic, **fifo)
    for queue in queues:
        endpoint = queue_arn(queue)
        answer = world.sns("Subscribe", TopicArn=topic_arn(topic), Protocol="sqs", Endpoint=endpoint, **attributes)
        assert answer.status == 200


def with_queues(*names: str) -> tuple[World, list[Change]]:
    """A world without a seed that has these queues, and the list of all that is recorded."""
    world = World(seed=None)
    recorded: list[Change] = []
    world.emulator.world.ledger.keep(recorded.append)
    for name in names:
        world.told("CreateQueue", QueueName=name, Attributes={"FifoQueue": "true"} if ".fifo" in name else {})
    return world, recorded


def replayed(changes: list[Change]) -> EmulatedWorld:
    """An empty world without a seed in which the changes were made, each after a way through JSON."""
    world = EmulatedWorld(Settings(clock_at=NOW))
    for change in changes:
        world.apply(world.read_change(msgspec.json.encode(change)))
    return world


def bodies(world: EmulatedWorld) -> list[str]:
    return [message.body for queue in world.sqs.queues for message in queue]


def placed(changes: list[Change]) -> list[Any]:
    """The contents of the messages that were placed."""
    return [change.content for change in changes if isinstance(change, MessagePlaced)]


def test_publish_neither_renders_nor_signs_while_changes_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    world, recorded = with_queues("one", "two")
    subscribed(world, "topic", "one", "two")

    def fail(*_: object) -> str:
        raise AssertionError("this waits until a receiver wants the body")

    with monkeypatch.context() as patched:
        patched.setattr(Signer, "sign", fail)
        patched.setattr(Envelopes, "for_subscription", fail)
        assert world.sns("Publish", TopicArn=TOPIC, Message="hello").status == 200
    assert len(placed(recorded)) == 2
    assert json.loads(bodies(world.emulator.world)[0])["Message"] == "hello"


def test_notification_is_recorded_once_for_all_queues_of_a_publish() -> None:
    world, recorded = with_queues("one", "two", "three")
    subscribed(world, "topic", "one", "two", "three")
    world.sns("Publish", TopicArn=TOPIC, Message="hello")
    first, second, third = placed(recorded)
    assert first.recipe.notification.message == "hello"
    assert (second.recipe.notification, second.beside) == (None, SharedContent(queue_arn("one"), 1))
    assert (third.recipe.notification, third.beside) == (None, SharedContent(queue_arn("two"), 1))


def test_replay_renders_the_same_bytes_with_the_same_signature_and_certificate() -> None:
    world, recorded = with_queues("one", "two")
    subscribed(world, "topic", "one", "two")
    attribute = {
        "MessageAttributes_entry_1_Name": "bytes",
        "MessageAttributes_entry_1_Value_DataType": "Binary",
        "MessageAttributes_entry_1_Value_BinaryValue": "AAH/",
    }
    world.sns("Publish", TopicArn=TOPIC, Message="hello", Subject="greeting", **attribute)
    world.sns("SetTopicAttributes", TopicArn=TOPIC, AttributeName="SignatureVersion", AttributeValue="2")
    world.sns("Publish", TopicArn=TOPIC, Message="again")
    other = replayed(recorded)
    assert bodies(other) == bodies(world.emulator.world)
    assert {json.loads(body)["SignatureVersion"] for body in bodies(other)} == {"1", "2"}
    assert other.sns.signer.certificate_pem == world.emulator.world.sns.signer.certificate_pem


def test_queues_share_the_notification_after_a_replay() -> None:
    world, recorded = with_queues("one", "two")
    subscribed(world, "topic", "one", "two")
    world.sns("Publish", TopicArn=TOPIC, Message="hello")
    first, second = [message.content.source for queue in replayed(recorded).sqs.queues for message in queue]
    assert isinstance(first, Envelope)
    assert isinstance(second, Envelope)
    assert first.envelopes is second.envelopes


def test_notification_is_recorded_again_where_the_queue_before_took_no_message() -> None:
    """A FIFO queue takes no duplicate."""
    world, recorded = with_queues("one.fifo", "two.fifo")
    topics = topic_arn("first.fifo"), topic_arn("second.fifo")
    subscribed(world, "first.fifo", "one.fifo")
    subscribed(world, "second.fifo", "one.fifo", "two.fifo")
    for topic in topics:
        world.sns("Publish", TopicArn=topic, Message="hello", MessageGroupId="g", MessageDeduplicationId="d")
    assert [(content.recipe.notification.topic_arn, content.beside) for content in placed(recorded)] == [
        (topic, None) for topic in topics
    ]
    assert bodies(replayed(recorded)) == bodies(world.emulator.world)


def test_envelope_leaves_nothing_out_beside_that_of_another_publish() -> None:
    world, _ = with_queues("one")
    subscribed(world, "topic", "one")
    for _ in range(2):
        world.sns("Publish", TopicArn=TOPIC, Message="hello")
    (queue,) = world.emulator.world.sqs.queues
    first, second = [message.content.source for message in queue]
    assert isinstance(first, Envelope)
    assert isinstance(second, Envelope)
    assert second.recorded(first).notification == second.envelopes.notification
    assert second.recorded(second).notification is None


def test_dead_letter_of_another_protocol_is_replayed_with_the_text_for_that_protocol() -> None:
    world, recorded = with_queues("dead")
    redrive = json.dumps({"deadLetterTargetArn": queue_arn("dead")})
    subscribed(world, "topic")
    credential = {"Attributes_entry_1_key": "PlatformCredential", "Attributes_entry_1_value": "secret"}
    world.sns("CreatePlatformApplication", Name="app", Platform="GCM", **credential)
    world.sns("CreatePlatformEndpoint", PlatformApplicationArn=topic_arn("app/GCM/app"), Token="token")
    (application,) = world.emulator.world.sns.applications
    (device,) = application.endpoints
    world.sns(
        "Subscribe",
        TopicArn=TOPIC,
        Protocol="application",
        Endpoint=device,
        Attributes_entry_1_key="RedrivePolicy",
        Attributes_entry_1_value=redrive,
    )
    world.sns("DeleteEndpoint", EndpointArn=device)
    text = json.dumps({"default": "for all", "application": "for devices"})
    world.sns("Publish", TopicArn=TOPIC, Message=text, MessageStructure="json")
    other = replayed(recorded)
    assert [json.loads(body)["Message"] for body in bodies(other)] == ["for devices"]
    assert bodies(other) == bodies(world.emulator.world)
    (message,) = (message for queue in other.sqs.queues for message in queue)
    assert isinstance(message.content.source, UndeliveredEnvelope)


def test_key_is_recorded_once_and_again_for_another_record() -> None:
    world, recorded = with_queues("one")
    subscribed(world, "topic", "one")
    for _ in range(2):
        world.sns("Publish", TopicArn=TOPIC, Message="hello")
    assert sum(isinstance(change, SigningKeyMade) for change in recorded) == 1
    later: list[Change] = []
    world.emulator.world.ledger.keep(later.append)
    world.sns("Publish", TopicArn=TOPIC, Message="hello")
    assert [type(change) for change in later] == [SigningKeyMade, MessagePlaced]


def test_recipe_that_is_no_envelope_is_refused() -> None:
    world = EmulatedWorld(Settings(clock_at=NOW))
    world.sqs.queues.create("one", "111111111111", "us-east-1", {}, {}, NOW)
    for recipe in ({"subscription_arn": 1}, {}, "text"):
        content = RenderedContent(recipe, "sender")
        change = MessagePlaced(queue_arn("one"), sequence=1, id="i", content=content, sent_at=NOW, visible_at=NOW)
        with pytest.raises(msgspec.ValidationError):
            world.apply(change)
    assert bodies(world) == []
