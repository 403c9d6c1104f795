"""How the process of the server ends, and what it logs, whatever clients send."""

import signal
import subprocess
import sys
import time

import pytest

from tests import patience
from tests.attack.raw import Wire, call, linux, request
from tests.raw_http import ask

LIST = call("ListQueues")
# Windows ends a process without asking it, so what a server says at its end cannot be seen there.
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals")


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
