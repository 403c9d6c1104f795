"""The messages of a queue in pages, and the search for some of them."""

import base64
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.control.calls import call
from tests.server import RunningServer


class Shelf:
    """A queue, and the pages of its messages."""

    def __init__(self, server: RunningServer, account: str, sqs: Any) -> None:
        self._url = f"{server.url}/_emulator/queues/{account}/us-east-1"
        self.sqs = sqs
        self.name = "queue"

    def create(self, **attributes: str) -> None:
        self.name = "queue.fifo" if "FifoQueue" in attributes else "queue"
        self.sqs.create_queue(QueueName=self.name, Attributes=attributes)

    def send(self, body: str, **more: Any) -> str:
        return str(self.sqs.send_message(QueueUrl=self.name, MessageBody=body, **more)["MessageId"])

    def page(self, **query: object) -> Any:
        status, answer = call(f"{self._url}/{self.name}/messages?{urlencode(query)}")
        assert status == 200, answer
        return answer

    def bodies(self, **query: object) -> list[str]:
        return [message["body"] for message in self.page(**query)["messages"]]

    def status(self, **query: object) -> int:
        return call(f"{self._url}/{self.name}/messages?{urlencode(query)}")[0]


@pytest.fixture
def shelf(server: RunningServer, account: str, json_sqs: Any) -> Shelf:
    return Shelf(server, account, json_sqs)


def test_messages_are_found_by_their_state(shelf: Shelf) -> None:
    shelf.create()
    shelf.send("taken")
    shelf.sqs.receive_message(QueueUrl="queue")
    shelf.send("waiting")
    shelf.send("late", DelaySeconds=90)
    assert shelf.bodies() == ["taken", "waiting", "late"]
    assert shelf.bodies(state="in_flight") == ["taken"]
    assert shelf.bodies(state="visible") == ["waiting"]
    assert shelf.bodies(state="delayed") == ["late"]
    page = shelf.page(state="delayed")
    assert (page["visible"], page["in_flight"], page["delayed"]) == (1, 1, 1)
    assert (page["looked_at"], page["cursor"]) == (3, None)


def test_messages_are_found_by_what_they_say(shelf: Shelf) -> None:
    shelf.create()
    picture = base64.b64encode(b"\xff").decode()
    attributes = {
        "store": {"DataType": "String", "StringValue": "a=b"},
        "picture": {"DataType": "Binary", "BinaryValue": b"\xff"},
    }
    message_id = shelf.send("Straße in OSLO", MessageAttributes=attributes)
    shelf.send("bergen")
    assert shelf.bodies(text="oslo") == ["Straße in OSLO"]
    assert shelf.bodies(text="STRASSE") == ["Straße in OSLO"]
    assert shelf.bodies(text="nowhere") == []
    assert shelf.bodies(message_id=message_id) == ["Straße in OSLO"]
    for attribute in ("store", "store=a=b", "picture", f"picture={picture}"):
        assert shelf.bodies(attribute=attribute) == ["Straße in OSLO"]
    for attribute in ("size", "store=a", "store="):
        assert shelf.bodies(attribute=attribute) == []
    assert shelf.bodies(text="oslo", attribute="store", message_id="another") == []


def test_messages_are_found_by_their_group_and_say_what_locks_them(shelf: Shelf) -> None:
    shelf.create(FifoQueue="true", ContentBasedDeduplication="true")
    first = shelf.send("first", MessageGroupId="a")
    shelf.send("other", MessageGroupId="b")
    shelf.sqs.receive_message(QueueUrl="queue.fifo")
    shelf.send("second", MessageGroupId="a")
    assert shelf.bodies(group_id="a") == ["first", "second"]
    [locked] = shelf.page(group_id="a", state="visible")["messages"]
    assert locked["locked_by"] == first


def test_pages_show_every_message_once(shelf: Shelf) -> None:
    shelf.create()
    for number in range(5):
        shelf.send(f"{number}")
    shown, pages = list[str](), 0
    cursor: dict[str, str] = {}
    while True:
        page = shelf.page(limit=2, **cursor)
        shown += [message["body"] for message in page["messages"]]
        pages += 1
        if page["cursor"] is None:
            break
        cursor = {"cursor": page["cursor"]}
    assert shown == ["0", "1", "2", "3", "4"]
    assert pages == 3


def test_message_from_a_topic_names_its_publish(shelf: Shelf, account: str, sns: Any) -> None:
    shelf.create()
    topic = sns.create_topic(Name="topic")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{account}:queue")
    published = sns.publish(TopicArn=topic, Message="from a topic")["MessageId"]
    shelf.send("sent")
    from_topic, sent = shelf.page()["messages"]
    assert from_topic["published_as"] == published
    assert "published_as" not in sent
    assert len(shelf.bodies(text="FROM A TOPIC")) == 1


def test_page_of_no_queue_or_with_a_wrong_cursor_is_refused(shelf: Shelf) -> None:
    assert shelf.status() == 404
    shelf.create()
    assert shelf.status(cursor="first") == 400
    assert shelf.status(cursor="9" * 19) == 400
    assert shelf.status(limit=0) == 400
    assert shelf.page(cursor="9" * 18)["cursor"] is None
