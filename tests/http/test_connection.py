"""How one connection reads HTTP/1.1: what ends it, what comes in pieces, and what is too large."""

import asyncio
import json
from collections.abc import Sequence

import pytest

from emulator.configuration.settings import Settings
from emulator.http.aws_connection import AwsConnection
from emulator.http.connection import Connection
from emulator.serving.app import Emulator
from emulator.serving.asgi import MAX_REQUEST_BYTES
from tests import patience
from tests.http.transport import Transport, complete_answers, connected


def call(action: str, *headers: str, version: str = "1.1", **members: object) -> bytes:
    """An AWS call in JSON."""
    return request(json.dumps(members).encode(), f"X-Amz-Target: AmazonSQS.{action}", *headers, version=version)


def request(body: bytes, *headers: str, version: str = "1.1", length: bool = True) -> bytes:
    sized = [f"Content-Length: {len(body)}"] if length else []
    lines = [f"POST / HTTP/{version}", "Host: localhost", "Content-Type: application/x-amz-json-1.0", *sized, *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def chunks(body: bytes, trailer: bytes = b"") -> bytes:
    head = request(b"", "X-Amz-Target: AmazonSQS.SendMessage", "Transfer-Encoding: chunked", length=False)
    return head + b"%x\r\n%b\r\n0\r\n%b\r\n" % (len(body), body, trailer)


SEND = call("SendMessage", QueueUrl="queue", MessageBody="hello")
WAIT = call("ReceiveMessage", QueueUrl="empty", WaitTimeSeconds=1)
HEALTH = b"GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def talk(segments: Sequence[bytes], answers: int) -> Transport:
    """What a new emulator with two queues writes to one connection, once there are so many answers, or its end."""
    emulator = Emulator(Settings())
    connection, transport = connected(AwsConnection, emulator)
    connection.data_received(call("CreateQueue", QueueName="queue") + call("CreateQueue", QueueName="empty"))
    transport.written = b""
    for segment in segments:
        connection.data_received(segment)
    await transport.answered(answers)
    return transport


def said(segments: Sequence[bytes], answers: int) -> Transport:
    return asyncio.run(asyncio.wait_for(talk(segments, answers), patience.SECONDS))


def statuses(transport: Transport) -> list[int]:
    return [status for status, _ in complete_answers(transport.written)]


@pytest.mark.parametrize(
    ("segment", "answers", "closed"),
    [
        (call("ListQueues", version="1.0") + SEND, 1, True),
        (call("ListQueues", "Connection: keep-alive", version="1.0") + SEND, 2, False),
        (call("ListQueues", "Connection: close") + SEND, 1, True),
        (WAIT.replace(b"/1.1", b"/1.0") + SEND, 1, True),
        (HEALTH.replace(b"/1.1", b"/1.0") + SEND, 1, True),
        (HEALTH.replace(b"Host", b"Connection: close\r\nHost") + SEND, 1, True),
        (SEND + HEALTH + SEND + WAIT + SEND, 5, False),
    ],
)
def test_connection_goes_on_until_a_request_closes_it(segment: bytes, answers: int, closed: bool) -> None:
    transport = said([segment], answers)
    assert (statuses(transport), transport.closed) == ([200] * answers, closed)
    assert transport.written.count(b"connection: close\r\n") == closed


def test_trailer_of_a_chunked_body_is_no_header_of_the_next_request() -> None:
    trailer = b"X-Amz-Target: AmazonSQS.Fly\r\nAuthorization: none\r\n"
    bare = request(b"{}", "X-Amz-Target: AmazonSQS.ListQueues")
    transport = said([chunks(b'{"QueueUrl": "queue", "MessageBody": "b"}', trailer) + bare + SEND], 3)
    assert statuses(transport) == [200, 200, 200]


@pytest.mark.parametrize("before", [b"", WAIT], ids=["first", "behind one that waits"])
def test_client_is_told_to_send_its_body_when_its_turn_has_come(before: bytes) -> None:
    body = b'{"QueueUrl": "queue", "MessageBody": "b"}'
    head = request(b"", "X-Amz-Target: AmazonSQS.SendMessage", "Expect: 100-continue", length=False)
    head = head.removesuffix(b"\r\n") + b"Content-Length: %d\r\n\r\n" % len(body)
    waits = 1 if before else 0
    transport = said([before + head, body], waits + 2)
    assert statuses(transport) == [200] * waits + [100, 200]


@pytest.mark.parametrize("framing", ["length", "chunks"])
def test_request_that_is_larger_than_any_of_aws_is_refused_and_the_connection_ends(framing: str) -> None:
    body = b"x" * (MAX_REQUEST_BYTES + 1)
    data = request(body, "X-Amz-Target: AmazonSQS.SendMessage") if framing == "length" else chunks(body)
    transport = said([data + SEND], 2)
    assert (statuses(transport), transport.closed) == ([413], True)


def test_request_of_the_application_that_breaks_off_with_nonsense_is_refused_alone_and_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = b"POST /_emulator/reset HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n"
    for before, answers in ((b"", []), (WAIT, [200]), (HEALTH, [200])):
        caplog.clear()
        transport = said([before + broken, SEND], len(answers) + 1)
        assert (statuses(transport), transport.closed) == ([*answers, 400], True)
        assert [record.message for record in caplog.records] == ["Invalid HTTP request received."]


def test_client_that_begins_with_tls_is_told_apart_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    transport = said([b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"], 1)
    assert (statuses(transport), transport.closed) == ([400], True)
    told = "A client began with TLS, and this port speaks HTTP: give the client a URL with http://."
    assert [record.message for record in caplog.records] == [told]


@pytest.mark.parametrize("again", ["X-Amz-Target", "x-amz-target"])
def test_first_of_several_equal_headers_counts(again: str) -> None:
    data = call("ListQueues", f"{again}: AmazonSQS.Fly", "X-Amz-Target: AmazonSQS.Fly")
    assert statuses(said([data + SEND], 2)) == [200, 200]


def test_parts_of_a_url_and_of_headers_are_put_together() -> None:
    data = (
        b"POST /?Action=ListQueues&Version=2012-11-05 HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n"
    )
    transport = said([data[at : at + 1] for at in range(len(data))], 1)
    [(status, body)] = complete_answers(transport.written)
    assert (status, "ListQueuesResponse" in json.loads(body)) == (200, True)


def test_waiting_receive_ends_with_its_connection_when_the_server_does() -> None:
    async def scenario() -> None:
        emulator = Emulator(Settings())
        connection, transport = connected(AwsConnection, emulator)
        connection.data_received(call("CreateQueue", QueueName="queue"))
        transport.written = b""
        connection.data_received(call("ReceiveMessage", QueueUrl="queue", WaitTimeSeconds=20))
        await asyncio.sleep(0)
        emulator.close()
        connection.shutdown()
        await transport.answered(1)
        assert (statuses(transport), transport.closed) == ([200], True)
        assert b"connection: close\r\n" in transport.written

    asyncio.run(asyncio.wait_for(scenario(), patience.SECONDS))


def test_connection_serves_any_asgi_application() -> None:
    async def scenario() -> None:
        connection, transport = connected(Connection, Emulator(Settings()))
        connection.data_received(call("ListQueues") + HEALTH)
        await transport.answered(2)
        assert statuses(transport) == [200, 200]

    asyncio.run(asyncio.wait_for(scenario(), patience.SECONDS))
