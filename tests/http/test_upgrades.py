"""Requests that offer to go on in another protocol are answered as if they had not, whole and in their order."""

import asyncio
import itertools
import json
import shutil
import socket
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.configuration.settings import Settings
from emulator.http.aws_connection import AwsConnection
from emulator.http.connection import Connection
from emulator.serving.app import Emulator
from tests import boto
from tests.control.calls import call
from tests.examples import examples
from tests.http.transport import Transport, complete_answers, connected
from tests.server import RunningServer, running_server

PATIENCE_SECONDS = 60

ACCOUNT, OTHER = "111111111111", "222222222222"
H2C = (
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
    b"HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n"
)
WEBSOCKET = (
    b"Connection: keep-alive, Upgrade\r\nupgrade: websocket\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
)
OFFERS = {"none": b"", "h2c": H2C, "websocket": WEBSOCKET}


def head(line: str, *headers: str, offer: bytes = b"") -> bytes:
    key = f"Authorization: AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260101/us-east-1/sqs/aws4_request, Signature=0"
    return "\r\n".join([f"{line} HTTP/1.1", "Host: localhost", key, *headers, ""]).encode() + offer + b"\r\n"


def with_length(line: str, body: bytes, *headers: str, offer: bytes = b"") -> bytes:
    return head(line, f"Content-Length: {len(body)}", *headers, offer=offer) + body


def in_chunks(line: str, body: bytes, *headers: str, offer: bytes = b"") -> bytes:
    half = len(body) // 2
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:half], body[half:]) if part)
    return head(line, "Transfer-Encoding: chunked", *headers, offer=offer) + chunks + b"0\r\n\r\n"


def sqs(action: str) -> tuple[str, str]:
    return "Content-Type: application/x-amz-json-1.0", f"X-Amz-Target: AmazonSQS.{action}"


BODIES: dict[str, tuple[str, bytes, tuple[str, ...]]] = {
    "send": ("POST /", b'{"QueueUrl": "queue", "MessageBody": "hello"}', sqs("SendMessage")),
    "receive": ("POST /", b'{"QueueUrl": "queue"}', sqs("ReceiveMessage")),
    "by form": (
        f"POST /{ACCOUNT}/queue",
        b"Action=SendMessage&MessageBody=form",
        ("Content-Type: application/x-www-form-urlencoded",),
    ),
    "that has to wait": (
        "POST /",
        b'{"QueueUrl": "empty", "WaitTimeSeconds": 1}',
        sqs("ReceiveMessage"),
    ),
    "empty list": ("POST /", b"", sqs("ListQueues")),
    "reset": ("POST /_emulator/reset", b'{"account": "%b"}' % OTHER.encode(), ()),
    "wrong reset": ("POST /_emulator/reset", b'{"acount": "%b"}' % OTHER.encode(), ()),
}
FRAMINGS = {"length": with_length, "chunks": in_chunks}
GETS = ("GET /?Action=ListQueues&Version=2012-11-05", "GET /_emulator/health", "GET /_emulator/queues")


async def conversation(
    connection: Connection, transport: Transport, segments: Iterable[bytes], answers: int
) -> Transport:
    """What one connection answers to what comes in in these segments, once there are so many answers, or its end."""
    for segment in segments:
        if transport.closed:
            break
        connection.data_received(segment)
        await asyncio.sleep(0)
    await transport.answered(answers)
    connection.connection_lost(None)
    return transport


def port_of(emulator: Emulator, *, control_port: bool) -> tuple[Connection, Transport]:
    if control_port:
        return connected(Connection, emulator.answer_control)
    return connected(AwsConnection, emulator)


def converse(segments: Sequence[bytes], answers: int, *, control_port: bool = False) -> Transport:
    async def converse_with_new_emulator() -> Transport:
        emulator = Emulator(Settings(seed=1, clock_at=1_750_000_000.0))
        names = (b"queue", b"empty")
        setup = [with_length("POST /", b'{"QueueName": "%b"}' % name, *sqs("CreateQueue")) for name in names]
        await conversation(*port_of(emulator, control_port=False), setup, 2)
        return await conversation(*port_of(emulator, control_port=control_port), segments, answers)

    return asyncio.run(converse_with_new_emulator())


def cut(data: bytes, at: Sequence[int]) -> list[bytes]:
    edges = [0, *sorted({place % len(data) for place in at}), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges) if start < end]


def rendered(request: tuple[str, str], offer: bytes = b"") -> bytes:
    name, framing = request
    if framing == "none":
        return head(name, offer=offer)
    line, body, headers = BODIES[name]
    return FRAMINGS[framing](line, body, *headers, offer=offer)


REQUESTS = st.one_of(
    st.tuples(st.sampled_from(sorted(set(BODIES) - {"that has to wait"})), st.sampled_from(sorted(FRAMINGS))),
    st.tuples(st.sampled_from(GETS), st.just("none")),
)


