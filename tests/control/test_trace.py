"""The trace over the wire: publish, receive, delete, and read what happened."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from emulator.sns.notification import timestamp
from tests import boto, patience
from tests.account_clock import AccountClock
from tests.control.calls import call
from tests.server import RunningServer

STORE_A = {"store": {"DataType": "String", "StringValue": "a"}}


class Tracer:
    """Topics, queues and the trace of one account."""

    def __init__(self, server: RunningServer, account: str, sns: Any, sqs: Any) -> None:
        self.url = f"{server.url}/_emulator/trace"
        self.account = account
        self.sns = sns
        self.sqs = sqs
        self.topic: str = sns.create_topic(Name="topic")["TopicArn"]

    def queue_arn(self, name: str) -> str:
        return f"arn:aws:sqs:us-east-1:{self.account}:{name}"

    def queue(self, name: str = "queue", **attributes: str) -> str:
        return str(self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])

    def subscribe(self, queue: str = "queue", topic: str | None = None, **attributes: str) -> str:
        subscribed = self.sns.subscribe(
            TopicArn=topic or self.topic,
            Protocol="sqs",
            Endpoint=self.queue_arn(queue),
            Attributes=attributes,
            ReturnSubscriptionArn=True,
        )
        return str(subscribed["SubscriptionArn"])

    def publish(self, message: str = "hello", **more: Any) -> str:
        return str(self.sns.publish(TopicArn=self.topic, Message=message, **more)["MessageId"])

    def of(self, message_id: str) -> Any:
        status, answer = call(f"{self.url}/{message_id}")
        assert status == 200
        return answer

    def newest(self, query: str = "") -> list[Any]:
        status, answer = call(f"{self.url}?account={self.account}{query}")
        assert status == 200
        return list(answer["publishes"])


@pytest.fixture
def tracer(server: RunningServer, account: str, sns: Any, json_sqs: Any) -> Tracer:
    return Tracer(server, account, sns, json_sqs)


def later(at: str, seconds: float) -> str:
    return timestamp(datetime.fromisoformat(at).timestamp() + seconds)


def events(trace: Any) -> list[str]:
    return [step["event"] for step in trace["steps"]]


def receive(sqs: Any, queue_url: str) -> Any:
    [message] = sqs.receive_message(QueueUrl=queue_url)["Messages"]
    return message


def test_publish_leaves_what_came_in_and_where_it_went(tracer: Tracer, clock: AccountClock) -> None:
    queue_url = tracer.queue()
    arn = tracer.subscribe()
    clock.freeze()
    message_id = tracer.publish(Subject="greeting", MessageAttributes={"n": {"DataType": "Number", "StringValue": "1"}})
    message = receive(tracer.sqs, queue_url)
    tracer.sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
    trace = tracer.of(message_id)
    at = trace["at"]
    assert at == json.loads(message["Body"])["Timestamp"]
    where = {"queue": tracer.queue_arn("queue"), "queue_message_id": message["MessageId"]}
    assert trace == {
        "message_id": message_id,
        "at": at,
        "account": tracer.account,
        "topic": tracer.topic,
        "target": None,
        "queue": None,
        "subject": "greeting",
        "message": "hello",
        "message_length": 5,
        "attributes": {"n": {"DataType": "Number", "StringValue": "1"}},
        "group_id": None,
        "deduplication_id": None,
        "sequence_number": None,
        "steps": [],
        "subscriptions": [
            {
                "subscription": arn,
                "protocol": "sqs",
                "endpoint": tracer.queue_arn("queue"),
                "filter": None,
                "steps": [
                    {"at": at, "event": "delivered", **where},
                    {"at": at, "event": "received", **where, "receive_count": 1, "visible_at": later(at, 30)},
                    {"at": at, "event": "deleted", **where},
                ],
            }
        ],
        "omitted": 0,
        "in_queue": None,
    }


def test_filter_that_said_no_says_why(tracer: Tracer) -> None:
    tracer.subscribe("a", FilterPolicy='{"store":["a"]}')
    tracer.subscribe("b", FilterPolicy='{"store":["b"]}')
    message_id = tracer.publish(MessageAttributes={"store": {"DataType": "String", "StringValue": "b"}})
    first, second = tracer.of(message_id)["subscriptions"]
    failed = [{"key": "store", "value": "b", "conditions": ["a"], "reason": '"b" fails "a"'}]
    assert first["filter"] == {"matches": False, "failed": failed}
    assert events(first) == ["filtered_out"]
    assert second["filter"] == {"matches": True, "failed": []}


def test_verdict_is_that_of_the_policy_at_the_time(tracer: Tracer) -> None:
    arn = tracer.subscribe(FilterPolicy='{"store":["a"]}')
    message_id = tracer.publish()
    tracer.sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName="FilterPolicy", AttributeValue="")
    [subscription] = tracer.of(message_id)["subscriptions"]
    assert subscription["filter"]["failed"][0]["conditions"] == ["a"]


def test_missing_queue_and_dead_letter_queue_stand_in_the_trace(tracer: Tracer) -> None:
    redrive = json.dumps({"deadLetterTargetArn": tracer.queue_arn("dead")})
    dead_url = tracer.queue("dead")
    tracer.subscribe(RedrivePolicy=redrive)
    message_id = tracer.publish()
    [subscription] = tracer.of(message_id)["subscriptions"]
    failed, dead_lettered = subscription["steps"]
    assert failed["event"] == "failed"
    assert failed["reason"].startswith("no queue of this ARN can take it")
    assert (dead_lettered["event"], dead_lettered["queue"]) == ("dead_lettered", tracer.queue_arn("dead"))
    assert dead_lettered["queue_message_id"] == receive(tracer.sqs, dead_url)["MessageId"]
    [subscription] = tracer.of(message_id)["subscriptions"]
    assert events(subscription) == ["failed", "dead_lettered", "received"]


def test_missing_dead_letter_queue_stands_in_the_trace(tracer: Tracer) -> None:
    tracer.subscribe(RedrivePolicy=json.dumps({"deadLetterTargetArn": tracer.queue_arn("dead")}))
    [subscription] = tracer.of(tracer.publish())["subscriptions"]
    first, second = (step["reason"] for step in subscription["steps"])
    assert first.startswith("no queue of this ARN can take it")
    assert second.startswith(f"dead-letter queue {tracer.queue_arn('dead')}: no queue of this ARN can take it")


def test_queue_that_exists_in_another_region_is_named_where_it_is_missing(
    tracer: Tracer, server: RunningServer
) -> None:
    boto.client("sqs", server.url, account=tracer.account, region="eu-west-1").create_queue(QueueName="far")
    tracer.subscribe("far")
    [subscription] = tracer.of(tracer.publish())["subscriptions"]
    [failed] = subscription["steps"]
    assert failed["reason"].startswith("no queue of this ARN can take it; it exists in eu-west-1")


def test_way_through_the_dead_letter_queue_of_a_queue_and_back_is_followed(tracer: Tracer) -> None:
    dead_url = tracer.queue("dead")
    redrive = json.dumps({"deadLetterTargetArn": tracer.queue_arn("dead"), "maxReceiveCount": 1})
    queue_url = tracer.queue(RedrivePolicy=redrive, VisibilityTimeout="0")
    tracer.subscribe()
    message_id = tracer.publish()
    receive(tracer.sqs, queue_url)
    assert "Messages" not in tracer.sqs.receive_message(QueueUrl=queue_url)
    tracer.sqs.start_message_move_task(SourceArn=tracer.queue_arn("dead"))
    receive(tracer.sqs, queue_url)
    [subscription] = tracer.of(message_id)["subscriptions"]
    assert events(subscription) == [
        "delivered",
        "received",
        "visible",
        "moved_to_dead_letter_queue",
        "moved",
        "received",
        "visible",
    ]
    _, _, _, dead, moved, received, _ = subscription["steps"]
    assert (dead["queue"], dead["moved_to"]) == (tracer.queue_arn("queue"), tracer.queue_arn("dead"))
    assert (moved["queue"], moved["moved_to"]) == (tracer.queue_arn("dead"), tracer.queue_arn("queue"))
    assert moved["new_queue_message_id"] == received["queue_message_id"] != moved["queue_message_id"]
    assert dead_url != queue_url


def test_message_that_was_not_received_in_time_has_expired(tracer: Tracer, clock: AccountClock) -> None:
    queue_url = tracer.queue(MessageRetentionPeriod="60")
    tracer.subscribe()
    clock.freeze()
    message_id = tracer.publish()
    clock.advance(61)
    assert "Messages" not in tracer.sqs.receive_message(QueueUrl=queue_url)
    [subscription] = tracer.of(message_id)["subscriptions"]
    delivered, expired = subscription["steps"]
    assert expired["event"] == "expired"
    assert expired["at"] > delivered["at"]


def test_pending_subscription_withholds_the_message(tracer: Tracer) -> None:
    attributes = {"FilterPolicy": '{"store":["a"]}'}
    tracer.sns.subscribe(TopicArn=tracer.topic, Protocol="email", Endpoint="someone@example.com", Attributes=attributes)
    [subscription] = tracer.of(tracer.publish())["subscriptions"]
    assert (subscription["protocol"], subscription["endpoint"]) == ("email", "someone@example.com")
    [reason] = [step["reason"] for step in subscription["steps"]]
    assert reason.startswith("pending confirmation; to confirm, GET http://")
    assert subscription["filter"] is None  # it was not evaluated
    with urlopen(reason.rpartition(" ")[2], timeout=patience.SECONDS):
        pass
    [subscription] = tracer.of(tracer.publish(MessageAttributes=STORE_A))["subscriptions"]
    assert events(subscription) == ["stored"]


def test_entries_of_a_batch_are_traced_each(tracer: Tracer) -> None:
    entries = [{"Id": name, "Message": name} for name in ("one", "two")]
    published = tracer.sns.publish_batch(TopicArn=tracer.topic, PublishBatchRequestEntries=entries)["Successful"]
    assert [tracer.of(entry["MessageId"])["message"] for entry in published] == ["one", "two"]


def test_duplicate_is_noted_at_the_first_message(tracer: Tracer) -> None:
    tracer.topic = tracer.sns.create_topic(Name="topic.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    ids = {tracer.publish(MessageGroupId="g", MessageDeduplicationId="d") for _ in range(2)}
    [message_id] = ids
    trace = tracer.of(message_id)
    assert (trace["group_id"], trace["deduplication_id"], events(trace)) == ("g", "d", ["duplicate"])
    assert trace["sequence_number"] is not None


def test_newest_come_last_and_can_be_asked_for_by_topic(tracer: Tracer) -> None:
    other = tracer.sns.create_topic(Name="other")["TopicArn"]
    ids = [tracer.publish(str(number)) for number in range(3)]
    tracer.sns.publish(TopicArn=other, Message="other")
    assert [trace["message"] for trace in tracer.newest()] == ["0", "1", "2", "other"]
    by_topic = tracer.newest(f"&topic={quote(tracer.topic)}&limit=2")
    assert [trace["message_id"] for trace in by_topic] == ids[1:]


def test_long_message_is_cut_off(tracer: Tracer) -> None:
    trace = tracer.of(tracer.publish("ä" * 100_000))
    assert (trace["message"], trace["message_length"]) == ("ä" * 4_096, 100_000)


def test_reset_of_an_account_forgets_its_publishes_alone(server: RunningServer, tracer: Tracer) -> None:
    other = f"9{tracer.account[1:]}"
    others = boto.client("sns", server.url, account=other)
    topic = others.create_topic(Name="topic")["TopicArn"]
    kept = others.publish(TopicArn=topic, Message="hello")["MessageId"]
    forgotten = tracer.publish()
    call(f"{server.url}/_emulator/reset", {"account": tracer.account})
    assert tracer.newest() == []
    assert call(f"{tracer.url}/{forgotten}") == (404, {"error": f"No trace of the message {forgotten}."})
    assert tracer.of(kept)["message"] == "hello"


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("limit=0", "Expected `int` >= 1 - at `$.limit`"),
        ("limit=1001", "Expected `int` <= 1000 - at `$.limit`"),
        ("limit=many", "Expected `int`, got `str` - at `$.limit`"),
        ("account=me", "Expected `str` matching regex '^[0-9]{12}$' - at `$.account`"),
        ("queue=x", "Object contains unknown field `queue`"),
    ],
)
def test_wrong_query_is_refused(server: RunningServer, query: str, complaint: str) -> None:
    assert call(f"{server.url}/_emulator/trace?{query}") == (400, {"error": complaint})
