"""Where the control interface is: on the port of AWS, on its own, or nowhere."""

import asyncio
import re
import socket
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from emulator.configuration.settings import Settings
from emulator.serving.app import Emulator
from emulator.serving.listeners import Listeners, listen
from emulator.serving.server import Server
from tests import boto, emulator_process, patience
from tests.control.calls import call
from tests.raw_http import ask
from tests.server import RunningServer, running_server


def test_start_prints_both_urls() -> None:
    with emulator_process.start("--port", "0", "--control-port", "0") as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
        process.terminate()
    assert lines[0].startswith("SQS and SNS on http://127.0.0.1:")
    assert lines[1].startswith("Control interface on http://127.0.0.1:")
    assert lines[2] == "Ready.\n"


def test_control_interface_moves_what_aws_has_on_the_other_port(with_control_port: RunningServer, account: str) -> None:
    sqs = boto.client("sqs", with_control_port.url, account=account)
    sqs.create_queue(QueueName="queue")
    _, listed = call(f"{with_control_port.control_url}/_emulator/queues?account={account}")
    assert [queue["name"] for queue in listed["queues"]] == ["queue"]
    assert call(f"{with_control_port.control_url}/_emulator/reset", {"account": account})[0] == 200
    assert "QueueUrls" not in sqs.list_queues()


def test_health_says_the_port_of_the_control_interface(
    with_control_port: RunningServer, without_control: RunningServer
) -> None:
    port = urlsplit(with_control_port.control_url).port
    assert call(f"{with_control_port.url}/_emulator/health")[1]["control_port"] == port
    assert call(f"{with_control_port.control_url}/_emulator/health")[1]["control_port"] == port
    assert "control_port" not in call(f"{without_control.url}/_emulator/health")[1]


def test_overview_says_whose_the_calls_without_a_signature_are(with_control_port: RunningServer) -> None:
    overview = call(f"{with_control_port.control_url}/_emulator")[1]
    assert overview["endpoint"] == with_control_port.url
    assert call(f"{with_control_port.control_url}/_emulator?a=b")[0] == 400
    assert (overview["account"], overview["region"]) == ("000000000000", "us-east-1")


def test_port_of_the_control_interface_has_nothing_of_aws(with_control_port: RunningServer) -> None:
    answer = ask(with_control_port.control_url, "/?Action=ListQueues&Version=2012-11-05")
    assert (answer.status, answer.body) == (
        404,
        '{"error":"There is no /; GET /_emulator lists the paths of the control interface."}',
    )
    assert "date" in answer.headers


@pytest.mark.parametrize("path", ["/_emulator/queues", "/_emulator/openapi.json", "/_emulator/", "/_localstack/x"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_port_of_aws_answers_as_for_any_unknown_path(
    with_control_port: RunningServer, without_control: RunningServer, path: str, method: str
) -> None:
    for server in (with_control_port, without_control):
        answers = [ask(server.url, asked, method) for asked in (path, "/nothing")]
        told, unknown = [(answer.status, re.sub(r"[0-9a-f-]{36}", "id", answer.body)) for answer in answers]
        assert told == unknown
        assert "Error" in told[1]


@pytest.mark.parametrize("path", ["/_emulator/health", "/_localstack/health"])
def test_health_is_answered_on_the_port_of_aws_wherever_the_control_interface_is(
    with_control_port: RunningServer, without_control: RunningServer, server: RunningServer, path: str
) -> None:
    for url in (with_control_port.url, with_control_port.control_url, without_control.url, server.url):
        assert call(url + path)[1]["services"] == {"sqs": "running", "sns": "running"}


def test_links_to_confirm_lead_to_aws(with_control_port: RunningServer) -> None:
    sns = boto.client("sns", with_control_port.url)
    topic = sns.create_topic(Name="topic")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="someone@example.com")
    [pending] = call(f"{with_control_port.control_url}/_emulator/subscriptions/pending")[1]["subscriptions"]
    assert pending["subscribe_url"].startswith(with_control_port.url + "/?")
    urlopen(pending["subscribe_url"], timeout=patience.SECONDS).close()
    assert call(f"{with_control_port.control_url}/_emulator/subscriptions/pending")[1] == {"subscriptions": []}


def test_links_to_confirm_have_the_external_url() -> None:
    with running_server("--external-url", "http://queues.example.com") as server:
        sns = boto.client("sns", server.url)
        topic = sns.create_topic(Name="topic")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="someone@example.com")
        [pending] = call(f"{server.url}/_emulator/subscriptions/pending")[1]["subscriptions"]
    assert pending["subscribe_url"].startswith("http://queues.example.com/?")


def test_idle_connection_to_the_control_interface_does_not_hold_up_the_end() -> None:
    with running_server("--control-port", "0") as server:
        with socket.create_connection(address(server.control_url), timeout=patience.SECONDS) as idle:
            idle.sendall(b"GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert idle.recv(12) == b"HTTP/1.1 200"
            server.process.terminate()
            assert server.process.wait(patience.SECONDS) == 0
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address(server.control_url), timeout=patience.SECONDS)


def test_both_ports_are_closed_when_the_server_has_ended() -> None:
    async def serve_and_end() -> None:
        listeners = [listen("127.0.0.1", 0) for _ in range(2)]
        settings = Settings(control_port=0)
        server = Server(Emulator(settings), settings, Listeners(*listeners))
        serving = asyncio.create_task(server.serve(sockets=listeners[:1]))
        for listener in listeners:
            reader, writer = await asyncio.open_connection(*listener.getsockname())
            writer.write(b"GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert (await reader.read()).startswith(b"HTTP/1.1 200")
            writer.close()
        server.should_exit = True
        await serving
        for listener in listeners:
            assert listener.fileno() == -1

    asyncio.run(serve_and_end())


def address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return str(parts.hostname), int(parts.port or 0)


def test_control_port_in_use_is_one_clear_line(server: RunningServer) -> None:
    port = server.url.rpartition(":")[2]
    refused = emulator_process.run("--port", "0", "--control-port", port)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == f"sqs-sns-emulator: Cannot listen on 127.0.0.1 port {port}: Address already in use.\n"


def test_no_control_interface_on_a_port_of_its_own_is_a_contradiction() -> None:
    refused = emulator_process.run("--no-control", "--control-port", "0")
    assert refused.returncode == 2
    assert "--no-control and --control-port contradict each other: give one of them." in refused.stderr