@given(
    st.lists(st.tuples(REQUESTS, st.sampled_from(sorted(OFFERS))), min_size=1, max_size=5),
    st.lists(st.integers(0, 10_000), max_size=20),
)
@settings(max_examples=examples(60))
def test_offers_change_no_answer_however_the_requests_are_cut_into_segments(
    requests: list[tuple[tuple[str, str], str]], at: list[int]
) -> None:
    plain = [rendered(request) for request, _ in requests]
    offering = b"".join(rendered(request, OFFERS[offer]) for request, offer in requests)
    expected = converse(plain, len(requests))
    assert converse(cut(offering, at), len(requests)).written == expected.written


@pytest.mark.parametrize("control_port", [False, True])
@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("offer", ["h2c", "websocket"])
@pytest.mark.parametrize("name", BODIES)
def test_body_is_read_byte_by_byte_and_the_next_request_too(
    name: str, offer: str, framing: str, control_port: bool
) -> None:
    second = head("GET /_emulator/health")
    expected = converse([rendered((name, framing)), second], 2, control_port=control_port)
    data = rendered((name, framing), OFFERS[offer]) + second
    segments = [data[at : at + 1] for at in range(len(data))]
    assert converse(segments, 2, control_port=control_port).written == expected.written
    assert len(complete_answers(expected.written)) == 2


@pytest.mark.parametrize("control_port", [False, True])
def test_many_offers_in_one_segment_are_all_answered(control_port: bool) -> None:
    data = rendered(("reset", "length"), H2C) * 200
    answers = complete_answers(converse([data], 200, control_port=control_port).written)
    assert [status for status, _ in answers] == [200] * 200


def test_connection_ends_behind_an_offer_that_closes_it() -> None:
    closing = H2C.replace(b"Upgrade, ", b"close, Upgrade, ")
    answered = converse([rendered(("send", "length"), closing) + rendered(("send", "length"))], 2)
    assert len(complete_answers(answered.written)) == 1
    assert b"connection: close" in answered.written
    assert answered.closed


def test_offer_of_an_http_1_0_client_is_passed_over_too() -> None:
    data = rendered(("send", "length"), H2C).replace(b"HTTP/1.1", b"HTTP/1.0")
    answered = converse([data], 1)
    assert answered.written.startswith(b"HTTP/1.1 200 OK")
    assert b"MessageId" in answered.written
    assert answered.closed


@pytest.mark.parametrize("control_port", [False, True])
def test_100_continue_is_sent_to_a_client_that_offers_an_upgrade(control_port: bool) -> None:
    line, body, _ = BODIES["reset"]
    data = head(line, f"Content-Length: {len(body)}", "Expect: 100-continue", offer=H2C)

    async def ask() -> tuple[bytes, bytes]:
        connection, transport = port_of(Emulator(Settings()), control_port=control_port)
        connection.data_received(data)
        await transport.answered(1)
        before = transport.written
        return before, (await conversation(connection, transport, [body], 2)).written

    before, after = asyncio.run(ask())
    assert before == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert b"HTTP/1.1 200 OK" in after


