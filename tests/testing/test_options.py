"""The options of ``emulated_aws``, in process and at a server: they take effect, and wrong ones are told."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from emulator.configuration.settings import Settings
from emulator.testing import EmulatedAccount, emulated_aws
from emulator.testing.options import ServerOptions, settings

BOTH = pytest.mark.parametrize("server", [False, True], ids=["in process", "server"])


def subscribed(aws: EmulatedAccount) -> str:
    queue = aws.sqs.create_queue(QueueName="orders")["QueueUrl"]
    topic = str(aws.sns.create_topic(Name="sales")["TopicArn"])
    arn = f"arn:aws:sqs:{aws.region}:{aws.account_id}:orders"
    aws.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    aws.sns.publish(TopicArn=topic, Message="sold")
    return str(queue)


def policies_are_enforced(aws: EmulatedAccount) -> bool:
    subscribed(aws)
    return not aws.peek("orders")


def second_purge_is_refused(aws: EmulatedAccount) -> bool:
    url = aws.sqs.create_queue(QueueName="orders")["QueueUrl"]
    aws.sqs.purge_queue(QueueUrl=url)
    try:
        aws.sqs.purge_queue(QueueUrl=url)
    except ClientError:
        return True
    return False


def subscription_is_confirmed(aws: EmulatedAccount) -> bool:
    topic = aws.sns.create_topic(Name="sales")["TopicArn"]
    aws.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="someone@example.com")
    return not aws.pending_subscriptions()


def order_is_lost(aws: EmulatedAccount) -> bool:
    url = aws.sqs.create_queue(QueueName="orders")["QueueUrl"]
    for number in range(100):
        aws.sqs.send_message(QueueUrl=url, MessageBody=f"{number:03}")
    received = [
        message["Body"]
        for _ in range(10)
        for message in aws.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    ]
    return received != sorted(received)


def certificate_host_is_the_one_given(aws: EmulatedAccount) -> bool:
    subscribed(aws)
    [message] = aws.peek("orders")
    return str(json.loads(message.body)["SigningCertURL"]).startswith("https://sns.eu-west-3.amazonaws.com/")


def queue_urls_are_elsewhere(aws: EmulatedAccount) -> bool:
    url = aws.sqs.create_queue(QueueName="orders")["QueueUrl"]
    return str(url).startswith("http://sqs.example.test:4566/")


@BOTH
@pytest.mark.parametrize(
    ("option", "takes_effect"),
    [
        ({"enforce_policies": True}, policies_are_enforced),
        ({"strict_timing": True}, second_purge_is_refused),
        ({"auto_confirm": True}, subscription_is_confirmed),
        ({"standard_queue_chaos": 7}, order_is_lost),
        ({"signing_cert_host": "sns.eu-west-3.amazonaws.com"}, certificate_host_is_the_one_given),
        ({"external_url": "http://sqs.example.test:4566"}, queue_urls_are_elsewhere),
    ],
    ids=lambda value: "".join(value) if isinstance(value, dict) else "",
)
def test_option_takes_effect(
    server: bool, option: dict[str, Any], takes_effect: Callable[[EmulatedAccount], bool]
) -> None:
    with emulated_aws(server=server) as aws:
        assert not takes_effect(aws)
    with emulated_aws(server=server, **option) as aws:
        assert takes_effect(aws)


def test_every_option_becomes_a_setting(tmp_path: Path) -> None:
    lambda_urls = {"arn:aws:lambda:us-east-1:000000000000:function:f": "http://localhost:9000/"}
    options = ServerOptions(
        seed=7,
        clock_at=datetime(2030, 1, 1, tzinfo=UTC),
        clock_move_timeout=0.5,
        enforce_policies=True,
        auto_confirm=True,
        strict_timing=True,
        standard_queue_chaos=3,
        smtp_url="smtp://localhost:1025",
        lambda_urls=lambda_urls,
        lambda_endpoint="http://localhost:3001",
        deliver_to=("localhost", "10.0.0.0/8"),
        insecure_https=True,
        signing_cert_host="sns.us-east-1.amazonaws.com",
        signing_cert_file=tmp_path / "cert.pem",
        external_url="http://sqs.example.test:4566",
    )
    assert {*options, "ca_bundle"} == ServerOptions.__annotations__.keys()
    assert settings(options, account_id="123456789012", region="eu-north-1") == Settings(
        **{**options, "clock_at": 1893456000.0, "signing_cert_file": str(tmp_path / "cert.pem")},  # type: ignore[arg-type]
        account_id="123456789012",
        region="eu-north-1",
    )


def test_certificate_is_written_by_a_server(tmp_path: Path) -> None:
    file = tmp_path / "cert.pem"
    with emulated_aws(server=True, signing_cert_file=file):
        assert file.read_text().startswith("-----BEGIN CERTIFICATE-----")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"account_id": "12"}, "account_id: an account id is 12 digits"),
        ({"region": "Mars!"}, "region is 'Mars!', which is no region"),
        ({"region": ""}, "region is '', which is no region"),
        ({"enforce_policies": "yes"}, "enforce_policies is True or False, not 'yes'"),
        ({"seed": "seven"}, "seed: 'seven' is not a valid integer"),
        ({"seed": True}, "seed cannot be True"),
        ({"standard_queue_chaos": 1.5}, r"standard_queue_chaos cannot be 1\.5"),
        ({"clock_at": datetime(2030, 1, 1)}, "no time zone"),  # noqa: DTZ001 - that is what is wrong with it
        ({"clock_at": "tomorrow"}, "clock_at: a time with its time zone is wanted"),
        ({"clock_move_timeout": -1}, r"clock_move_timeout: -1\.0 is not in the range"),
        ({"smtp_url": "localhost"}, "smtp_url: the URL of a mail server"),
        ({"lambda_urls": ["a=b"]}, "lambda_urls is a mapping of ARNs to URLs"),
        ({"lambda_urls": {"f": "http://localhost"}}, "lambda_urls: f is not the ARN of a function"),
        ({"deliver_to": "localhost"}, "deliver_to is a list of texts"),
        ({"deliver_to": ["http://localhost"]}, "deliver_to: http://localhost is neither a host"),
        ({"deliver_to": ["10.0.0.1/8"]}, "deliver_to: 10.0.0.1/8 is no network; did you mean 10.0.0.0/8"),
        ({"ca_bundle": "/nowhere.pem"}, "ca_bundle: no certificates can be read from /nowhere.pem"),
        ({"signing_cert_host": "https://host"}, "signing_cert_host: a host is wanted"),
        ({"external_url": "host"}, "external_url: a base URL is wanted"),
    ],
)
@BOTH
def test_wrong_value_is_told_before_anything_starts(server: bool, options: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        emulated_aws(server=server, **options)


def test_option_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(TypeError, match=r"no option 'strict' .* strict_timing"):
        emulated_aws(strict=True)  # type: ignore[call-overload]


def test_option_of_servers_only_is_refused_in_process() -> None:
    with pytest.raises(ValueError, match="signing_cert_file is an option of a server: give server=True"):
        emulated_aws(signing_cert_file="cert.pem")


@pytest.mark.parametrize(
    ("server", "environment", "region"),
    [
        (False, {}, "us-east-1"),
        (False, {"AWS_DEFAULT_REGION": "eu-north-1"}, "eu-north-1"),
        (False, {"AWS_REGION": "eu-north-1"}, "eu-north-1"),
        (False, {"AWS_DEFAULT_REGION": "eu-north-1", "AWS_REGION": "eu-west-1"}, "eu-north-1"),
        (False, {"AWS_DEFAULT_REGION": "", "AWS_REGION": "eu-west-1"}, "eu-west-1"),
        (True, {"AWS_REGION": "eu-north-1"}, "eu-north-1"),
    ],
)
def test_region_is_that_of_the_environment(
    server: bool, environment: dict[str, str], region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with emulated_aws(server=server) as aws:
        assert aws.region == region
        assert boto3.client("sqs").meta.region_name == region
    with emulated_aws(server=server, region="ap-south-1") as aws:
        assert boto3.client("sns").create_topic(Name="sales")["TopicArn"].split(":")[3] == aws.region == "ap-south-1"


def test_environment_counts_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    use = emulated_aws()
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    with use as aws:
        assert aws.region == "eu-north-1"


def test_region_of_the_environment_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "Mars!")
    with pytest.raises(ValueError, match="AWS_DEFAULT_REGION is 'Mars!', which is no region"):
        emulated_aws().start()
