"""A topic of one account reaches the queues of another wherever they live."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests import boto, patience
from tests.cluster.fakes import FakeCluster, eventually, fake_cluster

TOPICS, QUEUES, DEAD = "111111111111", "222222222222", "333333333333"


@pytest.fixture(scope="module")
def cluster() -> Iterator[FakeCluster]:
    with fake_cluster(2) as cluster:
        cluster.place(TOPICS, 0)
        cluster.place(QUEUES, 1)
        cluster.place(DEAD, 1)
        yield cluster


class Subscribed:
    """A topic, and a queue of another account that is subscribed."""

    def __init__(self, cluster: FakeCluster, name: str, owner: str = QUEUES, **attributes: str) -> None:
        url, fifo = cluster[0].url, name.endswith(".fifo")
        self.sns = boto.client("sns", url, account=TOPICS)
        self.sqs = boto.client("sqs", url, account=QUEUES)
        kind = {"FifoQueue": "true"} if fifo else {}
        self.url = self.sqs.create_queue(QueueName=name, Attributes=kind)["QueueUrl"]
        self.arn = f"arn:aws:sqs:us-east-1:{QUEUES}:{name}"
        self.topic = self.sns.create_topic(Name=name, Attributes={"FifoTopic": "true"} if fifo else {})["TopicArn"]
        self.subscription = boto.client("sns", url, account=owner).subscribe(
            TopicArn=self.topic, Protocol="sqs", Endpoint=self.arn, Attributes=attributes, ReturnSubscriptionArn=True
        )["SubscriptionArn"]

    def receive(self, wait: int = 20) -> list[str]:
        """The bodies of the next messages, which are deleted."""
        messages = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=wait)
        for each in messages.get("Messages", []):
            self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=each["ReceiptHandle"])
        return [each["Body"] for each in messages.get("Messages", [])]


def test_a_message_arrives_in_a_queue_of_another_account(cluster: FakeCluster) -> None:
    subscribed = Subscribed(cluster, "plain")
    message_id = subscribed.sns.publish(TopicArn=subscribed.topic, Message="hello")["MessageId"]
    [body] = subscribed.receive()
    assert json.loads(body)["Message"] == "hello"
    eventually(lambda: not len(cluster[0].emulator.world.transfers))
    trace: Any = json.loads(patience.get(f"{cluster[0].url}/_emulator/trace/{message_id}"))
    [shown] = trace["subscriptions"]
    assert [step["event"] for step in shown["steps"]][:2] == ["dispatched", "delivered"]


def test_messages_of_a_fifo_topic_arrive_in_their_order(cluster: FakeCluster) -> None:
    subscribed = Subscribed(cluster, "ordered.fifo", RawMessageDelivery="true")
    texts = [str(number) for number in range(50)]
    for text in texts:
        subscribed.sns.publish(TopicArn=subscribed.topic, Message=text, MessageGroupId="g", MessageDeduplicationId=text)
    got: list[str] = []
    while len(got) < len(texts):
        got += subscribed.receive()
    assert got == texts


def test_messages_wait_for_an_account_that_moves_and_arrive_once(cluster: FakeCluster) -> None:
    subscribed = Subscribed(cluster, "moving.fifo", RawMessageDelivery="true")
    texts = [str(number) for number in range(60)]
    for number, text in enumerate(texts):
        if number % 10 == 0:
            cluster.move((TOPICS, QUEUES)[number // 10 % 2], number // 20 % 2)
        subscribed.sns.publish(TopicArn=subscribed.topic, Message=text, MessageGroupId="g", MessageDeduplicationId=text)
    got: list[str] = []
    while len(got) < len(texts):
        got += subscribed.receive()
    assert got == texts
    assert subscribed.receive(wait=0) == []


def test_a_message_for_a_queue_that_is_gone_goes_to_the_dead_letter_queue_of_a_third_account(
    cluster: FakeCluster,
) -> None:
    dead = boto.client("sqs", cluster[0].url, account=DEAD)
    dead_url = dead.create_queue(QueueName="dead")["QueueUrl"]
    policy = json.dumps({"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:{DEAD}:dead"})
    subscribed = Subscribed(cluster, "gone", RedrivePolicy=policy)
    subscribed.sqs.delete_queue(QueueUrl=subscribed.url)
    subscribed.sns.publish(TopicArn=subscribed.topic, Message="hello")
    [message] = dead.receive_message(QueueUrl=dead_url, WaitTimeSeconds=20)["Messages"]
    assert json.loads(message["Body"])["Message"] == "hello"


def test_the_request_to_confirm_reaches_a_queue_of_another_account(cluster: FakeCluster) -> None:
    subscribed = Subscribed(cluster, "confirmed", owner=TOPICS)
    [body] = subscribed.receive()
    token = json.loads(body)["Token"]
    subscribed.sns.confirm_subscription(TopicArn=subscribed.topic, Token=token)
    subscribed.sns.publish(TopicArn=subscribed.topic, Message="hello")
    [body] = subscribed.receive()
    assert json.loads(body)["Message"] == "hello"
