"""``emulated_aws`` in this process: whom it answers, what it leaves behind, and what never leaves the process."""

import io
import os
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import HTTPClientError

from emulator.testing import emulated_aws
from emulator.testing.interception import NotEmulatedError
from tests import patience

REGION = {"region_name": "us-east-1"}
KEYS = {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "secret"}
early_client: Any = boto3.client("sqs", **REGION, **KEYS)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is answered here is answered without a connection."""

    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


class Body(io.BytesIO):
    """A body as botocore reads it."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


def send(queue: str, body: str, sqs: Any = None) -> None:
    sqs = sqs or boto3.client("sqs")
    sqs.send_message(QueueUrl=sqs.create_queue(QueueName=queue)["QueueUrl"], MessageBody=body)


def queue_names(sqs: Any = None) -> list[str]:
    urls = (sqs or boto3.client("sqs")).list_queues().get("QueueUrls", [])
    return [url.rpartition("/")[2] for url in urls]


def test_plain_clients_talk_to_the_emulator() -> None:
    with emulated_aws():
        sqs, sns = boto3.client("sqs"), boto3.client("sns")
        url = sqs.create_queue(QueueName="orders")["QueueUrl"]
        assert url == "https://sqs.us-east-1.amazonaws.com/000000000000/orders"
        arn = "arn:aws:sqs:us-east-1:000000000000:orders"
        topic = sns.create_topic(Name="sales")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
        sns.publish(TopicArn=topic, Message="sold")
        (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
        assert message["Body"] == "sold"


@pytest.mark.parametrize(
    "make",
    [
        lambda: early_client,
        lambda: boto3.Session(**REGION, **KEYS).client("sqs"),
        lambda: botocore.session.get_session().create_client("sqs"),
        lambda: boto3.client("sqs", endpoint_url="http://localhost:4566"),
        lambda: boto3.resource("sqs").meta.client,
    ],
    ids=["made before", "session of its own", "botocore alone", "own endpoint", "resource"],
)
def test_every_client_is_answered(make: Any) -> None:
    with emulated_aws():
        send("orders", "coffee", make())
        assert queue_names() == ["orders"]


def test_errors_are_those_of_aws() -> None:
    with emulated_aws():
        sqs = boto3.client("sqs")
        with pytest.raises(sqs.exceptions.QueueDoesNotExist):
            sqs.get_queue_url(QueueName="nowhere")


def test_every_use_starts_empty() -> None:
    use = emulated_aws()
    for _ in range(2):
        with use:
            assert queue_names() == []
            send("orders", "coffee")


def test_nested_use_is_a_world_of_its_own() -> None:
    with emulated_aws():
        send("outer", "coffee")
        with emulated_aws(account_id="123456789012"):
            assert queue_names() == []
            send("inner", "tea")
        assert queue_names() == ["outer"]


def test_uses_end_in_the_reverse_order_of_their_beginning() -> None:
    first, second = emulated_aws(), emulated_aws()
    first.start()
    second.start()
    with pytest.raises(RuntimeError, match="began later"):
        first.stop()
    second.stop()
    first.stop()
    with pytest.raises(RuntimeError, match="not started"):
        first.stop()


def test_second_thread_cannot_start_a_use_of_its_own() -> None:
    refusals: list[RuntimeError] = []

    def start() -> None:
        try:
            emulated_aws().start()
        except RuntimeError as error:
            refusals.append(error)

    with emulated_aws():
        thread = threading.Thread(target=start)
        thread.start()
        thread.join()
        assert queue_names() == []
    assert "Another thread" in str(refusals[0])


def test_environment_is_set_and_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://elsewhere")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    monkeypatch.delenv("AWS_REGION", raising=False)
    before = dict(os.environ)
    session = boto3.DEFAULT_SESSION
    with emulated_aws(account_id="123456789012", region="eu-north-1"):
        assert not {"AWS_PROFILE", "AWS_ENDPOINT_URL_SQS", "AWS_SESSION_TOKEN"} & os.environ.keys()
        topic = boto3.client("sns").create_topic(Name="sales")["TopicArn"]
        assert topic == "arn:aws:sns:eu-north-1:123456789012:sales"
        assert boto3.Session().available_profiles == []
    assert dict(os.environ) == before
    assert boto3.DEFAULT_SESSION is session


def test_everything_is_put_back_after_an_error() -> None:
    before = dict(os.environ)
    with pytest.raises(ZeroDivisionError), emulated_aws():
        _ = 1 / 0
    assert dict(os.environ) == before


def test_behind_the_use_requests_take_their_own_way_again() -> None:
    client = boto3.client("sqs", **REGION, **KEYS)
    client.meta.events.register("before-send.sqs", lambda request, **_: AWSResponse(request.url, 200, {}, Body(b"{}")))
    with emulated_aws():
        send("orders", "coffee", client)
        assert queue_names(client) == ["orders"]
    assert queue_names(client) == []


def test_other_services_are_refused_by_name() -> None:
    with emulated_aws(), pytest.raises(NotEmulatedError, match=r"ListBuckets of the service 's3'"):
        boto3.client("s3").list_buckets()


@pytest.mark.parametrize("region", ["us-east-1", "cn-north-1", "us-iso-east-1", "eusc-de-east-1"])
@pytest.mark.parametrize("dual_stack", [False, True])
def test_other_services_are_refused_in_every_partition(region: str, dual_stack: bool) -> None:
    config = Config(use_dualstack_endpoint=dual_stack)
    with emulated_aws(), pytest.raises(NotEmulatedError, match=r"GetParameter of the service 'ssm'"):
        boto3.client("ssm", region_name=region, config=config).get_parameter(Name="name")


def test_other_services_at_the_endpoint_for_child_processes_are_refused() -> None:
    with emulated_aws(), pytest.raises(NotEmulatedError, match="ListBuckets"):
        boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"]).list_buckets()


def test_other_services_can_have_a_server_of_their_own() -> None:
    """Such as MinIO for S3: its clients have its endpoint, and are let through."""
    with emulated_aws(), pytest.raises(HTTPClientError, match="a connection was opened"):
        boto3.client("s3", endpoint_url="http://localhost:9000").list_buckets()


def test_other_services_can_be_answered_by_another_library() -> None:
    none = b"<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>"
    with emulated_aws():
        s3 = boto3.client("s3")
        s3.meta.events.register("before-send.s3", lambda request, **_: AWSResponse(request.url, 200, {}, Body(none)))
        assert s3.list_buckets()["Buckets"] == []


IDENTITY = (
    "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>333333333333</Account></GetCallerIdentityResult>"
    "</GetCallerIdentityResponse>"
)


@pytest.mark.parametrize("region", ["eu-north-1", "us-gov-west-1"])
def test_caller_identity_is_the_account_of_the_use(region: str) -> None:
    with emulated_aws(account_id="123456789012", region=region):
        identity = boto3.client("sts").get_caller_identity()
    assert identity["Account"] == "123456789012"
    assert identity["Arn"].endswith(":iam::123456789012:user/emulator")


def test_caller_identity_can_be_answered_by_another_library() -> None:
    with emulated_aws():
        sts = boto3.client("sts")
        answer = IDENTITY.encode()
        sts.meta.events.register(
            "before-send.sts", lambda request, **_: AWSResponse(request.url, 200, {}, Body(answer))
        )
        assert sts.get_caller_identity()["Account"] == "333333333333"


def test_stacks_of_cloudformation_are_deployed() -> None:
    with emulated_aws(region="eu-north-1") as aws:
        stacks = boto3.client("cloudformation")
        stacks.create_stack(StackName="jobs", TemplateBody="Resources: {Queue: {Type: AWS::SQS::Queue}}")
        stacks.get_waiter("stack_create_complete").wait(StackName="jobs")
        (url,) = aws.sqs.list_queues()["QueueUrls"]
        with pytest.raises(stacks.exceptions.ClientError, match="NotImplemented"):
            stacks.list_stack_sets()
    assert url.startswith("https://sqs.eu-north-1.amazonaws.com/")


def test_other_actions_of_sts_are_refused_by_name() -> None:
    with emulated_aws(), pytest.raises(NotEmulatedError, match=r"GetFederationToken of the service 'sts' was not sent"):
        boto3.client("sts").get_federation_token(Name="name")


def test_send_from_another_thread_wakes_a_long_poll() -> None:
    with emulated_aws():
        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName="orders")["QueueUrl"]
        received: list[str] = []

        def consume() -> None:
            received.extend(
                message["Body"] for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]
            )

        consumer = threading.Thread(target=consume)
        consumer.start()
        sqs.send_message(QueueUrl=url, MessageBody="coffee")
        consumer.join(patience.SECONDS)
        assert received == ["coffee"]


