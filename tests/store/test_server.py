"""Servers with a data directory: killed, started again, and with a file that cannot be used."""

import json
import os
import signal
import sqlite3
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.store.sqlite import FILE_NAME
from tests import boto, emulator_process, patience
from tests.examples import is_quick
from tests.server import running_server
from tests.store.crashes import Crashes

Options = tuple[str, str]

needs_limits = pytest.mark.skipif(sys.platform != "linux", reason="limits of another process are Linux's")


@pytest.fixture
def data(tmp_path: Path) -> str:
    return str(tmp_path / "data")


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(store: Options) -> None:
    assert Crashes(store, 1).run(3 if is_quick() else 10) == []


@pytest.mark.thorough
def test_nothing_acknowledged_is_lost_when_the_process_is_killed_a_hundred_times(store: Options) -> None:
    assert Crashes(store, 2).run(100) == []


def test_everything_is_there_after_a_shutdown(store: Options) -> None:
    with running_server(*store) as server:
        sqs, sns = boto.client("sqs", server.url), boto.client("sns", server.url)
        url = sqs.create_queue(QueueName="jobs", tags={"team": "a"})["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        topic = sns.create_topic(Name="events")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
        sqs.send_message(QueueUrl=url, MessageBody="in flight")
        handle = sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]
    with running_server(*store) as server:
        sqs, sns = boto.client("sqs", server.url), boto.client("sns", server.url)
        assert sqs.list_queue_tags(QueueUrl="jobs")["Tags"] == {"team": "a"}
        sns.publish(TopicArn=topic, Message="hello")
        assert sqs.receive_message(QueueUrl="jobs")["Messages"][0]["Body"] == "hello"
        sqs.change_message_visibility(QueueUrl="jobs", ReceiptHandle=handle, VisibilityTimeout=0)
        assert sqs.receive_message(QueueUrl="jobs")["Messages"][0]["Body"] == "in flight"


def test_without_a_data_directory_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with running_server() as server:
        boto.client("sqs", server.url).create_queue(QueueName="jobs")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("durability", ["process", "power"])
def test_changes_by_the_control_interface_are_kept_too(store: Options, durability: str) -> None:
    options = (*store, "--durability", durability) if "--data-dir" in store else store
    with running_server(*options) as server:
        boto.client("sqs", server.url).create_queue(QueueName="jobs")
        patience.get(f"{server.url}/_emulator/clock", b'{"advance": 3600}')
        patience.get(f"{server.url}/_emulator/reset", b"{}")
        boto.client("sqs", server.url).create_queue(QueueName="later")
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait(patience.SECONDS)
    with running_server(*store) as server:
        listed = json.loads(patience.get(f"{server.url}/_emulator/queues"))["queues"]
        assert [queue["name"] for queue in listed] == ["later"]


def test_state_is_restored_only_into_an_empty_store_and_declared_things_are_made_each_time(
    store: Options, tmp_path: Path
) -> None:
    state, config = tmp_path / "state.json", tmp_path / "config.json"
    config.write_text('{"queues": [{"name": "declared", "delay_seconds": 7}]}')
    with running_server() as server:
        boto.client("sqs", server.url).create_queue(QueueName="of the state".replace(" ", "-"))
        state.write_bytes(patience.get(f"{server.url}/_emulator/state"))
    for _ in range(2):
        with running_server(*store, "--state", str(state), "--config", str(config)) as server:
            sqs = boto.client("sqs", server.url)
            listed = json.loads(patience.get(f"{server.url}/_emulator/queues"))["queues"]
            names = [queue["name"] for queue in listed]
            assert names.count("of-the-state") == 1
            attributes = sqs.get_queue_attributes(QueueUrl="declared", AttributeNames=["DelaySeconds"])["Attributes"]
            assert attributes == {"DelaySeconds": "7"}
            sqs.set_queue_attributes(QueueUrl="declared", Attributes={"DelaySeconds": "0"})
            sqs.create_queue(QueueName="later")
    assert sorted(names) == ["declared", "later", "of-the-state"]


def test_messages_are_signed_with_the_same_key_after_the_next_start(store: Options, tmp_path: Path) -> None:
    certificates = []
    for number in range(3):
        with running_server(*store) as server:
            sqs, sns = boto.client("sqs", server.url), boto.client("sns", server.url)
            url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
            arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
            topic = sns.create_topic(Name="events")["TopicArn"]
            sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
            sns.publish(TopicArn=topic, Message=f"hello {number}")
            (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
            certificates.append(json.loads(message["Body"])["SigningCertURL"].rpartition("/")[2])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert len(set(certificates)) == 1


def test_second_server_is_refused_in_one_line(data: str) -> None:
    with running_server("--data-dir", data):
        refused = emulator_process.run("--port", "0", "--data-dir", data)
    assert refused.returncode == 1
    assert refused.stderr == f"sqs-sns-emulator: {Path(data) / FILE_NAME}: Another process uses this file.\n"


def test_damage_found_while_reading_is_refused_in_one_line(data: str) -> None:
    with running_server("--data-dir", data) as server:
        boto.client("sqs", server.url).create_queue(QueueName="jobs")
    connection = sqlite3.connect(Path(data) / FILE_NAME)
    connection.execute("UPDATE changes SET checksum = 0")
    connection.commit()
    connection.close()
    refused = emulator_process.run("--port", "0", "--data-dir", data)
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].endswith("The file is damaged: row 1 of changes is not as written.")


def health(url: str) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(f"{url}/_emulator/health", timeout=patience.SECONDS) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


@needs_limits
def test_while_the_disk_is_full_requests_are_refused_and_then_it_goes_on(data: str) -> None:
    import resource

    def limit(size: int) -> None:
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    with running_server("--data-dir", data) as server:
        sqs = boto.client("sqs", server.url)
        sqs.create_queue(QueueName="jobs")
        sqs.send_message(QueueUrl="jobs", MessageBody="acknowledged")
        limit(4_096)
        with pytest.raises(ClientError) as refused:
            sqs.send_message(QueueUrl="jobs", MessageBody="lost or not")
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
        status, answer = health(server.url)
        assert (status, answer["status"]) == (503, "unavailable")
        assert answer["reason"]
        with pytest.raises(ClientError, match="ServiceUnavailable"):
            sqs.list_queues()
        limit(resource.RLIM_INFINITY)
        while health(server.url)[0] != 200:
            pass
        sqs.send_message(QueueUrl="jobs", MessageBody="later")
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait(patience.SECONDS)
    with running_server("--data-dir", data) as server:
        sqs = boto.client("sqs", server.url)
        messages = sqs.receive_message(QueueUrl="jobs", MaxNumberOfMessages=10)["Messages"]
        bodies = [message["Body"] for message in messages]
        assert [bodies[0], bodies[-1]] == ["acknowledged", "later"]
