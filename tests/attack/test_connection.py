"""What a client can send on a connection, and how the server stays small, quick and honest about it."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from emulator.http.limits import MAX_HEADER_BYTES, MAX_TARGET_BYTES, MAX_WAITING_BYTES
from emulator.serving.asgi import MAX_REQUEST_BYTES
from tests import boto, patience
from tests.attack.raw import Wire, call, memory, request, wire
from tests.raw_http import ask
from tests.server import RunningServer, running_server

MEBIBYTE = 1024 * 1024
LIST = call("ListQueues")
HEALTH = request("GET /_emulator/health HTTP/1.1")
# Windows ends a process without asking it, so what a server says at its end cannot be seen there.
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")


def answers(server: RunningServer, data: bytes) -> list[int]:
    """The statuses of the answers to ``data``, up to the end of the connection."""
    with wire(server) as connection:
        connection.send(data)
        connection.end_sending()
        return [status for status, _ in connection.rest()]


def is_alive(server: RunningServer) -> bool:
    return ask(server.url, "/_emulator/health").status == 200


# -- The head ------------------------------------------------------------------------------


@pytest.mark.parametrize("browser", ["", "Sec-Fetch-Site: none"], ids=["fast", "plain"])
@pytest.mark.parametrize(
    ("line", "header", "status"),
    [
        ("POST / HTTP/1.1", f"X-Long: {'a' * MAX_HEADER_BYTES}", 431),
        ("POST / HTTP/1.1", "\r\n".join(f"X-{number}: {'a' * 1_000}" for number in range(70)), 431),
        ("POST / HTTP/1.1", f"{'X' * MAX_HEADER_BYTES}: a", 431),
        ("POST / HTTP/1.1", f"X-Long: {'a' * 3 * MEBIBYTE}", 431),
        (f"GET /?{'a' * MAX_TARGET_BYTES} HTTP/1.1", "X-A: a", 414),
        (f"GET /_emulator/queues?{'a' * MAX_TARGET_BYTES} HTTP/1.1", "X-A: a", 414),
        (f"POST /{'a' * 3 * MEBIBYTE} HTTP/1.1", "X-A: a", 414),
    ],
)
def test_head_that_is_too_large_is_refused(
    target: RunningServer, line: str, header: str, status: int, browser: str
) -> None:
    headers = [header, *([browser] if browser else [])]
    assert answers(target, request(line, *headers) + LIST) == [status]


@pytest.mark.parametrize("browser", [(), ("Sec-Fetch-Site: none",)], ids=["fast", "plain"])
def test_head_up_to_the_limit_is_read(target: RunningServer, browser: tuple[str, ...]) -> None:
    long = f"X-Long: {'a' * (MAX_HEADER_BYTES - 1_000)}"
    assert answers(target, call("ListQueues", long, *browser)) == [200]
    url = "/?Action=ListQueues&Version=2012-11-05&Padding="
    url += "a" * (MAX_TARGET_BYTES - len(url))
    assert answers(target, request(f"POST {url} HTTP/1.1", *browser)) == [200]


@linux
def test_header_of_60_mb_costs_neither_time_nor_memory(target: RunningServer) -> None:
    before = memory(target)
    used = processor_seconds(target)
    assert answers(target, b"POST / HTTP/1.1\r\nX-Long: " + b"a" * 60_000_000) == [431]
    assert is_alive(target)
    assert memory(target) - before < 8 * MEBIBYTE
    assert processor_seconds(target) - used < 2  # it took a minute of the processor


def processor_seconds(server: RunningServer) -> float:
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


@linux
def test_names_of_headers_hosts_and_types_are_not_kept() -> None:
    with running_server() as server:
        assert answers(server, LIST) == [200]
        before = memory(server)
        for number in range(40):
            names = [f"X-{number}-{at}: a" for at in range(5_000)]
            long = "a" * 60_000
            assert answers(server, call("ListQueues", *names[:4_000]))[0] == 200
            assert answers(server, request("POST / HTTP/1.1", host=f"{long}{number}"))[0] in (400, 403)
            assert answers(server, request("POST / HTTP/1.1", f"Content-Type: {long}{number}"))[0] == 400
            assert answers(server, request("GET / HTTP/1.1", f"Sec-Fetch-Site: {long}{number}"))[0] == 403
        assert memory(server) - before < 24 * MEBIBYTE


@pytest.mark.parametrize("extra", [(), ("Sec-Fetch-Site: none",)], ids=["fast", "plain"])
def test_request_of_http_1_1_without_a_host_is_400(target: RunningServer, extra: tuple[str, ...]) -> None:
    assert answers(target, request("POST /?Action=ListQueues HTTP/1.1", *extra, host=None) + LIST) == [400]
    assert answers(target, request("GET /_emulator/health HTTP/1.1", *extra, host=None)) == [400]
    assert answers(target, request("POST /?Action=ListQueues HTTP/1.0", *extra, host=None)) == [200]


@pytest.mark.parametrize("line", ["POST / HTTP/1.1", "POST /_emulator/reset HTTP/1.1"])
def test_expectation_that_is_not_known_is_417(target: RunningServer, line: str) -> None:
    assert answers(target, request(line, "Expect: a-cookie", "X-Amz-Target: AmazonSQS.ListQueues")) == [417]


@pytest.mark.parametrize("extra", [(), ("Sec-Fetch-Site: none",)], ids=["fast", "plain"])
@pytest.mark.parametrize("kept", [False, True])
def test_client_of_http_1_0_is_told_whether_its_connection_is_kept(
    target: RunningServer, extra: tuple[str, ...], kept: bool
) -> None:
    said = "keep-alive" if kept else "close"
    headers = ["Connection: Keep-Alive"] if kept else []
    data = request("POST /?Action=ListQueues&Version=2012-11-05 HTTP/1.0", *headers, *extra)
    connection = Wire(target.url)
    try:
        for _ in range(2 if kept else 1):
            connection.send(data)
            while b"\r\n\r\n" not in connection.received:
                assert connection.more()
            assert f"connection: {said}\r\n".encode() in connection.received
            assert connection.answer() is not None
        if not kept:
            assert connection.answer() is None
    finally:
        connection.close()


def test_stream_of_the_control_interface_has_no_chunks_in_http_1_0(target: RunningServer) -> None:
    with wire(target) as connection:
        connection.send(request("GET /_emulator/state HTTP/1.0"))
        while connection.more():
            pass
        head, _, body = connection.received.partition(b"\r\n\r\n")
    assert b"transfer-encoding" not in head
    assert json.loads(body)["version"]


# -- The body ------------------------------------------------------------------------------


CONTROL = ("/_emulator/reset", "/_emulator/faults", "/_emulator/clock", "/_localstack/health", "/_aws/sqs/messages")


def chunked(path: str, size: int, method: str = "POST") -> bytes:
    head = request(f"{method} {path} HTTP/1.1", "Transfer-Encoding: chunked", length=False)
    return head + b"%x\r\n%b\r\n0\r\n\r\n" % (size, b" " * size)


@pytest.mark.parametrize("path", CONTROL)
def test_control_body_beyond_a_mebibyte_is_refused(target: RunningServer, path: str) -> None:
    assert answers(target, request(f"POST {path} HTTP/1.1", body=b" " * (MEBIBYTE + 1)) + LIST) == [413]
    assert answers(target, chunked(path, MEBIBYTE + 1) + LIST) == [413]
    answer = ask(target.url, path, "POST", body=b" " * (4 * MEBIBYTE))
    assert (answer.status, answer.headers["connection"]) == (413, "close")


def test_control_body_is_refused_by_its_length_before_it_is_sent(target: RunningServer) -> None:
    for path in ("/_emulator/reset", "/_emulator/state"):
        with wire(target) as connection:
            line = f"{'PUT' if path.endswith('state') else 'POST'} {path} HTTP/1.1"
            connection.send(request(line, f"Content-Length: {10**12}", length=False))
            assert (connection.answer() or (0,))[0] == 413


def test_state_may_be_as_large_as_the_option_says() -> None:
    with running_server("--state-limit", "2") as server:
        body = b" " * (3 * MEBIBYTE // 2)
        assert ask(server.url, "/_emulator/state", "PUT", body=body).status == 400
        for data in (
            request("PUT /_emulator/state HTTP/1.1", body=body * 2),
            chunked("/_emulator/state", 3 * MEBIBYTE, "PUT"),
        ):
            with wire(server) as connection:
                connection.send(data)
                status, text = connection.answer() or (0, b"")
                assert status == 413
                assert json.loads(text)["error"] == (
                    "The document is larger than 2 MiB; --state-limit takes a larger number."
                )


@linux
def test_stream_without_end_is_cut_off_and_takes_no_memory(target: RunningServer) -> None:
    before = memory(target)
    piece = b"%x\r\n%b\r\n" % (MEBIBYTE, b" " * MEBIBYTE)
    for path in ("/", "/_emulator/reset"):
        with wire(target) as connection:
            connection.send(request(f"POST {path} HTTP/1.1", "Transfer-Encoding: chunked", length=False))
            for _ in range(400):
                connection.send(piece)
            assert [status for status, _ in connection.rest()] == [413]
    assert memory(target) - before < 4 * MAX_REQUEST_BYTES


@linux
@pytest.mark.parametrize("path", ["/", "/_emulator/reset"])
@pytest.mark.parametrize("kind", ["trailer of many lines", "trailer of one line", "extension of a length"])
def test_chunked_body_that_is_mostly_something_else_is_cut_off(target: RunningServer, path: str, kind: str) -> None:
    before = memory(target)
    start, piece = {
        "trailer of many lines": (b"2\r\n{}\r\n0\r\n", b"".join(b"X-%d: a\r\n" % at for at in range(100_000))),
        "trailer of one line": (b"2\r\n{}\r\n0\r\nX-A: ", b"a" * MEBIBYTE),
        "extension of a length": (b"2;", b"a" * MEBIBYTE),
    }[kind]
    with wire(target) as connection:
        connection.send(request(f"POST {path} HTTP/1.1", "Transfer-Encoding: chunked", length=False) + start)
        for _ in range(20):
            connection.send(piece)
        assert [status for status, _ in connection.rest()] == [431]
    assert memory(target) - before < 16 * MEBIBYTE


@linux
def test_answers_are_not_made_for_a_client_that_does_not_read_them() -> None:
    with running_server() as server:
        sqs = boto.client("sqs", server.url)
        url = sqs.create_queue(QueueName="queue")["QueueUrl"]
        for _ in range(10):
            sqs.send_message(QueueUrl=url, MessageBody="x" * 20_000)
        before = memory(server)
        receive = call("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        with wire(server) as connection:
            connection.send(receive * (215_000 // len(receive)))  # whose answers have 200 MB
            assert is_alive(server)
            assert (connection.answer() or (0,))[0] == 200
            assert memory(server) - before < 16 * MEBIBYTE


# -- Hang-ups ------------------------------------------------------------------------------


def is_received_by_nobody(server: RunningServer, url: str) -> bool:
    """Whether a message that is sent now is there for the next receive."""
    sqs = boto.client("sqs", server.url)
    sqs.send_message(QueueUrl=url, MessageBody="kept")
    return "Messages" in sqs.receive_message(QueueUrl=url)


def waits(server: RunningServer, name: str) -> str:
    url: str = boto.client("sqs", server.url).create_queue(QueueName=name)["QueueUrl"]
    return url


@linux
@pytest.mark.parametrize("extra", [(), ("Sec-Fetch-Site: none",)], ids=["fast", "plain"])
def test_client_that_ends_its_side_keeps_its_long_poll(target: RunningServer, extra: tuple[str, ...]) -> None:
    url = waits(target, f"half-closed-{len(extra)}")
    with wire(target) as connection:
        connection.send(call("ReceiveMessage", *extra, QueueUrl=url, WaitTimeSeconds=20))
        connection.end_sending()
        wait_until_parked(target, url)
        boto.client("sqs", target.url).send_message(QueueUrl=url, MessageBody="late")
        [(status, body)] = connection.rest()
    assert (status, json.loads(body)["Messages"][0]["Body"]) == (200, "late")


@pytest.mark.parametrize("extra", [(), ("Sec-Fetch-Site: none",)], ids=["fast", "plain"])
@pytest.mark.parametrize("size", [0, 2 * MEBIBYTE, MAX_WAITING_BYTES + MEBIBYTE])
def test_client_that_hangs_up_gets_no_message_however_much_it_sent_before(
    target: RunningServer, size: int, extra: tuple[str, ...]
) -> None:
    url = waits(target, f"hung-up-{size}-{len(extra)}")
    with wire(target) as connection:
        connection.send(call("ReceiveMessage", *extra, QueueUrl=url, WaitTimeSeconds=20))
        wait_until_parked(target, url)
        connection.send(LIST * (size // len(LIST)))
    wait_until_parked(target, url, receives=0)
    assert is_received_by_nobody(target, url)


def wait_until_parked(server: RunningServer, url: str, receives: int = 1) -> None:
    name = url.rpartition("/")[2]
    until = time.monotonic() + patience.SECONDS
    while time.monotonic() < until:
        lines = ask(server.url, "/_emulator/metrics").body.splitlines()
        parked = [line for line in lines if line.startswith("emulator_parked_receives{") and f'"{name}"' in line]
        if [float(line.split()[-1]) for line in parked] == ([receives] if receives else []):
            return
    raise AssertionError(f"not {receives} waiting receives: {parked}")


def test_rubbish_behind_a_long_poll_waits_its_turn(target: RunningServer) -> None:
    url = waits(target, "rubbish")
    with wire(target) as connection:
        connection.send(call("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=20) + b"\x00 rubbish\r\n\r\n")
        wait_until_parked(target, url)
        boto.client("sqs", target.url).send_message(QueueUrl=url, MessageBody="first")
        (status, body), refusal = connection.rest()
    assert (status, json.loads(body)["Messages"][0]["Body"], refusal[0]) == (200, "first", 400)


# -- The process ---------------------------------------------------------------------------


def started(*options: str, stdout: object = subprocess.PIPE, **more: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "emulator", "--port", "0", *options]
    return subprocess.Popen(command, stdout=stdout, stderr=subprocess.PIPE, text=True, **more)  # type: ignore[call-overload,no-any-return]


def url_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    assert process.stdout.readline() == "Ready.\n"
    return url


@pytest.mark.parametrize("path", ["/", "/_emulator/reset"])
@pytest.mark.parametrize("extra", ["X-A: a", "Transfer-Encoding: chunked"])
def test_half_a_body_at_the_end_of_the_server_is_no_matter_of_the_log(path: str, extra: str) -> None:
    process = started("--log-level", "warning")
    connection = Wire(url_of(process))
    length = [] if "chunked" in extra else ["Content-Length: 100"]
    connection.send(request(f"POST {path} HTTP/1.1", extra, *length, length=False) + b"2\r\n{")
    other = Wire(f"http://{connection.peer}")
    other.send(LIST)
    assert (other.answer() or (0,))[0] == 200  # so the half has come in too
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=patience.SECONDS)
    assert (process.returncode, log) == (0, "")
    assert [status for status, _ in connection.rest()] == [503]
    connection.close()
    other.close()


@linux
def test_full_standard_output_is_a_warning() -> None:
    with open("/dev/full", "w") as full:
        process = started("--control-port", "0", stdout=full)
    assert process.stderr is not None
    line = process.stderr.readline()
    assert "WARNING Cannot write to standard output: No space left on device." in line
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=patience.SECONDS)
    assert process.returncode == 0
    assert "Traceback" not in log + line


def test_closed_standard_output_is_a_warning() -> None:
    process = started()
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    line = process.stderr.readline()
    assert "WARNING Cannot write to standard output: Broken pipe." in line
    process.send_signal(signal.SIGTERM)
    assert process.wait(patience.SECONDS) == 0
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()


@linux
def test_end_of_file_descriptors_is_logged_once_and_the_server_goes_on() -> None:
    import resource

    process = started("--log-level", "warning", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40)))
    url = url_of(process)
    connections = [Wire(url) for _ in range(60)]
    for connection in connections[:25]:
        connection.send(LIST)
        assert (connection.answer() or (0,))[0] == 200
    for connection in connections:
        connection.close()
    until = time.monotonic() + patience.SECONDS
    while time.monotonic() < until:
        last = Wire(url)
        last.send(LIST)
        answer = last.answer()
        last.close()
        if answer is not None:
            break
    assert answer is not None
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=patience.SECONDS)
    assert [line.partition("WARNING ")[2] for line in log.splitlines()] == [
        "Nearly all of 40 file descriptors are in use, so new connections may be dropped. "
        "A larger limit is set with ulimit -n."
    ]


FORGED = "2026-01-01T00:00:00.000Z INFO    forged"


def test_line_of_the_log_cannot_be_forged() -> None:
    process = started()
    url = url_of(process)
    escaped = f"x%0A{FORGED}%1b%e2%80%a8".replace(" ", "%20")
    attempts = [
        f"Action={escaped}",
        f"Action=GetQueueUrl&QueueName={escaped}",
        f"Action=SendMessage&QueueUrl={escaped}&MessageBody=b",
        f"Action=Publish&TopicArn={escaped}&Message=m",
        f"Action=ListQueues&Version={escaped}",
    ]
    for attempt in attempts:
        ask(url, f"/?{attempt}", "POST")
    credential = f"a%2Fb%2F{escaped}%2F{escaped}%2Faws4_request"
    ask(url, f"/?Action=ListQueues&X-Amz-Credential={credential}", "POST")
    ask(url, f"/{escaped}/queue?Action=SendMessage", "POST")
    with_origin = Wire(url)
    with_origin.send(request("GET /_emulator/queues HTTP/1.1", "Origin: http://a\x85\xad.example"))
    assert (with_origin.answer() or (0,))[0] == 403
    with_origin.close()
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=patience.SECONDS)
    lines = log.split("\n")[:-1]
    assert len(lines) == len(attempts) + 3
    assert all(line.isprintable() and not line.startswith("2026-01-01T") for line in lines), lines
