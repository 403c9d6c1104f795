"""The process as a user starts and stops it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import Any

import pytest

from emulator import __version__, compilation
from emulator.serving.listeners import listen
from emulator.serving.start_errors import AddressUnavailableError
from tests import boto, emulator_process, patience
from tests.raw_http import ask
from tests.server import RunningServer, running_server

_WAIT_SECONDS = 20  # of a receive that nothing wakes

COMMAND = [sys.executable, "-m", "emulator"]


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=patience.SECONDS) as answer:
        return json.load(answer)


def test_start_prints_the_url_and_then_ready() -> None:
    with running_server(own_interpreter=True) as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert get(f"{server.url}/_emulator/health") == {
            "status": "ok",
            "version": __version__,
            "modules": compilation.form(),
            "services": {"sqs": "running", "sns": "running"},
        }


def test_localstack_health_is_answered_in_its_form(server: RunningServer) -> None:
    assert get(f"{server.url}/_localstack/health")["services"] == {"sqs": "running", "sns": "running"}


posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")


@posix_only
@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGINT])
def test_signal_answers_the_parked_receive_before_its_wait_is_over_and_exits_with_0(sig: signal.Signals) -> None:
    with running_server(own_interpreter=True) as server:
        sqs = boto.client("sqs", server.url)
        url = sqs.create_queue(QueueName="queue")["QueueUrl"]
        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=patience.SECONDS) as parked:
            parked.sendall(receive_request(url))
            sqs.list_queues()  # once this is answered, the receive before it is parked
            since = time.monotonic()
            server.process.send_signal(sig)
            answer = parked.makefile("rb").read()
            assert time.monotonic() - since < _WAIT_SECONDS
        assert server.process.wait(patience.SECONDS) == 0
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.endswith(b"{}")


def receive_request(queue_url: str) -> bytes:
    body = json.dumps({"QueueUrl": queue_url, "WaitTimeSeconds": _WAIT_SECONDS}).encode()
    head = (
        "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AmazonSQS.ReceiveMessage\r\n"
        f"Content-Type: application/x-amz-json-1.0\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@posix_only
def test_idle_connection_does_not_hold_up_the_end() -> None:
    with running_server() as server:
        boto.client("sqs", server.url).list_queues()  # leaves its connection open
        server.process.terminate()
        assert server.process.wait(patience.SECONDS) == 0


def test_port_in_use_is_one_clear_line_and_exit_code_1(server: RunningServer) -> None:
    port = server.url.rpartition(":")[2]
    second = emulator_process.run("--port", port)
    assert second.returncode == 1
    assert second.stderr == f"sqs-sns-emulator: Cannot listen on 127.0.0.1 port {port}: Address already in use.\n"
    assert second.stdout == ""


def test_host_that_does_not_resolve_is_one_clear_line() -> None:
    refused = emulator_process.run("--host", "nowhere.invalid")
    assert refused.returncode == 1
    assert refused.stderr.startswith("sqs-sns-emulator: Cannot listen on nowhere.invalid port 4566: ")
    assert refused.stderr.count("\n") == 1
    assert "Unknown error" not in refused.stderr


def test_reason_is_the_systems_own_words_on_windows_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """There the numbers of socket errors are not those that ``os.strerror`` knows."""

    def refuse(address: tuple[str, int], **options: object) -> socket.socket:
        raise OSError(
            10048, f"Only one usage of each address is permitted (while attempting to bind on address {address})"
        )

    monkeypatch.setattr(socket, "create_server", refuse)
    with pytest.raises(AddressUnavailableError) as refused:
        listen("127.0.0.1", 4566)
    assert str(refused.value) == ("Cannot listen on 127.0.0.1 port 4566: Only one usage of each address is permitted.")


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--port", "70000"], "'--port': 70000 is not in the range"),
        (["--account-id", "12"], "an account id is 12 digits"),
        (["--access-key", "111111111111"], "the access key 111111111111 is an account id"),
        (["--access-key", "AKIAX"], "an account id is 12 digits"),
        (["--access-key", "AKIAX=12"], "an account id is 12 digits"),
        (["--access-key", "a/b=111111111111"], "an access key id and its account are wanted"),
        (["--access-key", "A=111111111111", "--access-key", "A=222222222222"], "the access key A has two accounts"),
        (["--external-url", "sqs.example.test"], "a base URL is wanted"),
        (["--lambda-url", "f=http://localhost:9000/"], "f is not the ARN of a function"),
        (["--lambda-url", "arn:aws:lambda:us-east-1:000000000000:function:f"], "behind the ARN a URL is wanted"),
        (["--smtp-url", "localhost:1025"], "the URL of a mail server is wanted"),
        (["--smtp-url", "smtp://localhost:port"], "the URL of a mail server is wanted"),
        (["--smtp-url", "smtp://localhost:1025/path"], "the URL of a mail server is wanted"),
        (["--allow-origin", "localhost:3000"], "localhost:3000 is not an origin, such as http://localhost:3000."),
        (["--allow-origin", "*"], "* is not an origin"),
        (["--cors-allow-origin", "http://localhost:3000/path"], "http://localhost:3000/path is not an origin"),
        (["--control-port", "-1"], "'--control-port': -1 is not in the range"),
        (["--clock-move-timeout", "-1"], "'--clock-move-timeout': -1.0 is not in the range"),
        (["--clock-move-timeout", "long"], "'long' is not a valid float"),
        (["--log-format", "xml"], "'xml' is not one of 'text', 'json'"),
        (["--no-such-option"], "No such option"),
    ],
)
def test_bad_option_is_refused_with_what_is_wrong(options: list[str], complaint: str) -> None:
    refused = emulator_process.run(*options)
    assert refused.returncode == 2
    assert complaint in refused.stderr


def test_help_names_every_option_and_its_environment_variable() -> None:
    answer = emulator_process.run("--help").stdout
    for name in (
        "config",
        "no-config",
        "watch",
        "prune",
        "state",
        "save-state",
        "host",
        "port",
        "control-port",
        "no-control",
        "tls",
        "tls-port",
        "tls-ca-file",
        "tls-cert",
        "tls-key",
        "allow-origin",
        "cors-allow-origin",
        "region",
        "account-id",
        "access-key",
        "external-url",
        "auto-confirm",
        "ca-bundle",
        "insecure-https",
        "signing-cert-host",
        "signing-cert-file",
        "enforce-policies",
        "smtp-url",
        "lambda-url",
        "standard-queue-chaos",
        "strict-timing",
        "seed",
        "clock-at",
        "clock-move-timeout",
        "log-level",
        "log-format",
    ):
        assert f"--{name}" in answer
        assert f"EMULATOR_{name.upper().replace('-', '_')}" in answer


def test_options_come_from_the_environment_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMULATOR_EXTERNAL_URL", "http://queues.example.test:99")
    monkeypatch.setenv("EMULATOR_ACCOUNT_ID", "123456789012")
    monkeypatch.setenv("EMULATOR_REGION", "eu-west-3")
    with running_server() as server:
        sqs = boto.client("sqs", server.url, account="test", region="eu-west-3")
        url = sqs.create_queue(QueueName="queue")["QueueUrl"]
        assert url == "http://queues.example.test:99/123456789012/queue"
        assert url in ask(server.url, "/?Action=ListQueues&Version=2012-11-05", "POST").body  # unsigned


def test_origins_from_the_environment_are_separated_by_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    origins = ["https://one.example", "https://two.example"]
    monkeypatch.setenv("EMULATOR_NO_CONTROL", "true")
    monkeypatch.setenv("EMULATOR_CORS_ALLOW_ORIGIN", " ".join(origins))
    with running_server() as server:
        for origin in origins:
            answer = ask(server.url, "/?Action=ListQueues&Version=2012-11-05", headers={"origin": origin})
            assert answer.headers["access-control-allow-origin"] == origin
        assert ask(server.url, "/_emulator/queues").headers["content-type"] == "text/xml"


def test_each_request_is_one_line_of_json_if_asked_for() -> None:
    with emulator_process.started("--port", "0", "--log-format", "json") as (process, stdout, stderr):
        started, ready = (json.loads(stdout.readline()) for _ in range(2))
        assert (ready["message"], ready["level"]) == ("Ready.", "info")
        boto.client("sqs", started["message"].split()[-1]).list_queues()
        line = json.loads(stderr.readline())
        process.terminate()
    assert (line["action"], line["status"], line["level"]) == ("sqs.ListQueues", 200, "info")
    assert line["account"] == boto.ACCOUNT
    assert line["duration_ms"] > 0


def test_what_goes_wrong_at_the_start_is_json_if_asked_for(server: RunningServer) -> None:
    port = server.url.rpartition(":")[2]
    options = ["--port", port, "--log-format", "json"]
    second = emulator_process.run(*options)
    assert second.returncode == 1
    line = json.loads(second.stderr)
    assert line["level"] == "critical"
    assert line["message"] == f"Cannot listen on 127.0.0.1 port {port}: Address already in use."


def test_words_of_python_and_uvicorn_are_json_if_asked_for() -> None:
    program = (
        "import logging, warnings\n"
        "from emulator.observation.log import configure_logging\n"
        "configure_logging('info', 'json')\n"
        "logging.getLogger('uvicorn.error').warning('Invalid HTTP request received.')\n"
        "warnings.warn('old', DeprecationWarning)\n"
        "raise ValueError('x')"
    )
    done = subprocess.run([sys.executable, "-W", "always", "-c", program], capture_output=True, text=True, timeout=60)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["logger"] for line in lines] == ["uvicorn.error", "py.warnings", "emulator"]
    assert lines[2]["traceback"].endswith("ValueError: x")


def test_module_and_command_are_the_same() -> None:
    command = os.path.join(os.path.dirname(sys.executable), "sqs-sns-emulator")
    if not os.path.exists(command):
        pytest.skip("the package is not installed beside this Python")
    for start in (COMMAND, [command]):
        answer = patience.run([*start, "--version"], check=True).stdout
        assert answer.strip() == f"sqs-sns-emulator, version {__version__} ({compilation.FORMS[compilation.form()]})"


NOT_AT_START = {
    *("boto3", "botocore", "starlette", "cryptography", "xmltodict", "hocon", "yaml", "sqlite3", "rich"),
    *("api_shapes.cloudformation", "emulator.cloudformation", "emulator.infrastructure", "emulator.declared"),
    *("emulator.console", "emulator.store", "emulator.state"),
}


def test_server_starts_without_boto3_and_loads_no_library_or_package_before_it_is_needed() -> None:
    program = (
        "import sys; sys.argv = ['emulator', '--port', '0']\n"
        "import emulator.__main__, emulator.serving.start\n"
        f"print(*sorted(sys.modules.keys() & {NOT_AT_START}))"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_PROCESS")}
    loaded = patience.run([sys.executable, "-c", program], check=True, env=environment)  # coverage imports sqlite3
    assert loaded.stdout.strip() == ""


def test_unknown_control_path_is_404_in_json(server: RunningServer) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        get(f"{server.url}/_emulator/nothing")
    assert refused.value.code == 404
    told = "There is no /_emulator/nothing; GET /_emulator lists the paths of the control interface."
    assert json.load(refused.value) == {"error": told}


def test_strict_timing_makes_purge_and_delete_rest_for_a_minute() -> None:
    with running_server("--strict-timing") as server:
        sqs = boto.client("sqs", server.url)
        url = sqs.create_queue(QueueName="queue")["QueueUrl"]
        sqs.purge_queue(QueueUrl=url)
        with pytest.raises(sqs.exceptions.PurgeQueueInProgress) as purging:
            sqs.purge_queue(QueueUrl=url)
        advance(server, 60)
        sqs.purge_queue(QueueUrl=url)
        sqs.delete_queue(QueueUrl=url)
        with pytest.raises(sqs.exceptions.QueueDeletedRecently) as deleted:
            sqs.create_queue(QueueName="queue")
        advance(server, 60)
        sqs.create_queue(QueueName="queue")
    assert str(purging.value).endswith("Only one PurgeQueue operation on queue is allowed every 60 seconds.")
    assert str(deleted.value).endswith(
        "You must wait 60 seconds after deleting a queue before you can create another with the same name."
    )


def advance(server: RunningServer, seconds: float) -> None:
    move = json.dumps({"advance": seconds}).encode()
    urllib.request.urlopen(f"{server.url}/_emulator/clock", data=move, timeout=patience.SECONDS).close()
