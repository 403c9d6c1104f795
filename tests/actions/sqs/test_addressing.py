"""Which queue, whose, and where: queue URLs, host names, accounts and regions."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from emulator.configuration.settings import Settings
from emulator.serving.app import Emulator
from tests import boto
from tests.actions.sqs import in_process
from tests.actions.sqs.answers import arn_of, bodies
from tests.actions.sqs.raw import FORM, RawCaller, credentials
from tests.actions.sqs.refusals import assert_no_such_queue
from tests.server import RunningServer

LOCALSTACK_HOST = "sqs.us-east-1.localhost.localstack.cloud:4566"


@pytest.mark.parametrize(
    "form",
    [
        "{url}",
        "{url}/",
        "http://example.com/{account}/queue",
        "https://sqs.us-east-1.amazonaws.com/{account}/queue",
        "https://queue.amazonaws.com/{account}/queue",
        "http://" + LOCALSTACK_HOST + "/{account}/queue",
        "http://us-east-1.queue.localhost.localstack.cloud:4566/{account}/queue",
        "http://localhost:9324/queue/{account}/queue",
        "http://[::1]:1/{account}/queue",
        "/{account}/queue",
        "{account}/queue",
        "queue",
        "/queue",
        "http://localhost:9324/queue/queue",
    ],
)
def test_queue_is_found_by_any_form_of_its_url(sqs: Any, queue_url: str, account: str, form: str) -> None:
    url = form.format(url=queue_url, account=account)
    sqs.send_message(QueueUrl=url, MessageBody="hello")
    assert bodies(sqs.receive_message(QueueUrl=queue_url)) == ["hello"]


def test_url_names_the_account(server: RunningServer, sqs: Any, queue_url: str, protocol: str) -> None:
    stranger = boto.client("sqs", server.url, account="999999999997", protocol=protocol)
    stranger.send_message(QueueUrl=queue_url, MessageBody="from a stranger")
    assert bodies(sqs.receive_message(QueueUrl=queue_url)) == ["from a stranger"]
    assert_no_such_queue(stranger.send_message, QueueUrl="queue", MessageBody="hello")
    assert_no_such_queue(stranger.send_message, QueueUrl="/999999999997/queue", MessageBody="hello")


# -- Hosts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [LOCALSTACK_HOST, "emulator", "emulator:4566", "host.docker.internal:4566", "127.0.0.1:1", "[::1]:4566", "UPPER:1"],
)
def test_queue_url_echoes_the_host_by_which_the_caller_came(raw: RawCaller, host: str) -> None:
    url = f"http://{host}/{raw.account}/queue"
    headers = {"Host": host}
    created = raw.json("CreateQueue", {"QueueName": "queue"}, headers=headers)
    assert (created.status, created.json) == (200, {"QueueUrl": url})
    found = raw.query({"Action": "GetQueueUrl", "QueueName": "queue"}, headers=headers)
    assert found.text_of("QueueUrl") == url
    listed = raw.json("ListQueues", {}, headers=headers)
    assert listed.json == {"QueueUrls": [url]}


def test_queue_url_is_fixed_by_an_external_url(protocol: str) -> None:
    emulator = Emulator(Settings(external_url="https://sqs.example.test:8443"))
    sqs = in_process.client(emulator.gateway, protocol)
    url = sqs.create_queue(QueueName="queue")["QueueUrl"]
    assert url == "https://sqs.example.test:8443/000000000000/queue"
    sqs.send_message(QueueUrl=url, MessageBody="hello")


def test_host_tells_the_region_of_who_does_not_sign(raw: RawCaller) -> None:
    def create(host: str) -> None:
        form = b"Action=CreateQueue&QueueName=region-by-host"
        created = raw.send("POST", "/", {"Host": host, "Content-Type": FORM}, form)
        assert created.text_of("QueueUrl") == f"http://{host}/000000000000/region-by-host"

    create("sqs.eu-west-1.localhost.localstack.cloud:4566")
    create("sqs.ap-southeast-2.amazonaws.com")
    for region in ("eu-west-1", "ap-southeast-2"):
        sqs = boto.client("sqs", raw.url, region=region)
        assert arn_of(sqs, "region-by-host") == f"arn:aws:sqs:{region}:000000000000:region-by-host"
        sqs.delete_queue(QueueUrl="region-by-host")


# -- Accounts and regions ------------------------------------------------------------------


def test_access_key_of_twelve_digits_is_the_account(sqs: Any, queue_url: str, account: str) -> None:
    assert urlsplit(queue_url).path == f"/{account}/queue"
    assert arn_of(sqs, queue_url) == f"arn:aws:sqs:us-east-1:{account}:queue"


@pytest.mark.parametrize("access_key", ["test", "AKIAIOSFODNN7EXAMPLE", "1234567890123"])
def test_any_other_access_key_is_the_default_account(server: RunningServer, protocol: str, access_key: str) -> None:
    sqs = boto.client("sqs", server.url, account=access_key, protocol=protocol)
    name = f"default-{access_key}-{protocol}"
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    try:
        assert arn_of(sqs, url) == f"arn:aws:sqs:us-east-1:000000000000:{name}"
    finally:
        sqs.delete_queue(QueueUrl=url)


@pytest.mark.parametrize(
    ("region", "partition"), [("eu-central-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_region_is_that_of_the_credential_scope(
    server: RunningServer, account: str, protocol: str, region: str, partition: str
) -> None:
    sqs = boto.client("sqs", server.url, account=account, region=region, protocol=protocol)
    url = sqs.create_queue(QueueName="queue")["QueueUrl"]
    assert arn_of(sqs, url) == f"arn:{partition}:sqs:{region}:{account}:queue"


@pytest.mark.parametrize("stranger", [{"region": "eu-west-1"}, {"account": "999999999996"}], ids=["region", "account"])
def test_queues_of_the_same_name_elsewhere_are_others(
    server: RunningServer, account: str, protocol: str, stranger: dict[str, str]
) -> None:
    client: Callable[..., Any] = boto.client
    here = client("sqs", server.url, account=account, protocol=protocol)
    there = client("sqs", server.url, protocol=protocol, **({"account": account} | stranger))
    urls = [sqs.create_queue(QueueName="queue")["QueueUrl"] for sqs in (here, there)]
    here.send_message(QueueUrl=urls[0], MessageBody="hello")
    assert bodies(there.receive_message(QueueUrl=urls[1])) == []
    there.delete_queue(QueueUrl=urls[1])
    assert bodies(here.receive_message(QueueUrl=urls[0])) == ["hello"]


# -- Queue paths ---------------------------------------------------------------------------


def test_json_can_be_posted_to_the_path_of_a_queue(json_sqs: Any, raw: RawCaller) -> None:
    url = json_sqs.create_queue(QueueName="queue")["QueueUrl"]
    sent = raw.json("SendMessage", {"QueueUrl": url, "MessageBody": "hello"}, path=f"/{raw.account}/queue")
    assert sent.status == 200
    received = raw.json("ReceiveMessage", {"QueueUrl": url}, path=f"/{raw.account}/queue")
    assert received.status == 200
    assert received.headers["content-type"] == "application/x-amz-json-1.0"
    assert received.headers["x-amzn-requestid"]
    assert bodies(received.json) == ["hello"]


def test_form_can_be_posted_to_the_path_of_a_queue(json_sqs: Any, raw: RawCaller) -> None:
    url = json_sqs.create_queue(QueueName="queue")["QueueUrl"]
    sent = raw.query({"Action": "SendMessage", "MessageBody": "hello"}, path=f"/{raw.account}/queue")
    assert sent.status == 200
    assert bodies(json_sqs.receive_message(QueueUrl=url)) == ["hello"]


def test_path_with_a_prefix_leads_to_the_queue(json_sqs: Any, raw: RawCaller) -> None:
    json_sqs.create_queue(QueueName="queue")
    params = {"Action": "GetQueueAttributes", "AttributeName.1": "QueueArn"}
    found = raw.get(f"/some/prefix/{raw.account}/queue", params)
    assert found.text_of("Value") == f"arn:aws:sqs:us-east-1:{raw.account}:queue"


def test_legacy_endpoint_takes_a_modern_queue_url(json_sqs: Any, raw: RawCaller) -> None:
    json_sqs.create_queue(QueueName="queue")
    modern = f"https://sqs.us-east-1.amazonaws.com/{raw.account}/queue"
    form = {"Action": "SendMessage", "QueueUrl": modern, "MessageBody": "hello"}
    sent = raw.query(form, headers={"Host": "queue.amazonaws.com"} | credentials(raw.account))
    assert sent.status == 200
    assert bodies(json_sqs.receive_message(QueueUrl="queue")) == ["hello"]