def test_threads_share_the_emulator_and_lose_nothing() -> None:
    threads, each = 8, 10
    with emulated_aws() as aws:
        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName="orders")["QueueUrl"]

        def produce(number: int) -> None:
            for index in range(each):
                sqs.send_message(QueueUrl=url, MessageBody=f"{number}-{index}")

        producers = [threading.Thread(target=produce, args=(number,)) for number in range(threads)]
        for producer in producers:
            producer.start()
        for producer in producers:
            producer.join()
        bodies = {message.body for message in aws.peek("orders")}
        assert bodies == {f"{number}-{index}" for number in range(threads) for index in range(each)}


def test_with_a_seed_and_a_clock_that_stands_still_everything_repeats() -> None:
    handles = set()
    for _ in range(2):
        with emulated_aws(seed=7, clock_at=datetime(2030, 1, 1, tzinfo=UTC)) as aws:
            send("orders", "coffee")
            (message,) = aws.sqs.receive_message(QueueUrl="orders")["Messages"]
            handles.add((message["MessageId"], message["ReceiptHandle"]))
            assert aws.clock.now() == datetime(2030, 1, 1, tzinfo=UTC)
    assert len(handles) == 1


def test_clock_cannot_start_at_a_time_without_a_zone() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        emulated_aws(clock_at=datetime(2030, 1, 1))  # noqa: DTZ001 - that is what is wrong with it
