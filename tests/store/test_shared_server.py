"""Servers with a store in PostgreSQL: replaced, stopped for a while, and with a database that cannot be used."""

import http.client
import json
import os
import signal
import sys
from pathlib import Path

import psycopg
import pytest
from botocore.exceptions import ClientError

from emulator.store.database import StoreError
from emulator.store.postgresql_connection import connect
from tests import boto, emulator_process, patience
from tests.postgresql import Server
from tests.relay import Relay
from tests.server import running_server
from tests.store.test_server import health

SEND = {
    "X-Amz-Target": "AmazonSQS.SendMessage",
    "Content-Type": "application/x-amz-json-1.0",
    "Authorization": f"AWS4-HMAC-SHA256 Credential={boto.ACCOUNT}/20300101/us-east-1/sqs/aws4_request",
}


def bodies(url: str) -> list[str]:
    sqs = boto.client("sqs", url)
    return [each["Body"] for each in sqs.receive_message(QueueUrl="jobs", MaxNumberOfMessages=10).get("Messages", [])]


def refusal(*options: str) -> str:
    """The last line of a server that does not start."""
    refused = emulator_process.run("--port", "0", *options)
    assert refused.returncode == 1, refused.stderr
    assert "Traceback" not in refused.stderr
    return refused.stderr.splitlines()[-1]


def test_process_that_is_killed_is_replaced_by_another_that_goes_on(postgresql_url: str) -> None:
    with running_server("--store", postgresql_url) as first:
        boto.client("sqs", first.url).create_queue(QueueName="jobs")
        boto.client("sqs", first.url).send_message(QueueUrl="jobs", MessageBody="kept")
        os.kill(first.process.pid, signal.SIGKILL)
        with running_server("--store", postgresql_url) as second:
            assert bodies(second.url) == ["kept"]


def test_process_that_was_stopped_beyond_its_lease_writes_nothing_when_it_comes_back(postgresql_url: str) -> None:
    with running_server("--store", postgresql_url) as first:
        boto.client("sqs", first.url).create_queue(QueueName="jobs")
        os.kill(first.process.pid, signal.SIGSTOP)
        late = http.client.HTTPConnection(first.url.removeprefix("http://"), timeout=patience.SECONDS)
        late.request("POST", "/", json.dumps({"QueueUrl": "jobs", "MessageBody": "late"}), SEND)
        # It is taken for dead when its lease has expired; that it has is not waited for here.
        with psycopg.connect(postgresql_url, options="-c search_path=sqs_sns_emulator") as connection:
            connection.execute("UPDATE members SET expires = now()")
        with running_server("--store", postgresql_url) as second:
            boto.client("sqs", second.url).send_message(QueueUrl="jobs", MessageBody="in time")
            os.kill(first.process.pid, signal.SIGCONT)
            # It is refused, or it is passed on, if the process has noticed how late it is before it reads the request.
            status = late.getresponse().status
            late.close()
            assert (status, bodies(second.url)) in ((503, ["in time"]), (200, ["in time", "late"]))
            os.kill(second.process.pid, signal.SIGKILL)


def test_start_waits_for_the_database(postgresql: Server, postgresql_url: str, tmp_path: Path) -> None:
    relay = Relay(postgresql.port, is_up=False)
    url = postgresql.url(postgresql_url.rpartition("/")[2], port=relay.port)
    with (tmp_path / "log").open("w") as log:
        process = emulator_process.start("--port", "0", "--store", url, stderr=log)
        assert process.stdout is not None
        with process, process.stdout:
            while "Waiting for the database" not in (text := (tmp_path / "log").read_text()):
                assert process.poll() is None
            assert "secret" not in text
            relay.up()
            lines = [process.stdout.readline() for _ in range(2)]
            assert lines[-1] == "Ready.\n"
            process.terminate()
            assert process.wait(patience.SECONDS) == 0
    relay.cut()


