"""The event stream over the wire."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.configuration.settings import Settings
from emulator.serving.app import Emulator
from tests import boto, patience
from tests.account_clock import AccountClock
from tests.control.calls import call
from tests.control.event_reader import EventReader, reading
from tests.server import RunningServer, running_server


@pytest.fixture
def reader(server: RunningServer, account: str) -> Iterator[EventReader]:
    """Hears what happens in the test's account."""
    with reading(server.url, account=account) as reader:
        yield reader


def arn(service: str, account: str, name: str) -> str:
    return f"arn:aws:{service}:us-east-1:{account}:{name}"


def test_events_of_a_message_have_the_time_of_its_account(
    reader: EventReader, account: str, json_sqs: Any, clock: AccountClock
) -> None:
    clock.freeze()
    url = json_sqs.create_queue(QueueName="queue")["QueueUrl"]
    sent = json_sqs.send_message(QueueUrl=url, MessageBody="hello")["MessageId"]
    handle = json_sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]
    json_sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=60)
    json_sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    heard = reader.take(5)
    now = heard[0].data["at"]
    common = {"at": now, "account": account, "queue": arn("sqs", account, "queue")}
    message = common | {"message_id": sent}
    assert [(event.id, event.type) for event in heard] == [
        ("1", "queue_created"),
        ("2", "sent"),
        ("3", "received"),
        ("4", "visibility_changed"),
        ("5", "deleted"),
    ]
    assert heard[0].data == common
    assert heard[1].data == message | {"body": "hello", "body_length": 5, "visible_at": now}
    until = heard[2].data["visible_at"]
    assert heard[2].data == message | {"receive_count": 1, "visible_at": until}
    assert heard[3].data.keys() == message.keys() | {"visible_at"}
    assert heard[4].data == message


def test_publish_and_its_deliveries_are_events(reader: EventReader, account: str, json_sqs: Any, sns: Any) -> None:
    topic = sns.create_topic(Name="topic")["TopicArn"]
    json_sqs.create_queue(QueueName="queue")
    queue = arn("sqs", account, "queue")
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)["SubscriptionArn"]
    published = sns.publish(TopicArn=topic, Message="hello")["MessageId"]
    created, queue_created, subscribed, told, sent, delivered = reader.take(6)
    assert (created.type, created.data["topic"]) == ("topic_created", topic)
    assert queue_created.type == "queue_created"
    assert (subscribed.type, subscribed.data["subscription"]) == ("subscribed", subscription)
    assert (told.type, told.data["message_id"], told.data["message"]) == ("published", published, "hello")
    assert (sent.type, sent.data["queue"]) == ("sent", queue)
    assert delivered.type == "delivered"
    assert delivered.data["queue_message_id"] == sent.data["message_id"]
    assert (delivered.data["topic"], delivered.data["queue"]) == (topic, queue)


def test_changed_attributes_of_a_topic_are_events_whichever_action_sets_them(
    server: RunningServer, account: str, sns: Any
) -> None:
    topic = sns.create_topic(Name="topic")["TopicArn"]
    with reading(server.url, topic=topic) as reader:
        sns.set_topic_attributes(TopicArn=topic, AttributeName="DisplayName", AttributeValue="name")
        sns.add_permission(TopicArn=topic, Label="a", AWSAccountId=["111111111111"], ActionName=["Publish"])
        sns.remove_permission(TopicArn=topic, Label="unknown")  # which changes nothing
        sns.remove_permission(TopicArn=topic, Label="a")
        sns.put_data_protection_policy(ResourceArn=topic, DataProtectionPolicy="")
        heard = reader.take(4)
    assert {event.type for event in heard} == {"topic_attribute_changed"}
    told = [event.data["attribute"] for event in heard]
    assert told == ["DisplayName", "Policy", "Policy", "DataProtectionPolicy"]


def test_stream_can_be_narrowed_to_a_queue_and_to_kinds(server: RunningServer, account: str, json_sqs: Any) -> None:
    dead = json_sqs.create_queue(QueueName="dead")["QueueUrl"]
    redrive = json.dumps({"deadLetterTargetArn": arn("sqs", account, "dead"), "maxReceiveCount": 1})
    attributes = {"RedrivePolicy": redrive, "VisibilityTimeout": "0"}
    url = json_sqs.create_queue(QueueName="queue", Attributes=attributes)["QueueUrl"]
    with (
        reading(server.url, queue=arn("sqs", account, "dead")) as at_dead,
        reading(server.url, account=account, type="sent,received") as by_type,
    ):
        json_sqs.send_message(QueueUrl=url, MessageBody="body")
        json_sqs.receive_message(QueueUrl=url)
        json_sqs.receive_message(QueueUrl=url)
        json_sqs.purge_queue(QueueUrl=dead)
        moved, purged = at_dead.take(2)
        assert (moved.type, moved.data["moved_to"]) == ("moved_to_dead_letter_queue", arn("sqs", account, "dead"))
        assert purged.type == "purged"
        assert [event.type for event in by_type.take(2)] == ["sent", "received"]


def test_stream_can_be_narrowed_to_a_topic(server: RunningServer, account: str, sns: Any) -> None:
    first, second = (sns.create_topic(Name=name)["TopicArn"] for name in ("first", "second"))
    with reading(server.url, topic=second) as reader:
        for topic in (first, second):
            sns.publish(TopicArn=topic, Message=topic)
        assert reader.next().data["message"] == second


def test_accounts_are_kept_apart_and_a_reset_is_an_event(
    reader: EventReader, server: RunningServer, account: str
) -> None:
    other = f"9{account[1:]}"
    for owner in (other, account):
        boto.client("sqs", server.url, account=owner).create_queue(QueueName="queue")
        call(f"{server.url}/_emulator/reset", {"account": owner})
    created, reset = reader.take(2)
    assert created.data["queue"] == arn("sqs", account, "queue")
    assert (reset.type, reset.data["account"]) == ("reset", account)


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("type=sent,danced", "type: there is no event `danced`. Known: attempted, "),
        ("queue=orders", "queue: expected the ARN of a queue."),
        ("topic=arn:aws:sqs:us-east-1:111111111111:q", "topic: expected the ARN of a topic."),
        ("account=me", "Expected `str` matching regex"),
        ("colour=red", "Object contains unknown field `colour`"),
    ],
)
def test_query_that_nothing_can_match_is_refused(server: RunningServer, query: str, complaint: str) -> None:
    status, answer = call(f"{server.url}/_emulator/events?{query}")
    assert status == 400
    assert answer["error"].startswith(complaint)


def test_end_of_the_server_is_the_end_of_the_stream() -> None:
    with running_server() as server, reading(server.url) as reader:
        call(f"{server.url}/_emulator/reset", {})
        assert reader.next().type == "reset"
        server.process.terminate()
        assert reader.rest() == b""
        assert server.process.wait(patience.SECONDS) == 0


def test_reader_that_hangs_up_leaves_nothing_behind() -> None:
    async def listen() -> None:
        emulator = Emulator(Settings())
        began, gone = asyncio.Event(), asyncio.Event()
        requests = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> dict[str, Any]:
            if requests:
                return requests.pop()
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(event: Any) -> None:
            began.set()

        path = "/_emulator/events"
        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "root_path": ""}
        answering = asyncio.create_task(emulator(scope, receive, send))
        async with asyncio.timeout(patience.SECONDS):
            await began.wait()
        assert emulator.world.observer.watched
        gone.set()
        await answering
        assert not emulator.world.observer.watched

    asyncio.run(listen())
