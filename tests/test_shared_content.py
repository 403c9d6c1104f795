"""Raw messages that one publish puts into several queues have one content, in memory and in what is recorded."""

import msgspec

from emulator.foundation.changes import Change
from emulator.sns.delivery.envelope import Envelope
from emulator.sqs.changes import MessagePlaced
from emulator.sqs.message_content import Content
from tests.state.world import ACCOUNT, REGION, World

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:topic"


def publish_to(queues: int, *, raw: bool) -> tuple[World, list[Change]]:
    """A world in which a message was published to so many queues, and what was recorded then."""
    world = World()
    world.sns("CreateTopic", Name="topic")
    for number in range(queues):
        world.told("CreateQueue", QueueName=f"queue-{number}")
        endpoint = f"arn:aws:sqs:{REGION}:{ACCOUNT}:queue-{number}"
        attribute = {"Attributes.entry.1.key": "RawMessageDelivery", "Attributes.entry.1.value": str(raw).lower()}
        assert world.sns("Subscribe", TopicArn=TOPIC, Protocol="sqs", Endpoint=endpoint, **attribute).status == 200
    recorded: list[Change] = []
    world.emulator.world.ledger.keep(recorded.append)
    world.sns("Publish", TopicArn=TOPIC, Message="hello")
    world.emulator.world.ledger.keep(None)
    return world, recorded


def contents(world: World) -> list[Content]:
    return [message.content for queue in world.emulator.world.sqs.queues for message in queue]


def test_raw_messages_of_one_publish_share_their_content() -> None:
    world, _ = publish_to(3, raw=True)
    first, *others = contents(world)
    assert first.body == "hello"
    assert all(other is first for other in others)


def test_messages_with_envelopes_share_the_notification_they_are_rendered_from() -> None:
    world, _ = publish_to(2, raw=False)
    first, second = (content.source for content in contents(world))
    assert isinstance(first, Envelope)
    assert isinstance(second, Envelope)
    assert first.envelopes is second.envelopes
    assert first.render() != second.render()  # the unsubscribe URL


def test_shared_content_is_recorded_once() -> None:
    _, recorded = publish_to(3, raw=True)
    placed = [msgspec.to_builtins(change)["content"] for change in recorded if isinstance(change, MessagePlaced)]
    assert [content.get("body") for content in placed] == ["hello", None, None]
