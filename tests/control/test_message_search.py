"""Messages are found by what they say, wherever they are."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.control.calls import call
from tests.server import RunningServer


class Search:
    """The messages of one account."""

    def __init__(self, server: RunningServer, account: str, sqs: Any, sns: Any) -> None:
        self._url = f"{server.url}/_emulator"
        self.account = account
        self.sqs = sqs
        self.sns = sns

    def queue(self, name: str, **attributes: str) -> str:
        self.sqs.create_queue(QueueName=name, Attributes=attributes)
        return f"arn:aws:sqs:us-east-1:{self.account}:{name}"

    def send(self, queue: str, body: str, **more: object) -> str:
        return str(self.sqs.send_message(QueueUrl=queue, MessageBody=body, **more)["MessageId"])

    def page(self, **query: object) -> Any:
        status, answer = call(f"{self._url}/messages?{urlencode({'account': self.account} | query)}")
        assert status == 200, answer
        return answer

    def found(self, **query: object) -> list[str]:
        return [each["message"] for each in self.page(**query)["messages"]]

    def trace(self, message_id: str) -> Any:
        return call(f"{self._url}/trace/{message_id}")[1]


@pytest.fixture
def search(server: RunningServer, account: str, json_sqs: Any, sns: Any) -> Search:
    return Search(server, account, json_sqs, sns)


STORE = {"store": {"DataType": "String", "StringValue": "oslo"}}


def test_publishes_and_sent_messages_are_found_newest_first(search: Search) -> None:
    queue = search.queue("queue")
    topic = search.sns.create_topic(Name="topic")["TopicArn"]
    sent = search.send("queue", "first order", MessageAttributes=STORE, DelaySeconds=60)
    published = search.sns.publish(TopicArn=topic, Message="second ORDER", Subject="Orders", MessageAttributes=STORE)[
        "MessageId"
    ]
    search.send("queue", "other")
    second, first = search.page(text="order")["messages"]
    assert first | {"at": ""} == {
        "message_id": sent,
        "at": "",
        "account": search.account,
        "topic": None,
        "target": None,
        "queue": queue,
        "state": "delayed",
        "published_as": None,
        "subject": None,
        "message": "first order",
        "message_length": 11,
        "attributes": STORE,
        "group_id": None,
    }
    assert (second["message_id"], second["topic"], second["subject"]) == (published, topic, "Orders")
    assert search.found(attribute="store=oslo") == ["second ORDER", "first order"]
    assert search.found(message_id=sent) == ["first order"]
    assert search.found(topic=topic) == ["second ORDER"]
    assert search.found(queue=queue) == ["other", "first order"]
    assert search.found(text="order", account="000000000099") == []


def test_message_that_is_gone_is_found_by_its_beginning(search: Search) -> None:
    search.queue("queue")
    body = f"begin {'x' * 300} end"
    sent = search.send("queue", body)
    assert search.found(text="END") == [body[:256]]
    [message] = search.sqs.receive_message(QueueUrl="queue")["Messages"]
    search.sqs.delete_message(QueueUrl="queue", ReceiptHandle=message["ReceiptHandle"])
    [gone] = search.page(text="begin")["messages"]
    assert (gone["message_id"], gone["state"], gone["message_length"]) == (sent, None, len(body))
    assert search.found(text="end") == []
    assert [step["event"] for step in search.trace(sent)["steps"]] == ["sent", "received", "deleted"]


def test_copies_of_a_publish_are_found_by_their_own_id_alone(search: Search) -> None:
    queue = search.queue("queue")
    topic = search.sns.create_topic(Name="topic")["TopicArn"]
    search.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "true"})
    published = search.sns.publish(TopicArn=topic, Message="one")["MessageId"]
    assert len(search.found(text="one")) == 1
    [copy] = search.page(queue=queue)["messages"]
    assert (copy["message"], copy["published_as"], copy["state"]) == ("one", published, "visible")
    assert search.trace(copy["message_id"])["message_id"] == published


def test_pages_show_every_message_once(search: Search) -> None:
    search.queue("queue")
    for number in range(5):
        search.send("queue", f"{number}")
    shown: list[str] = []
    more: dict[str, object] = {"limit": 2}
    while True:
        page = search.page(**more)
        shown += [each["message"] for each in page["messages"]]
        if page["cursor"] is None:
            break
        more["cursor"] = page["cursor"]
    assert shown == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize("cursor", ["x", "recent@", "recent@-1", "queues@1x", "later@1", "recent@²"])
def test_wrong_cursor_is_refused(server: RunningServer, cursor: str) -> None:
    assert call(f"{server.url}/_emulator/messages?{urlencode({'cursor': cursor})}")[0] == 400