@pytest.mark.parametrize("control_port", [False, True])
@pytest.mark.parametrize("size", [1, 10_000])
@pytest.mark.parametrize(
    ("data", "before", "status"),
    [
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00", 0, 505),
        (b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n\x16\x03\x01", 0, 405),
        (rendered(("reset", "length"), H2C) * 3 + b"CONNECT example.com:443 HTTP/1.1\r\n\r\n", 3, 405),
        (rendered(("reset", "length"), H2C) * 3 + b"no request\r\n\r\n", 3, 400),
        (
            rendered(("reset", "length")) * 2
            + head("POST /_emulator/reset", "Transfer-Encoding: chunked", offer=H2C)
            + b"x\r\n",
            2,
            400,
        ),
        (
            rendered(("that has to wait", "length"))
            + head("POST /_emulator/reset", "Transfer-Encoding: chunked")
            + b"x\r\n",
            1,
            400,
        ),
        (head("POST /_emulator/reset", "Transfer-Encoding: gzip", offer=H2C) + b"hello", 0, 400),
        (head("POST /_emulator/reset", "Transfer-Encoding: chunked", offer=H2C) + b"no number\r\n", 0, 400),
        (b"no request\r\n\r\n", 0, 400),
    ],
)
def test_what_is_no_http_1_1_gets_one_answer_and_the_end(
    data: bytes, before: int, status: int, size: int, control_port: bool, caplog: pytest.LogCaptureFixture
) -> None:
    segments = [data[at : at + size] for at in range(0, len(data), size)]
    answered = converse(segments, 10, control_port=control_port)
    assert answered.closed
    statuses = [status for status, _ in complete_answers(answered.written)]
    assert statuses == [*([404 if control_port and b"Message" in data else 200] * before), status]
    assert b"connection: close\r\n" in answered.written
    assert not [record for record in caplog.records if record.exc_info]


# -- Real clients --------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["one port", "control port"])
def served(request: pytest.FixtureRequest) -> Iterator[RunningServer]:
    with running_server(*(["--control-port", "0"] if request.param == "control port" else [])) as server:
        yield server


@pytest.fixture(autouse=True)
def other(request: pytest.FixtureRequest) -> Any:
    """Something of another account, which has to be left alone; only where a server is."""
    if "served" not in request.fixturenames:
        return None
    server = request.getfixturevalue("served")
    call(f"{server.control_url}/_emulator/reset", {})
    client = boto.client("sqs", server.url, account=OTHER)
    client.create_queue(QueueName="kept")
    boto.client("sqs", server.url, account=ACCOUNT).create_queue(QueueName="dropped")
    return client


def curl(*arguments: str) -> str:
    program = shutil.which("curl")
    if program is None or "HTTP2" not in subprocess.run([program, "--version"], capture_output=True, text=True).stdout:
        pytest.skip("curl with HTTP/2 is not installed")
    command = [program, "--silent", "--show-error", "--max-time", str(PATIENCE_SECONDS), "--http2", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_curl_that_offers_http_2_resets_one_account_and_says_so(served: RunningServer, other: Any) -> None:
    url = f"{served.control_url}/_emulator/reset"
    answer = json.loads(curl(url, "-d", json.dumps({"account": ACCOUNT})))
    assert (answer["account"], answer["dropped"]["queues"]) == (ACCOUNT, 1)
    assert len(other.list_queues()["QueueUrls"]) == 1


@pytest.mark.parametrize("more", [[], ["-H", "Transfer-Encoding: chunked"], ["-H", "Expect: 100-continue"]])
def test_curl_that_offers_http_2_sends_a_message_and_another_on_the_same_connection(
    served: RunningServer, other: Any, more: list[str], tmp_path: Path
) -> None:
    body = tmp_path / "body.json"
    body.write_text(json.dumps({"QueueUrl": "kept", "MessageBody": "x" * 200_000}))
    key = f"Authorization: AWS4-HMAC-SHA256 Credential={OTHER}/20260101/us-east-1/sqs/aws4_request, Signature=0"
    headers = ["-H", key, "-H", "Content-Type: application/x-amz-json-1.0", "-H", "X-Amz-Target: AmazonSQS.SendMessage"]
    one = [f"{served.url}/", *headers, *more, "--data-binary", f"@{body}"]
    connections = ["-w", "\n%{num_connects}\n"]
    answers = curl(*one, *connections, "--next", "--http2", "--silent", *one, *connections).splitlines()
    assert ["MessageId" in answers[0], "MessageId" in answers[2]] == [True, True]
    assert (answers[1], answers[3]) == ("1", "0")


def test_curl_that_begins_with_http_2_is_refused_in_words(served: RunningServer) -> None:
    host, port = served.control_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS) as client:
        client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        answer = b"".join(iter(lambda: client.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 505 ")
    assert answer.endswith(b"This server speaks HTTP/1.1, and not HTTP/2.")


JAVA = """
import java.net.URI;
import java.net.http.*;

public class Client {
    public static void main(String[] args) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        for (int at = 0; at < args.length; at += 3) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(args[at]))
                .POST(HttpRequest.BodyPublishers.ofString(args[at + 2]));
            for (String header : args[at + 1].split("\\\\|")) {
                String[] parts = header.split(": ", 2);
                request.header(parts[0], parts[1]);
            }
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            System.out.println(answer.statusCode() + " " + answer.body());
        }
    }
}
"""


@pytest.mark.thorough
def test_java_client_sends_messages_and_resets_one_account(served: RunningServer, other: Any, tmp_path: Path) -> None:
    java = shutil.which("java")
    if (
        java is None
        or "jdk.compiler" not in subprocess.run([java, "--list-modules"], capture_output=True, text=True).stdout
    ):
        pytest.skip("a JDK is not installed")
    source = tmp_path / "Client.java"
    source.write_text(JAVA)
    key = f"Authorization: AWS4-HMAC-SHA256 Credential={OTHER}/20260101/us-east-1/sqs/aws4_request, Signature=0"
    headers = f"{key}|Content-Type: application/x-amz-json-1.0|X-Amz-Target: AmazonSQS."
    message = json.dumps({"QueueUrl": "kept", "MessageBody": "hello"})
    calls = [
        *(f"{served.url}/", headers + "SendMessage", message),
        *(f"{served.url}/", headers + "SendMessage", message),
        *(f"{served.url}/", headers + "ReceiveMessage", '{"QueueUrl": "kept", "MaxNumberOfMessages": 10}'),
        *(f"{served.control_url}/_emulator/reset", "Content-Type: application/json", f'{{"account": "{ACCOUNT}"}}'),
    ]
    ran = subprocess.run([java, str(source), *calls], capture_output=True, text=True, timeout=2 * PATIENCE_SECONDS)
    assert ran.returncode == 0, ran.stderr
    first, second, received, dropped = ran.stdout.splitlines()
    assert [line[:3] for line in (first, second, received, dropped)] == ["200"] * 4
    assert len(json.loads(received[4:])["Messages"]) == 2
    answer = json.loads(dropped[4:])
    assert (answer["account"], answer["dropped"]["queues"]) == (ACCOUNT, 1)
    assert len(other.list_queues()["QueueUrls"]) == 1
