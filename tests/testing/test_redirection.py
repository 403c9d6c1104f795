"""Clients made before a use with a server: they are led there, and never to AWS."""

import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.session
import pytest
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from emulator.testing import EmulatedAccount
from emulator.testing.control import over_http
from emulator.testing.interception import NotEmulatedError
from emulator.testing.use import Use
from tests.server import RunningServer
from tests.testing.test_emulated_aws import IDENTITY, Body

KEYS = {"region_name": "eu-north-1", "aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "secret"}
early_sqs: Any = boto3.client("sqs", **KEYS)
early_sns: Any = boto3.client("sns", **KEYS)
early_s3: Any = boto3.client("s3", **KEYS)
early_sts: Any = boto3.client("sts", **KEYS)


@pytest.fixture
def aws(server: RunningServer, account: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmulatedAccount]:
    resolve = socket.getaddrinfo

    def refuse(host: str, *rest: Any, **kwargs: Any) -> Any:
        assert "amazonaws" not in host
        return resolve(host, *rest, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    aws = EmulatedAccount(over_http(server.url), account_id=account, region="us-east-1", url=server.url)
    use = Use(aws, lambda: None)
    yield aws
    use.end()


def test_early_clients_work_with_the_account_of_the_use(aws: EmulatedAccount) -> None:
    url = early_sqs.create_queue(QueueName="orders")["QueueUrl"]
    topic = early_sns.create_topic(Name="sales")["TopicArn"]
    arn = f"arn:aws:sqs:eu-north-1:{aws.account_id}:orders"
    assert topic == f"arn:aws:sns:eu-north-1:{aws.account_id}:sales"
    early_sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    early_sns.publish(TopicArn=topic, Message="sold")
    assert len(early_sqs.receive_message(QueueUrl=url)["Messages"]) == 1
    assert [message.receive_count for message in aws.peek(arn)] == [1]


@pytest.mark.parametrize("partition", boto3.Session().get_available_partitions())
@pytest.mark.parametrize("suffix", ["dnsSuffix", "dualStackDnsSuffix"])
def test_early_clients_are_known_in_every_partition(aws: EmulatedAccount, partition: str, suffix: str) -> None:
    region = boto3.Session().get_available_regions("ec2", partition)[0]
    partitions = botocore.session.get_session().get_data("partitions")["partitions"]
    (outputs,) = (found["outputs"] for found in partitions if found["id"] == partition)
    keys = {**KEYS, "region_name": region}
    sqs = boto3.client("sqs", endpoint_url=f"https://sqs.{region}.{outputs[suffix]}", **keys)
    assert sqs.create_queue(QueueName="orders")["QueueUrl"].startswith(str(aws.url))
    s3 = boto3.client("s3", endpoint_url=f"https://s3.{region}.{outputs[suffix]}", **keys)
    with pytest.raises(NotEmulatedError, match="ListBuckets"):
        s3.list_buckets()


def test_other_services_can_be_answered_by_another_library_that_knows_them_by_host(aws: EmulatedAccount) -> None:
    """As moto does: a client of theirs that is made now leads to AWS, and not to the server."""
    none = b"<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>"
    s3 = boto3.client("s3", region_name="eu-north-1")
    hosts = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        hosts.append(urlsplit(request.url).hostname)
        return AWSResponse(request.url, 200, {}, Body(none))

    s3.meta.events.register("before-send.s3", answer)
    assert s3.list_buckets()["Buckets"] == []
    assert hosts == ["s3.eu-north-1.amazonaws.com"]


def test_clients_made_while_moto_mocks_other_services_act_as_the_account_of_the_use(
    aws: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "FOOBARKEY")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "FOOBARSECRET")
    topic = boto3.client("sns").create_topic(Name="sales")["TopicArn"]
    assert topic == f"arn:aws:sns:us-east-1:{aws.account_id}:sales"


def test_early_clients_of_other_services_are_refused_by_name(aws: EmulatedAccount) -> None:
    with pytest.raises(NotEmulatedError, match=r"ListBuckets of the service 's3' was not sent"):
        early_s3.list_buckets()


def test_other_services_can_be_answered_by_another_library(aws: EmulatedAccount) -> None:
    none = b"<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>"
    s3 = boto3.client("s3", endpoint_url="https://s3.us-east-1.amazonaws.com")
    s3.meta.events.register("before-send.s3", lambda request, **_: AWSResponse(request.url, 200, {}, Body(none)))
    assert s3.list_buckets()["Buckets"] == []


def test_early_clients_are_told_the_account_of_the_use(aws: EmulatedAccount) -> None:
    assert early_sts.get_caller_identity()["Account"] == aws.account_id
    with pytest.raises(NotEmulatedError, match=r"GetFederationToken of the service 'sts' was not sent"):
        early_sts.get_federation_token(Name="name")


def test_caller_identity_can_be_answered_by_another_library(aws: EmulatedAccount) -> None:
    sts = boto3.client("sts", endpoint_url="https://sts.us-east-1.amazonaws.com")
    answer = IDENTITY.encode()
    sts.meta.events.register("before-send.sts", lambda request, **_: AWSResponse(request.url, 200, {}, Body(answer)))
    assert sts.get_caller_identity()["Account"] == "333333333333"


def test_client_with_an_endpoint_of_its_own_keeps_it(aws: EmulatedAccount, server: RunningServer) -> None:
    keys = KEYS | {"aws_access_key_id": f"9{aws.account_id[1:]}"}
    other = boto3.client("sqs", endpoint_url=server.url, **keys)
    url = other.create_queue(QueueName="elsewhere")["QueueUrl"]
    assert url.endswith(f"/{keys['aws_access_key_id']}/elsewhere")


def test_unsigned_requests_are_led_there_too(aws: EmulatedAccount) -> None:
    client = boto3.client(
        "sqs", endpoint_url="https://sqs.us-east-1.amazonaws.com", config=Config(signature_version=UNSIGNED)
    )
    assert client.list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200