def test_start_that_waits_for_the_database_can_be_ended(postgresql: Server, tmp_path: Path) -> None:
    url = postgresql.url("nothing", port=Relay(postgresql.port, is_up=False).port)
    with (tmp_path / "log").open("w") as log:
        process = emulator_process.start("--port", "0", "--store", url, stderr=log)
        assert process.stdout is not None
        with process, process.stdout:
            while "Waiting for the database" not in (tmp_path / "log").read_text():
                assert process.poll() is None
            process.terminate()
            process.wait(patience.SECONDS)


@pytest.mark.parametrize(
    ("database", "password", "text"),
    [
        ("postgres", "wrong", "password authentication failed"),
        ("nothing", "secret", 'database "nothing" does not exist'),
    ],
)
def test_database_that_refuses_is_named_in_one_line(
    postgresql: Server, database: str, password: str, text: str
) -> None:
    line = refusal("--store", postgresql.url(database, password))
    assert text in line
    assert password not in line


def test_tables_of_another_format_are_refused_and_left_as_they_are(postgresql_url: str) -> None:
    with running_server("--store", postgresql_url):
        pass
    with psycopg.connect(postgresql_url) as connection:
        connection.execute("UPDATE sqs_sns_emulator.format SET version = 7")
    assert "The tables have the format 7, and this version of the emulator reads 1" in refusal(
        "--store", postgresql_url
    )


def test_change_that_is_missing_is_named(postgresql_url: str) -> None:
    with running_server("--store", postgresql_url) as server:
        boto.client("sqs", server.url).create_queue(QueueName="jobs")
        boto.client("sqs", server.url).create_queue(QueueName="other")
    with psycopg.connect(postgresql_url) as connection:
        connection.execute("DELETE FROM sqs_sns_emulator.changes WHERE number = 1")
    assert refusal("--store", postgresql_url).endswith("account 000000000000: Change 1 is missing.")


def test_while_the_database_is_away_requests_are_refused_and_then_it_goes_on(
    postgresql: Server, postgresql_url: str
) -> None:
    relay = Relay(postgresql.port)
    url = postgresql.url(postgresql_url.rpartition("/")[2], port=relay.port)
    with running_server("--store", url) as server:
        sqs = boto.client("sqs", server.url)
        sqs.create_queue(QueueName="jobs")
        sqs.send_message(QueueUrl="jobs", MessageBody="acknowledged")
        relay.cut()
        with pytest.raises(ClientError) as refused:
            sqs.send_message(QueueUrl="jobs", MessageBody="lost or not")
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
        status, answer = health(server.url)
        assert (status, answer["status"]) == (503, "unavailable")
        assert "secret" not in json.dumps(answer)
        relay.up()
        while health(server.url)[0] != 200:
            pass
        sqs.send_message(QueueUrl="jobs", MessageBody="later")
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait(patience.SECONDS)
    relay.cut()
    with running_server("--store", postgresql_url) as server:
        received = bodies(server.url)
        assert [received[0], received[-1]] == ["acknowledged", "later"]


def test_store_and_data_directory_exclude_each_other(tmp_path: Path) -> None:
    refused = emulator_process.run("--port", "0", "--store", "postgresql://localhost/a", "--data-dir", str(tmp_path))
    assert refused.returncode == 2
    assert "--store and --data-dir contradict each other: give one of them." in refused.stderr


def test_url_of_another_database_is_refused_without_its_password() -> None:
    refused = emulator_process.run("--port", "0", "--store", "mysql://root:secret@localhost/a")
    assert refused.returncode == 2
    assert "This is no URL that begins with postgresql://." in refused.stderr
    assert "secret" not in refused.stderr


def test_url_that_is_wrong_is_refused_in_one_line() -> None:
    assert "The URL of the database is wrong" in refusal("--store", "postgresql://localhost/a?nonsense=1")


def test_library_that_is_missing_is_named_with_the_way_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"pip install 'sqs-sns-emulator\[postgresql\]'"):
        connect("postgresql://localhost/a")
