"""Access keys that belong to accounts."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests import boto, patience
from tests.server import RunningServer, running_server

KEYS = {"AKIAORDERS": "111111111111", "AKIABILLING": "222222222222"}


@pytest.fixture(scope="module")
def own_server() -> Iterator[RunningServer]:
    options = [f"--access-key={key}={account}" for key, account in KEYS.items()]
    with running_server(*options) as server:
        yield server


@pytest.mark.parametrize(
    ("key", "account"), [*KEYS.items(), ("AKIAOTHER", "000000000000"), ("333333333333", "333333333333")]
)
@pytest.mark.parametrize("protocol", ["json", "query"])
def test_access_key_decides_about_the_account(own_server: RunningServer, key: str, account: str, protocol: str) -> None:
    sqs: Any = boto.client("sqs", own_server.url, account=key, protocol=protocol)
    url = sqs.create_queue(QueueName=f"jobs-{protocol}")["QueueUrl"]
    assert url.split("/")[-2] == account
    sns: Any = boto.client("sns", own_server.url, account=key)
    assert sns.create_topic(Name="events")["TopicArn"].split(":")[4] == account


def test_presigned_url_belongs_to_the_account_too(own_server: RunningServer) -> None:
    sns: Any = boto.client("sns", own_server.url, account="AKIAORDERS")
    url = sns.generate_presigned_url("create_topic", {"Name": "presigned"}, HttpMethod="GET")
    assert b"arn:aws:sns:us-east-1:111111111111:presigned" in patience.get(url)


def test_access_key_is_given_in_a_configuration_file(tmp_path: Any) -> None:
    file = tmp_path / "emulator.toml"
    file.write_text('[options.access_keys]\nAKIAORDERS = "111111111111"\n')
    with running_server("--config", str(file)) as server:
        url = boto.client("sqs", server.url, account="AKIAORDERS").create_queue(QueueName="jobs")["QueueUrl"]
    assert url.split("/")[-2] == "111111111111"
