"""The newest requests: which client asked for what, and how it was answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.exceptions import ClientError, HTTPClientError

from emulator.observation.recent_requests import RecentRequests
from emulator.observation.request_log import RequestRecord
from tests import boto
from tests.control.calls import call
from tests.control.event_reader import reading
from tests.server import RunningServer, running_server


class Requests:
    """The requests of one account."""

    def __init__(self, server: RunningServer, account: str) -> None:
        self.url = f"{server.url}/_emulator"
        self.account = account

    def page(self, **query: object) -> Any:
        status, answer = call(f"{self.url}/requests?{urlencode({'account': self.account} | query)}")
        assert status == 200, answer
        return answer

    def actions(self, **query: object) -> list[str]:
        return [each["action"] for each in self.page(**query)["requests"]]

    @contextmanager
    def recorded(self) -> Iterator[None]:
        assert call(f"{self.url}/requests", {"record": True}) == (200, {"recording": True})
        try:
            yield
        finally:
            call(f"{self.url}/requests", {"record": False})


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """A server of this module's own, as there is one record of all requests."""
    with running_server() as server:
        yield server


@pytest.fixture
def requests(server: RunningServer, account: str) -> Requests:
    return Requests(server, account)


def test_refused_requests_are_always_kept_and_others_if_that_is_wanted(requests: Requests, json_sqs: Any) -> None:
    json_sqs.create_queue(QueueName="queue")
    with pytest.raises(ClientError):
        json_sqs.get_queue_url(QueueName="none")
    page = requests.page()
    assert page["recording"] is False
    [refused] = page["requests"]
    assert (refused["service"], refused["action"], refused["status"]) == ("sqs", "GetQueueUrl", 400)
    assert refused["error_code"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert refused["error_message"]
    assert refused["resource"] == f"arn:aws:sqs:us-east-1:{requests.account}:none"
    assert refused["client"].startswith("Boto3/")
    assert refused["milliseconds"] >= 0
    assert refused["protocol"] == "json"
    with requests.recorded():
        json_sqs.send_message(QueueUrl="queue", MessageBody="x")
        assert requests.page()["recording"] is True
    json_sqs.send_message(QueueUrl="queue", MessageBody="x")
    sent = requests.page()["requests"][0]
    assert (sent["action"], sent["status"], sent["region"]) == ("SendMessage", 200, "us-east-1")
    assert "error_code" not in sent
    assert requests.actions() == ["SendMessage", "GetQueueUrl"]


def test_requests_are_filtered_and_paged(requests: Requests, json_sqs: Any, sns: Any) -> None:
    entries = [{"Id": "a", "MessageBody": "x"}, {"Id": "b", "MessageBody": "\x00"}]
    with requests.recorded():
        json_sqs.create_queue(QueueName="queue")
        topic = sns.create_topic(Name="topic")["TopicArn"]
        json_sqs.send_message_batch(QueueUrl="queue", Entries=entries)
        with pytest.raises(ClientError):
            sns.publish(TopicArn=topic, Message="")
    assert requests.actions() == ["Publish", "SendMessageBatch", "CreateTopic", "CreateQueue"]
    assert requests.actions(service="sns") == ["Publish", "CreateTopic"]
    assert requests.actions(action="Publish") == ["Publish"]
    assert requests.actions(resource=topic) == ["Publish", "CreateTopic"]
    assert requests.actions(resource="queue") == ["SendMessageBatch", "CreateQueue"]
    assert requests.actions(client="boto3", status=400) == ["Publish"]
    assert requests.actions(client="java") == []
    assert requests.actions(failed="true") == ["Publish", "SendMessageBatch"]
    assert requests.actions(failed="false") == ["CreateTopic", "CreateQueue"]
    assert requests.page(action="SendMessageBatch")["requests"][0]["failed_entries"] == 1
    first = requests.page(limit=3)
    rest = requests.page(limit=3, cursor=first["cursor"])
    assert [each["action"] for each in rest["requests"]] == ["CreateQueue"]
    assert rest["cursor"] is None


def test_request_without_an_answer_is_kept(requests: Requests, json_sqs: Any) -> None:
    json_sqs.create_queue(QueueName="queue")
    call(f"{requests.url}/faults", {"account": requests.account, "action": "SendMessage", "cut": "after"})
    with pytest.raises(HTTPClientError):
        json_sqs.send_message(QueueUrl="queue", MessageBody="x")
    [unanswered] = requests.page()["requests"]
    assert (unanswered["action"], unanswered["status"]) == ("SendMessage", None)


def test_stream_has_requests_only_if_they_are_named(requests: Requests, server: RunningServer, json_sqs: Any) -> None:
    with reading(server.url, account=requests.account, type="request") as reader:
        assert requests.page()["recording"] is True
        boto.client("sqs", server.url, account="999999999999").list_queues()
        json_sqs.create_queue(QueueName="queue")
        heard = reader.next()
        assert heard.type == "request"
        assert heard.data == requests.page()["requests"][0]
        assert heard.data["action"] == "CreateQueue"
    with reading(server.url, account=requests.account) as reader:
        json_sqs.send_message(QueueUrl="queue", MessageBody="x")
        json_sqs.delete_queue(QueueUrl="queue")
        assert [each.type for each in reader.take(2)] == ["sent", "queue_deleted"]


def test_what_clients_send_is_cut_off() -> None:
    recent = RecentRequests(kept=2)
    for number in range(3):
        record = RequestRecord(
            f"sqs.{'x' * 9_000}", 400, 0.1, None, "r" * 9_000, str(number), "json", error_message="y" * 9_000
        )
        recent.add(record, b"c" * 9_000, 0.0)
    newest, older = recent
    assert (newest.request_id, older.request_id) == ("2", "1")
    texts = (newest.action, newest.region, newest.error_message, newest.client)
    assert max(len(text or "") for text in texts) == 500
    recent.add(RequestRecord("-.-", 400, 0.1, None, None, "3", "query"), b" ", 0.0)
    assert next(iter(recent)).client is None


def test_request_says_in_which_protocol_it_was(requests: Requests, sqs: Any, sns: Any, protocol: str) -> None:
    with requests.recorded():
        sqs.list_queues()
        sns.list_topics()
    assert [each["protocol"] for each in requests.page()["requests"]] == ["query", protocol]
