"""The command ``tail``, in a process of its own: it shows events as they happen."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import pytest

from tests import emulator_process
from tests.server import RunningServer, running_server


@contextmanager
def tail(url: str, account: str, *options: str) -> Iterator[tuple[emulator_process.Process, IO[str], IO[str]]]:
    environment = os.environ | {"EMULATOR_URL": url, "AWS_ACCESS_KEY_ID": account}
    with emulator_process.started("tail", "--account", account, *options, env=environment) as started:
        try:
            yield started
        finally:
            started[0].terminate()


def send_until_seen(sqs: Any, queue: str, process: emulator_process.Process, stdout: IO[str]) -> str:
    """The first line that the command prints. Events before it listens are not shown."""
    import select

    while process.poll() is None and not select.select([stdout], [], [], 0.05)[0]:
        sqs.send_message(QueueUrl=queue, MessageBody="one coffee")
    return stdout.readline()


def test_events_are_lines_for_people(server: RunningServer, account: str, json_sqs: Any, orders: str) -> None:
    with tail(server.url, account, "--queue", "orders", "--count", "1") as (process, stdout, _):
        line = send_until_seen(json_sqs, orders, process, stdout)
        assert process.wait() == 0
    time, event, queue, *rest = line.split()
    assert (len(time), event, queue) == (len("12:00:00.000"), "sent", "orders")
    assert 'body="one coffee"' in line
    assert "\x1b" not in line, "colors are for terminals"
    assert rest[0].startswith("message_id=")


def test_events_are_lines_of_json(server: RunningServer, account: str, json_sqs: Any, orders: str) -> None:
    options = ("--json", "--count", "2", "--type", "received,sent", "--grep", "orders", "--region", "us-east-1")
    with tail(server.url, account, *options) as (process, stdout, _):
        first = json.loads(send_until_seen(json_sqs, orders, process, stdout))
        json_sqs.receive_message(QueueUrl=orders)
        second = json.loads(stdout.readline())
        assert process.wait() == 0
    assert (first["event"], first["body"]) == ("sent", "one coffee")
    assert second["event"] in ("sent", "received")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")
def test_ctrl_c_ends_it_with_130_and_nothing_to_read(
    server: RunningServer, account: str, json_sqs: Any, orders: str
) -> None:
    with tail(server.url, account) as (process, stdout, stderr):
        send_until_seen(json_sqs, orders, process, stdout)
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
        assert stderr.read() == ""


def test_end_of_the_server_is_told(account: str) -> None:
    from tests import boto

    with running_server() as server:
        sqs = boto.client("sqs", server.url, account=account)
        queue = sqs.create_queue(QueueName="orders")["QueueUrl"]
        with tail(server.url, account) as (process, stdout, stderr):
            send_until_seen(sqs, queue, process, stdout)
            server.process.terminate()
            assert process.wait() == 1
            assert stderr.read() == f"Error: the server at {server.url} has ended the stream\n"


def test_event_that_there_is_not_is_refused(server: RunningServer, account: str) -> None:
    with tail(server.url, account, "--type", "sold") as (process, _, stderr):
        assert process.wait() == 1
        assert "type: there is no event `sold`." in stderr.read()


def test_name_of_nothing_is_told_and_may_get_something(server: RunningServer, account: str, json_sqs: Any) -> None:
    json_sqs.create_queue(QueueName="tailed-orders")
    with tail(server.url, account, "--queue", "tailed-order", "--count", "1") as (process, stdout, stderr):
        note = stderr.readline()
        assert note.startswith("Note: there is no queue tailed-order")
        assert note.endswith("; did you mean tailed-orders?\n")
        queue = json_sqs.create_queue(QueueName="tailed-order")["QueueUrl"]
        assert "tailed-order" in send_until_seen(json_sqs, queue, process, stdout)
        assert process.wait() == 0


def test_name_of_no_topic_is_told(server: RunningServer, account: str, sns: Any) -> None:
    sns.create_topic(Name="tailed-sales")
    with tail(server.url, account, "--topic", "tailed-sale") as (_, _, stderr):
        assert stderr.readline().endswith("; did you mean tailed-sales?\n")
