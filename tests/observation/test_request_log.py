"""The line that each request leaves in the log."""

import asyncio
import json
import logging
from typing import Any
from urllib.parse import urlencode

import pytest

from emulator.configuration.settings import Settings
from emulator.faults.rule import BatchFailures, Rule
from emulator.serving.app import Emulator
from emulator.wire.http import HttpRequest, HttpResponse

FORM = b"application/x-www-form-urlencoded"
JSON10 = b"application/x-amz-json-1.0"
TOPIC = "arn:aws:sns:us-east-1:000000000000:sales"


class Client:
    """Sends requests to an emulator, and reads its log."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO, "emulator")
        self._caplog = caplog
        self.emulator = Emulator(Settings())
        self.query("CreateQueue", QueueName="orders")
        self.query("CreateTopic", Name="sales")

    def query(self, action: str, **params: str) -> None:
        self._send(FORM, urlencode({"Action": action} | params).encode(), {})

    def json(self, action: str, body: bytes | dict[str, Any]) -> None:
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self._send(JSON10, body, {b"x-amz-target": f"AmazonSQS.{action}".encode()})

    def _send(self, content_type: bytes, body: bytes, headers: dict[bytes, bytes]) -> None:
        self._caplog.clear()
        headers = {b"host": b"localhost", b"content-type": content_type} | headers
        outcome = self.emulator.gateway.answer(HttpRequest("POST", "http", "/", b"", headers, body))
        if not isinstance(outcome, HttpResponse):

            async def answer() -> None:
                await outcome

            asyncio.run(answer())

    @property
    def record(self) -> Any:
        [record] = [record for record in self._caplog.records if record.name == "emulator.observation.request_log"]
        return record

    @property
    def line(self) -> str:
        """Without the time it took."""
        before, _, after = self.record.getMessage().partition(" ms")
        return str(before.rpartition(" ")[0] + after)


@pytest.fixture
def client(caplog: pytest.LogCaptureFixture) -> Client:
    return Client(caplog)


def test_success_names_its_queue_or_topic(client: Client) -> None:
    client.query("SendMessage", QueueUrl="http://localhost:4566/000000000000/orders", MessageBody="one")
    assert client.line == "sqs.SendMessage 200 queue=orders"
    assert client.record.queue == "orders"
    client.query("GetQueueUrl", QueueName="orders")
    assert client.line == "sqs.GetQueueUrl 200 queue=orders"
    client.query("Publish", TopicArn=TOPIC, Message="one")
    assert client.line == "sns.Publish 200 topic=sales"
    assert client.record.topic == "sales"
    client.query("Subscribe", TopicArn=TOPIC, Protocol="email", Endpoint="someone@example.com")
    assert client.line == "sns.Subscribe 200 topic=sales"
    client.query("ListQueues", Version="2012-11-05")
    assert client.line == "sqs.ListQueues 200"


def test_refusal_tells_code_message_and_queue(client: Client) -> None:
    client.json("SendMessage", {"QueueUrl": "nowhere", "MessageBody": "one"})
    assert client.line == (
        'sqs.SendMessage 400 AWS.SimpleQueueService.NonExistentQueue "The specified queue does not exist." '
        "queue=nowhere"
    )
    record = client.record
    assert (record.error_code, record.error_message, record.queue, record.status) == (
        "AWS.SimpleQueueService.NonExistentQueue",
        "The specified queue does not exist.",
        "nowhere",
        400,
    )


@pytest.mark.parametrize("protocol", ["json", "query"])
def test_request_that_cannot_be_read_names_its_queue_too(client: Client, protocol: str) -> None:
    if protocol == "json":
        client.json("SendMessage", {"QueueUrl": "orders"})
    else:
        client.query("SendMessage", QueueUrl="orders")
    expected = 'sqs.SendMessage 400 MissingParameter "The request must contain the parameter MessageBody." queue=orders'
    assert client.line == expected


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"QueueUrl": 7}', b"\xff", b"[" * 10_000])
def test_body_that_is_no_request_leaves_a_line_without_a_queue(client: Client, body: bytes) -> None:
    client.json("SendMessage", body)
    assert client.line.startswith("sqs.SendMessage 400 SerializationException")
    assert "queue=" not in client.line


@pytest.mark.parametrize("protocol", ["json", "query"])
def test_batch_tells_how_many_entries_failed_and_why_the_first_did(client: Client, protocol: str) -> None:
    if protocol == "json":
        entries = [{"Id": name, "MessageBody": body} for name, body in (("a", "\x01"), ("b", "b"), ("c", ""))]
        client.json("SendMessageBatch", {"QueueUrl": "orders", "Entries": entries})
    else:
        names = ("a", "\x01"), ("b", "b"), ("c", "")
        entry = "SendMessageBatchRequestEntry"
        ids = {f"{entry}.{at}.Id": name for at, (name, _) in enumerate(names, 1)}
        bodies = {f"{entry}.{at}.MessageBody": body for at, (_, body) in enumerate(names, 1)}
        client.query("SendMessageBatch", QueueUrl="orders", **ids, **bodies)
    assert client.line.startswith('sqs.SendMessageBatch 200 failed_entries=2 InvalidMessageContents "Invalid')
    assert client.line.endswith(" queue=orders")
    assert (client.record.failed_entries, client.record.error_code) == (2, "InvalidMessageContents")


def test_batch_of_sns_tells_its_failures_too(client: Client) -> None:
    failures = BatchFailures(entries=1, error="InternalError", message="broken")
    client.emulator.world.faults.add(Rule(service="sns", action="PublishBatch", batch_failures=failures))
    entries = {"PublishBatchRequestEntries.member.1.Id": "a", "PublishBatchRequestEntries.member.1.Message": "a"}
    client.query("PublishBatch", TopicArn=TOPIC, **entries)
    assert client.line == 'sns.PublishBatch 200 failed_entries=1 InternalError "broken" topic=sales'


def test_text_of_the_caller_cannot_forge_a_line_nor_a_field(client: Client) -> None:
    client.query("x\n2026-01-01 INFO sqs.PurgeQueue 200")
    assert client.line.startswith('"-.x\\n2026-01-01 INFO sqs.PurgeQueue 200" 400 InvalidAction "The action x\\n2026')
    client.query("SendMessage", QueueUrl='a" status=200\r\nb', MessageBody="one")
    assert client.line.endswith(' queue="a\\" status=200\\r\\nb"')
    client.query("DeleteMessage", QueueUrl="orders", ReceiptHandle="\u2028" + "x" * 5_000)
    assert "\u2028" not in client.line
    assert len(client.line) < 1_000


def test_request_that_gets_no_answer_leaves_a_line(client: Client) -> None:
    client.emulator.world.faults.add(Rule(service="sqs", cut="before"))
    client.query("ListQueues", Version="2012-11-05")
    assert client.line == "sqs.ListQueues unanswered"
    assert client.record.status is None
