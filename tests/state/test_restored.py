"""What a restored emulator still knows, though no list shows it."""

import json
import re
from typing import Any

import pytest

from emulator.sns import archive
from tests.state.lived_in import lived_in
from tests.state.world import ACCOUNT, OTHER, World, queue_arn, topic_arn

NEW = "333333333333"


def restored(world: World) -> World:
    """Another emulator, in the same state."""
    other = World()
    other.restore(world.export())
    return other


def received(world: World, queue: str, limit: int = 10) -> list[str]:
    messages = world.told("ReceiveMessage", QueueUrl=queue, MaxNumberOfMessages=limit).get("Messages", [])
    return [message["Body"] for message in messages]


def send(world: World, queue: str, *bodies: str, group: str, **more: object) -> None:
    for body in bodies:
        world.told("SendMessage", QueueUrl=queue, MessageBody=body, MessageGroupId=group, **more)


@pytest.fixture
def noisy() -> World:
    """A tenant that has taken too much, and is still noisy though nothing of it is in flight any more."""
    world = World()
    world.told("CreateQueue", QueueName="queue", Attributes={"VisibilityTimeout": "1000"})
    send(world, "queue", *[f"loud {number}" for number in range(31)], group="loud")
    answers = [world.told("ReceiveMessage", QueueUrl="queue", MaxNumberOfMessages=10) for _ in range(3)]
    for message in [message for answer in answers for message in answer["Messages"]]:
        world.told("DeleteMessage", QueueUrl="queue", ReceiptHandle=message["ReceiptHandle"])
    return world


def test_noisy_tenant_still_waits_for_the_others(noisy: World) -> None:
    world = restored(noisy)
    send(world, "queue", "quiet", group="quiet")
    assert received(world, "queue") == ["quiet", "loud 30"]


def test_noisy_tenant_is_quiet_again_when_it_has_sent_nothing_for_a_while(noisy: World) -> None:
    world = restored(noisy)
    world.advance(300)
    send(world, "queue", "quiet", group="quiet")
    assert received(world, "queue") == ["loud 30", "quiet"]


def test_move_task_leaves_groups_alone_of_which_a_message_has_stayed() -> None:
    world = World()
    fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    for name in ("dead.fifo", "other.fifo"):
        world.told("CreateQueue", QueueName=name, Attributes=fifo)
    redrive = json.dumps({"deadLetterTargetArn": queue_arn("dead.fifo"), "maxReceiveCount": 1})
    world.told("CreateQueue", QueueName="source.fifo", Attributes={**fifo, "RedrivePolicy": redrive})
    send(world, "dead.fifo", "g0", group="g")
    (held,) = world.told("ReceiveMessage", QueueUrl="dead.fifo")["Messages"]
    for body in ("h1", "g1", "h2"):
        send(world, "dead.fifo", body, group=body[0])
    way = {"SourceArn": queue_arn("dead.fifo"), "DestinationArn": queue_arn("other.fifo")}
    world.told("StartMessageMoveTask", **way, MaxNumberOfMessagesPerSecond=1)
    world.told("DeleteMessage", QueueUrl="dead.fifo", ReceiptHandle=held["ReceiptHandle"])
    world = restored(world)
    world.advance(10)
    assert received(world, "other.fifo") == ["h1", "h2"]
    assert received(world, "dead.fifo") == ["g1"]


