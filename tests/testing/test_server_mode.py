"""``emulated_aws(server=True)``: for other processes and SDKs."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime

import boto3
import pytest

from emulator.testing import emulated_aws
from emulator.testing.server_process import ServerProcess

_OTHER_PROCESS = "import boto3; print(boto3.client('sns').create_topic(Name='sales')['TopicArn'])"


@pytest.fixture(autouse=True)
def servers_of_tests() -> None:
    """Servers start here as they do for users, in interpreters of their own."""


def test_other_processes_reach_the_server_by_their_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("EMULATOR_EXTERNAL_URL", "http://somewhere-else")
    before = dict(os.environ)
    with emulated_aws(server=True, account_id="123456789012", region="eu-north-1") as aws:
        assert os.environ["AWS_ENDPOINT_URL"] == aws.url
        printed = subprocess.check_output([sys.executable, "-c", _OTHER_PROCESS], text=True).strip()
        assert printed == "arn:aws:sns:eu-north-1:123456789012:sales"
        assert [topic["TopicArn"] for topic in boto3.client("sns").list_topics()["Topics"]] == [printed]
        assert aws.sqs.create_queue(QueueName="q")["QueueUrl"] == f"{aws.url}/123456789012/q"
        with emulated_aws():
            assert boto3.client("sns").list_topics()["Topics"] == []
        assert len(boto3.client("sns").list_topics()["Topics"]) == 1
    assert dict(os.environ) == before
    with pytest.raises(urllib.error.URLError):
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{aws.url}/_emulator/health")


def test_server_that_does_not_start_is_told() -> None:
    with pytest.raises(RuntimeError, match=r"did not start; it ended with 2"):
        ServerProcess("--no-such-option")


def test_server_with_a_seed_gives_the_same_ids_in_every_run() -> None:
    ids = set()
    for _ in range(2):
        with emulated_aws(server=True, seed=7, clock_at=datetime(2030, 1, 1, tzinfo=UTC)) as aws:
            url = aws.sqs.create_queue(QueueName="q")["QueueUrl"]
            ids.add(aws.sqs.send_message(QueueUrl=url, MessageBody="b")["MessageId"])
            assert aws.clock.now() == datetime(2030, 1, 1, tzinfo=UTC)
    assert len(ids) == 1
