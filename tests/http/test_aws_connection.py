"""The fast way into the gateway gives the answers of the plain one, and keeps to HTTP."""

import asyncio
import json
import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.aws.place import Place
from emulator.configuration.settings import Settings
from emulator.serving.app import Emulator
from tests import patience
from tests.server import RunningServer

Answer = tuple[int, dict[str, str], bytes]

JSON = {"content-type": "application/x-amz-json-1.0"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def target(action: str) -> dict[str, str]:
    return JSON | {"x-amz-target": f"AmazonSQS.{action}"}


REQUESTS = {
    "create": ("POST", "/", target("CreateQueue"), b'{"QueueName": "queue"}'),
    "send": ("POST", "/", target("SendMessage"), b'{"QueueUrl": "queue", "MessageBody": "hello"}'),
    "empty receive": ("POST", "/", target("ReceiveMessage"), b'{"QueueUrl": "queue"}'),
    "unknown queue": ("POST", "/", target("GetQueueUrl"), b'{"QueueName": "nothing"}'),
    "no JSON": ("POST", "/", target("CreateQueue"), b"{"),
    "no body": ("POST", "/", target("ListQueues"), b""),
    "unknown target": ("POST", "/", target("Fly"), b"{}"),
    "query by GET": ("GET", "/?Action=ListQueues&Version=2012-11-05", {}, b""),
    "query by POST": ("POST", "/", FORM, b"Action=ListTopics&Version=2010-03-31"),
    "percent in the query": ("GET", "/?Action=GetQueueUrl&QueueName=a%20b&Version=2012-11-05", {}, b""),
    "queue path": ("GET", "/000000000000/queue?Action=GetQueueAttributes&AttributeName.1=QueueArn", {}, b""),
    "escaped queue path": ("GET", "/000000000000/q%75eue?Action=GetQueueAttributes&AttributeName.1=QueueArn", {}, b""),
    "no action": ("GET", "/000000000000/queue", {}, b""),
    "nothing at all": ("GET", "/", {}, b""),
    "another method": ("PUT", "/", {}, b""),
    "health": ("GET", "/_emulator/health", {}, b""),
}


def plain_answer(emulator: Emulator, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
    """What the ASGI application answers, without any server."""
    path, _, query = url.partition("?")
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body}

    async def send(event: Any) -> None:
        sent.append(event)

    scope = {
        "type": "http",
        "method": method,
        "scheme": "http",
        "path": path.replace("%75", "u"),
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    asyncio.run(emulator(scope, receive, send))
    start = sent[0]
    return (
        start["status"],
        {name.decode(): value.decode() for name, value in start["headers"]},
        b"".join(event.get("body", b"") for event in sent[1:]),
    )


def request_bytes(method: str, url: str, headers: dict[str, str], body: bytes, version: str = "1.1") -> bytes:
    headers = {"host": "emulator"} | headers
    lines = [f"{method} {url} HTTP/{version}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, f"content-length: {len(body)}", "", ""]).encode() + body


class Connection:
    def __init__(self, server: RunningServer) -> None:
        host, port = server.url.removeprefix("http://").split(":")
        self._socket = socket.create_connection((host, int(port)), timeout=patience.SECONDS)
        self._file = self._socket.makefile("rb")

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def answer(self) -> Answer:
        status = int(self._file.readline().split()[1])
        headers: dict[str, str] = {}
        while line := self._file.readline().strip().decode():
            name, _, value = line.partition(": ")
            headers[name] = value
        return status, headers, self._file.read(int(headers.get("content-length", 0)))

    @property
    def closed_by_server(self) -> bool:
        return self._file.read(1) == b""

    def close(self) -> None:
        self._file.close()
        self._socket.close()


@pytest.fixture
def connection(server: RunningServer) -> Iterator[Connection]:
    connection = Connection(server)
    yield connection
    connection.close()


def comparable(answer: Answer) -> Answer:
    """Without what differs from request to request."""
    status, headers, body = answer
    body = re.sub(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", b"<uuid>", body)
    volatile = ("date", "x-amzn-requestid", "connection")
    return status, {name: value for name, value in headers.items() if name not in volatile}, body


@pytest.fixture(scope="module")
def plain() -> Emulator:
    return Emulator(Settings())


@pytest.mark.parametrize("name", REQUESTS)
def test_fast_way_answers_as_the_plain_one(plain: Emulator, connection: Connection, account: str, name: str) -> None:
    signed = {"authorization": f"AWS4-HMAC-SHA256 Credential={account}/20260101/us-east-1/-/aws4_request, Signature=0"}
    plain.world.reset(Place(account))
    for step in ("create", name):
        method, url, headers, body = REQUESTS[step]
        asked = (method, url.replace("000000000000", account), {"host": "emulator"} | signed | headers, body)
        expected = plain_answer(plain, *asked)
        connection.send(request_bytes(*asked))
        assert comparable(connection.answer()) == comparable(expected)


def test_pipelined_requests_are_answered_in_order_also_behind_one_that_waits(
    connection: Connection, account: str
) -> None:
    key = {"authorization": f"AWS4-HMAC-SHA256 Credential={account}/20260101/us-east-1/sqs/aws4_request, Signature=0"}

    def request(action: str, **members: object) -> bytes:
        return request_bytes("POST", "/", key | target(action), json.dumps(members).encode())

    connection.send(
        request("CreateQueue", QueueName="queue")
        + request("ReceiveMessage", QueueUrl="queue", WaitTimeSeconds=1)
        + request("SendMessage", QueueUrl="queue", MessageBody="late")
        + request_bytes("GET", "/_emulator/health", {}, b"")
        + request("ReceiveMessage", QueueUrl="queue")
    )
    created, waited, sent, health, received = [json.loads(connection.answer()[2]) for _ in range(5)]
    assert "QueueUrl" in created
    assert waited == {}
    assert "MessageId" in sent
    assert health["status"] == "ok"
    assert received["Messages"][0]["Body"] == "late"


@pytest.mark.parametrize(("version", "headers"), [("1.1", {"connection": "close"}), ("1.0", {})])
def test_connection_ends_where_the_client_wants_it_to(
    connection: Connection, version: str, headers: dict[str, str]
) -> None:
    connection.send(request_bytes("POST", "/", target("ListQueues") | headers, b"{}", version))
    status, answered, _ = connection.answer()
    assert (status, answered["connection"]) == (200, "close")
    assert connection.closed_by_server


def test_chunked_body_is_read(connection: Connection, account: str) -> None:
    key = {"authorization": f"AWS4-HMAC-SHA256 Credential={account}/20260101/us-east-1/sqs/aws4_request, Signature=0"}
    lines = [f"{name}: {value}" for name, value in ({"host": "emulator"} | key | target("CreateQueue")).items()]
    head = "\r\n".join(["POST / HTTP/1.1", *lines, "transfer-encoding: chunked", "", ""]).encode()
    connection.send(head + b'e\r\n{"QueueName": \r\n' + b'9\r\n"chunks"}\r\n0\r\n\r\n')
    status, _, body = connection.answer()
    assert status == 200
    assert body.endswith(b'/chunks"}')


def test_client_that_expects_100_continue_gets_it(connection: Connection) -> None:
    head = request_bytes("POST", "/", target("ListQueues") | {"expect": "100-continue"}, b"{}").removesuffix(b"{}")
    connection.send(head)
    assert connection.answer()[0] == 100
    connection.send(b"{}")
    assert connection.answer()[0] == 200


def test_body_in_several_pieces_is_put_together(connection: Connection) -> None:
    request = request_bytes("POST", "/", target("ListQueues"), b'{"MaxResults": 5}')
    for at in range(0, len(request), 40):
        connection.send(request[at : at + 40])
    assert connection.answer()[0] == 200


def test_what_is_no_http_is_400_and_the_end(connection: Connection) -> None:
    connection.send(b"\x00\x01 nonsense\r\n\r\n")
    assert connection.answer()[0] == 400
    assert connection.closed_by_server
