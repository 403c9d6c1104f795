"""Child processes of tests that emulate AWS in process: they have no emulator, and must not reach AWS instead."""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from emulator.testing import emulated_aws
from emulator.testing.in_process import ForkedProcessError
from tests.testing.test_emulated_aws import Body

KEYS = {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "secret"}
URL = "http://in-process.emulator.invalid"
AWS_QUEUE_URL = "https://sqs.us-east-1.amazonaws.com/000000000000/orders"
early: Any = boto3.client("sqs", region_name="us-east-1", **KEYS)

_CHILD = """
import boto3
from botocore.config import Config

try:
    boto3.client("{service}", config=Config(retries={{"total_max_attempts": 1}})).{call}()
except Exception as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("service", "call"), [("sqs", "list_queues"), ("sns", "list_topics"), ("dynamodb", "list_tables")]
)
def test_child_process_is_led_to_a_name_that_says_why(service: str, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "https://sqs.us-east-1.amazonaws.com")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with emulated_aws():
        assert os.environ["AWS_ENDPOINT_URL"] == URL
        program = _CHILD.format(service=service, call=call)
        printed = subprocess.check_output([sys.executable, "-c", program], text=True)
    assert f'Could not connect to the endpoint URL: "{URL}/"' in printed


@pytest.mark.parametrize(
    "make",
    [
        lambda: early,
        lambda: boto3.client("sqs"),
        lambda: boto3.Session(region_name="us-east-1", **KEYS).client("sqs"),
        lambda: boto3.resource("sqs").meta.client,
    ],
    ids=["made before", "default session", "session of its own", "resource"],
)
def test_clients_of_this_process_see_queue_urls_of_aws(make: Callable[[], Any]) -> None:
    with emulated_aws() as aws:
        assert make().create_queue(QueueName="orders")["QueueUrl"] == AWS_QUEUE_URL
        assert make().meta.endpoint_url == "https://sqs.us-east-1.amazonaws.com"
        assert aws.sqs.get_queue_url(QueueName="orders")["QueueUrl"] == AWS_QUEUE_URL


def test_client_that_is_given_the_variable_is_answered() -> None:
    with emulated_aws() as aws:
        sqs = boto3.client("sqs", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
        url = sqs.create_queue(QueueName="orders")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="coffee")
        assert aws.wait_for_message(url).body == "coffee"


def test_endpoint_that_is_set_within_the_use_is_followed_and_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    with emulated_aws() as aws:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://localhost:1")
        url = boto3.client("sqs").create_queue(QueueName="orders")["QueueUrl"]
        assert url == "http://localhost:1/000000000000/orders"
        assert aws.peek(url) == []
        monkeypatch.undo()


def test_other_services_keep_their_endpoints_for_the_libraries_that_mock_them() -> None:
    none = b"<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>"
    seen = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        seen.append(request.url)
        return AWSResponse(request.url, 200, {}, Body(none))

    with emulated_aws():
        s3 = boto3.client("s3")
        s3.meta.events.register("before-send.s3", answer)
        s3.list_buckets()
    assert seen == ["https://s3.amazonaws.com/"]


def test_variable_is_followed_again_behind_the_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:1")
    with emulated_aws(), emulated_aws(server=True) as aws:
        assert boto3.client("sqs").meta.endpoint_url == aws.url
    assert boto3.client("sqs", region_name="us-east-1").meta.endpoint_url == "http://localhost:1"


def _list_queues(answers: Connection) -> None:
    try:
        answers.send(("listed", boto3.client("sqs").list_queues().get("QueueUrls", [])))
    except ForkedProcessError as error:
        answers.send(("refused", str(error)))


def _in_forked_process(function: Callable[[Connection], None]) -> Any:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=function, args=(there,), daemon=True)
    process.start()
    assert here.poll(60), "the forked process hangs"
    answer = here.recv()
    process.join(60)
    assert process.exitcode == 0
    return answer


def test_forked_process_is_refused_and_told_what_to_use() -> None:
    with emulated_aws():
        outcome, text = _in_forked_process(_list_queues)
        assert outcome == "refused"
        assert "emulated_aws(server=True)" in text
        assert "QueueUrls" not in boto3.client("sqs").list_queues()  # this process goes on


def test_forked_process_works_with_a_server() -> None:
    with emulated_aws(server=True) as aws:
        url = aws.sqs.create_queue(QueueName="orders")["QueueUrl"]
        assert _in_forked_process(_list_queues) == ("listed", [url])


def _end_the_use(use: Any) -> Callable[[Connection], None]:
    def end(answers: Connection) -> None:
        use.stop()
        answers.send("ended")

    return end


@pytest.mark.parametrize("server", [False, True])
def test_forked_process_that_ends_the_use_ends_nothing_here(server: bool) -> None:
    use = emulated_aws(server=server)
    with use:
        assert _in_forked_process(_end_the_use(use)) == "ended"
        assert boto3.client("sqs").create_queue(QueueName="orders")


def test_spawned_process_is_led_to_the_name_too() -> None:
    with emulated_aws(), multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(os.getenv, ("AWS_ENDPOINT_URL",)) == URL