def test_groups_of_a_fifo_queue_stand_in_line_as_before() -> None:
    world = World()
    world.told(
        "CreateQueue", QueueName="line.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    )
    for body in ("g1", "h1", "g2"):
        send(world, "line.fifo", body, group=body[0])
    world.told("ReceiveMessage", QueueUrl="line.fifo", VisibilityTimeout=0)
    world = restored(world)
    assert received(world, "line.fifo") == ["h1", "g1", "g2"]


def test_move_task_that_has_ended_still_shows_where_its_messages_went() -> None:
    world = lived_in()
    world.advance(10)
    world = restored(world)
    (task,) = world.control.sqs.move_tasks
    assert (task.status, task.destinations) == ("COMPLETED", {queue_arn("jobs")})


def test_archive_keeps_to_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_CAPACITY", 3_500)
    world = World()
    settings = {"FifoTopic": "true", "ArchivePolicy": '{"MessageRetentionPeriod":"1"}'}
    given: dict[str, str] = {}
    for number, (name, value) in enumerate(settings.items(), 1):
        given |= {f"Attributes_entry_{number}_key": name, f"Attributes_entry_{number}_value": value}
    world.sns("CreateTopic", Name="topic.fifo", **given)

    def publish(world: World, text: str) -> list[Any]:
        topic = topic_arn("topic.fifo")
        world.sns("Publish", TopicArn=topic, Message=text, MessageGroupId="g", MessageDeduplicationId=text)
        return [message["texts"]["default"] for message in world.export()["topics"][0]["archive"]["messages"]]

    for text in "abc":
        publish(world, text)
    assert publish(restored(world), "d") == publish(world, "d") == ["b", "c", "d"]


def test_lists_have_pages() -> None:
    world = World()
    world.sns("CreateTopic", Name="topic")
    for number in range(101):
        world.sns("Subscribe", TopicArn=topic_arn("topic"), Protocol="sms", Endpoint=f"+1555{number:07}")
    for number in range(2):
        world.sns("CreateSMSSandboxPhoneNumber", PhoneNumber=f"+1555{number:07}")
    world = restored(world)
    page = world.sns("ListSubscriptions").body.decode()
    assert rest_of(world, "ListSubscriptions", page).count("<SubscriptionArn>") == 1
    page = world.sns("ListSMSSandboxPhoneNumbers", MaxResults="1").body.decode()
    assert rest_of(world, "ListSMSSandboxPhoneNumbers", page).count("<PhoneNumber>") == 1


def rest_of(world: World, action: str, page: str) -> str:
    token = re.search("<NextToken>(.*)</NextToken>", page)
    assert token is not None
    return world.sns(action, NextToken=token[1]).body.decode()


def test_what_fell_due_has_happened_in_an_export() -> None:
    world = World()
    world.told("CreateQueue", QueueName="queue", Attributes={"MessageRetentionPeriod": "60"})
    world.told("SendMessage", QueueUrl="queue", MessageBody="body", DelaySeconds=5)
    assert world.export()["queues"][0]["messages"][0]["state"] == "delayed"
    world.advance(5)
    assert "state" not in world.export()["queues"][0]["messages"][0]
    world.advance(55)
    assert "messages" not in world.export()["queues"][0]


def test_another_account_gets_everything_and_what_messages_say_stays() -> None:
    original = lived_in()
    document = original.export(ACCOUNT)
    world = World()
    world.sns("CreateTopic", OTHER, Name="theirs")
    world.restore(document, NEW)
    renamed = world.export(NEW)
    without_texts, kept = (without(each, "body") for each in (renamed, document))
    assert ACCOUNT not in json.dumps(without_texts)
    assert json.dumps(without_texts).replace(NEW, ACCOUNT) == json.dumps(kept).replace(*sender_ids(original, world))
    assert texts(renamed) == texts(document)
    assert any(ACCOUNT in text for text in texts(renamed))
    world.advance(10, NEW)
    assert received_as(world, NEW, "jobs") == received_as(original, ACCOUNT, "jobs", later=10)


def received_as(world: World, account: str, queue: str, later: float = 0) -> list[str]:
    world.advance(later, account)
    answer = world.sqs("ReceiveMessage", account, QueueUrl=queue, MaxNumberOfMessages=10)
    return [message["Body"] for message in json.loads(answer.body)["Messages"]]


def sender_ids(original: World, renamed: World) -> tuple[str, str]:
    """Of those who sent the first message in each."""
    first, second = (
        next(queue for queue in world.export()["queues"] if queue["arn"].endswith(":jobs"))["messages"][0]["sender_id"]
        for world in (original, renamed)
    )
    assert first != second
    return first, second


def without(value: Any, name: str) -> Any:
    """A document without what stands under ``name``, wherever that is."""
    if isinstance(value, dict):
        return {key: without(inner, name) for key, inner in value.items() if key != name}
    return [without(inner, name) for inner in value] if isinstance(value, list) else value


def texts(value: Any) -> list[str]:
    """All bodies in a document."""
    if isinstance(value, dict):
        return [text for key, inner in value.items() for text in ([inner] if key == "body" else texts(inner))]
    return [text for inner in value for text in texts(inner)] if isinstance(value, list) else []


def test_attempt_that_is_refused_stays_so_for_the_rest_of_its_five_minutes() -> None:
    world = World()
    fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    world.told("CreateQueue", QueueName="line.fifo", Attributes=fifo)
    send(world, "line.fifo", "1", "2", group="g")
    attempt = {"QueueUrl": "line.fifo", "ReceiveRequestAttemptId": "attempt"}
    (message,) = world.told("ReceiveMessage", **attempt)["Messages"]
    world.told("DeleteMessage", QueueUrl="line.fifo", ReceiptHandle=message["ReceiptHandle"])
    world = restored(world)
    assert world.sqs("ReceiveMessage", **attempt).status == 400
    world.advance(300)
    assert [each["Body"] for each in world.told("ReceiveMessage", **attempt)["Messages"]] == ["2"]


def test_ended_move_task_that_was_blocked_by_a_group_can_be_restored() -> None:
    world = World()
    fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    world.told("CreateQueue", QueueName="dead.fifo", Attributes=fifo)
    policy = json.dumps({"deadLetterTargetArn": queue_arn("dead.fifo"), "maxReceiveCount": 1})
    world.told("CreateQueue", QueueName="line.fifo", Attributes={**fifo, "RedrivePolicy": policy})
    world.told("SendMessage", QueueUrl="dead.fifo", MessageBody="in flight", MessageGroupId="g")
    world.told("ReceiveMessage", QueueUrl="dead.fifo")
    arns = {"SourceArn": queue_arn("dead.fifo"), "DestinationArn": queue_arn("line.fifo")}
    world.told("StartMessageMoveTask", **arns)
    document = world.export()
    assert document["move_tasks"][0]["status"] == "COMPLETED"
    restored = World()
    restored.restore(document)
    assert restored.export() == document


def test_message_to_a_phone_is_still_shown_as_it_was_published() -> None:
    world = World()
    published = '{"default": "all", "sms": "phones"}'
    world.sns("Publish", PhoneNumber="+15550100", Message=published, MessageStructure="json")
    [entry] = restored(world).emulator.world.sns.outbox
    assert (entry.body, entry.published, entry.structure) == ("phones", published, "json")


@pytest.mark.parametrize("kind", ["", ".fifo"])
def test_handle_from_after_the_document_does_nothing_to_a_message_that_is_delayed_again(kind: str) -> None:
    world = World()
    queue = f"later{kind}"
    fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"} if kind else {}
    world.told("CreateQueue", QueueName=queue, Attributes={"DelaySeconds": "10", **fifo})
    send(world, queue, "hello", group="g")
    document = world.export()
    world.advance(10)
    (message,) = world.told("ReceiveMessage", QueueUrl=queue)["Messages"]
    world.restore(document)
    handle = {"QueueUrl": queue, "ReceiptHandle": message["ReceiptHandle"]}
    hidden = world.sqs("ChangeMessageVisibility", **handle, VisibilityTimeout=5)
    assert hidden.status == 400
    assert b"not available for visibility timeout change" in hidden.body
    entries = [{"Id": "1", "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}]
    batch = world.told("ChangeMessageVisibilityBatch", QueueUrl=queue, Entries=entries)
    assert [each["Id"] for each in batch["Failed"]] == ["1"]
    world.told("DeleteMessage", **handle)
    assert world.export()["queues"] == document["queues"]
    world.advance(10)
    assert received(world, queue) == ["hello"]
