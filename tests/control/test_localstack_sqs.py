"""LocalStack's look into a queue."""

import json
import re
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from xml.etree import ElementTree

import pytest
from botocore.exceptions import ClientError

from tests import boto, patience
from tests.actions.sqs.raw import FORM, RawCaller
from tests.raw_http import ask
from tests.server import RunningServer

NAMESPACE = "{http://queue.amazonaws.com/doc/2012-11-05/}"
HANDLE = "SQS/BACKDOOR/ACCESS"


class Peeker:
    """Looks into the queues of one account."""

    def __init__(self, server: RunningServer, account: str) -> None:
        self.url = f"{server.url}/_aws/sqs/messages"
        self.account = account

    def queue_url(self, name: str = "queue") -> str:
        return f"http://sqs.us-east-1.localhost.localstack.cloud:4566/{self.account}/{name}"

    def json(self, **query: str) -> list[Any]:
        """The messages of an answer in JSON."""
        status, text = self.fetch({"QueueUrl": self.queue_url()} | query, Accept="application/json")
        assert status == 200
        answer = json.loads(text)["ReceiveMessageResponse"]
        assert answer["ResponseMetadata"]["RequestId"]
        return list(answer["ReceiveMessageResult"]["Message"])

    def fetch(self, query: dict[str, str], path: str = "", **headers: str) -> tuple[int, str]:
        request = Request(f"{self.url}{path}?{urlencode(query)}", headers=headers)
        try:
            with urlopen(request, timeout=patience.SECONDS) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as refused:
            return refused.code, refused.read().decode()


@pytest.fixture
def peeker(server: RunningServer, account: str) -> Peeker:
    return Peeker(server, account)


@pytest.fixture
def queue_url(json_sqs: Any) -> str:
    return str(json_sqs.create_queue(QueueName="queue")["QueueUrl"])


def bodies_of(xml: str) -> list[str | None]:
    return [body.text for body in ElementTree.fromstring(xml).iter(f"{NAMESPACE}Body")]


def attributes_of(message: Any) -> dict[str, str]:
    return {attribute["Name"]: attribute["Value"] for attribute in message["Attribute"]}


def test_xml_answer_is_that_of_receive_message(peeker: Peeker, json_sqs: Any, queue_url: str) -> None:
    for body in ("hello", "world"):
        json_sqs.send_message(QueueUrl=queue_url, MessageBody=body)
    for query, path in (
        ({"QueueUrl": peeker.queue_url()}, ""),
        ({}, f"/us-east-1/{peeker.account}/queue"),
        ({"QueueUrl": f"http://localhost:4566/queue/us-east-1/{peeker.account}/queue"}, ""),
    ):
        status, text = peeker.fetch(query, path)
        assert status == 200
        assert ElementTree.fromstring(text).tag == f"{NAMESPACE}ReceiveMessageResponse"
        assert bodies_of(text) == ["hello", "world"]


def test_json_answer_has_localstacks_form(peeker: Peeker, json_sqs: Any, queue_url: str) -> None:
    attributes = {"size": {"DataType": "Number", "StringValue": "7"}}
    sent = json_sqs.send_message(QueueUrl=queue_url, MessageBody="hello", MessageAttributes=attributes)
    [message] = peeker.json()
    system = attributes_of(message)
    assert (system["ApproximateReceiveCount"], system["ApproximateFirstReceiveTimestamp"]) == ("0", "0")
    assert system.keys() >= {"SenderId", "SentTimestamp"}
    del message["Attribute"]
    assert message == {
        "MessageId": sent["MessageId"],
        "ReceiptHandle": HANDLE,
        "MD5OfBody": sent["MD5OfMessageBody"],
        "Body": "hello",
        "MD5OfMessageAttributes": sent["MD5OfMessageAttributes"],
        "MessageAttribute": [{"Name": "size", "Value": {"DataType": "Number", "StringValue": "7"}}],
    }


def test_looking_touches_nothing(peeker: Peeker, json_sqs: Any, queue_url: str) -> None:
    json_sqs.send_message(QueueUrl=queue_url, MessageBody="hello")
    assert len(peeker.json()) == len(peeker.json()) == 1
    received = json_sqs.receive_message(QueueUrl=queue_url, MessageSystemAttributeNames=["All"])["Messages"]
    assert received[0]["Attributes"]["ApproximateReceiveCount"] == "1"


def test_hidden_messages_are_shown_to_who_asks_with_their_state(peeker: Peeker, json_sqs: Any, queue_url: str) -> None:
    json_sqs.send_message(QueueUrl=queue_url, MessageBody="taken")
    json_sqs.receive_message(QueueUrl=queue_url)
    json_sqs.send_message(QueueUrl=queue_url, MessageBody="late", DelaySeconds=90)
    json_sqs.send_message(QueueUrl=queue_url, MessageBody="there")
    assert [message["Body"] for message in peeker.json()] == ["there"]
    assert "IsVisible" not in attributes_of(peeker.json()[0])
    assert [message["Body"] for message in peeker.json(ShowInvisible="true")] == ["taken", "there"]
    shown = {
        message["Body"]: tuple(attributes_of(message)[name] for name in ("IsVisible", "IsDelayed"))
        for message in peeker.json(ShowInvisible="True", ShowDelayed="1")
    }
    assert shown == {"taken": ("false", "false"), "late": ("false", "true"), "there": ("true", "false")}


def test_empty_queue_has_no_messages(peeker: Peeker, queue_url: str) -> None:
    assert peeker.json() == []
    assert bodies_of(peeker.fetch({"QueueUrl": queue_url})[1]) == []


def test_sdk_can_have_it_as_its_endpoint(
    peeker: Peeker, account: str, json_sqs: Any, queue_url: str, protocol: str
) -> None:
    for body in ("hello", "world"):
        json_sqs.send_message(QueueUrl=queue_url, MessageBody=body)
    for endpoint in (peeker.url, f"{peeker.url}/us-east-1/{account}/queue"):
        client = boto.client("sqs", endpoint, account=account, protocol=protocol)
        messages = client.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=1)["Messages"]
        assert [message["Body"] for message in messages] == ["hello", "world"]
        assert {message["ReceiptHandle"] for message in messages} == {HANDLE}


def test_region_of_the_caller_counts_where_the_url_names_none(peeker: Peeker, account: str) -> None:
    here = boto.client("sqs", peeker.url.removesuffix("/_aws/sqs/messages"), account=account, region="eu-west-1")
    url = here.create_queue(QueueName="far")["QueueUrl"]
    here.send_message(QueueUrl=url, MessageBody="hello")
    there = boto.client("sqs", peeker.url, account=account, region="eu-west-1")
    assert len(there.receive_message(QueueUrl=url)["Messages"]) == 1
    assert len(peeker.json(QueueUrl=peeker.queue_url("far").replace("us-east-1", "eu-west-1"))) == 1
    assert peeker.fetch({"QueueUrl": url})[0] == 400


def test_errors_have_the_form_of_the_protocol(peeker: Peeker, account: str, protocol: str) -> None:
    client = boto.client("sqs", peeker.url, account=account, protocol=protocol)
    with pytest.raises(ClientError) as missing:
        client.receive_message(QueueUrl=peeker.queue_url("nowhere"))
    assert missing.value.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"
    with pytest.raises(ClientError) as other:
        client.purge_queue(QueueUrl=peeker.queue_url())
    assert other.value.response["Error"]["Code"] == "InvalidAction"


def test_request_without_a_queue_is_refused(peeker: Peeker) -> None:
    status, text = peeker.fetch({})
    assert (status, "<Code>MissingParameter</Code>" in text) == (400, True)
    status, text = peeker.fetch({}, Accept="application/json")
    assert (status, json.loads(text)["Error"]["Code"]) == (400, "MissingParameter")
    status, text = peeker.fetch({"ShowDelayed": "maybe"})
    assert (status, json.loads(text)) == (400, {"error": "Expected `bool`, got `str` - at `$.ShowDelayed`"})


@pytest.mark.parametrize("accept", ["*/*", "application/json"])
@pytest.mark.parametrize("name", ["queue", "nowhere"])
def test_answer_has_the_headers_of_receive_message(peeker: Peeker, queue_url: str, name: str, accept: str) -> None:
    form = {"Action": "ReceiveMessage", "QueueUrl": peeker.queue_url(name), "Version": "2012-11-05"}
    key = f"AWS4-HMAC-SHA256 Credential={peeker.account}/20260101/us-east-1/sqs/aws4_request, Signature=0"
    headers = {"Authorization": key, "Accept": accept}
    server = peeker.url.removesuffix("/_aws/sqs/messages")
    looked = ask(server, f"/_aws/sqs/messages?{urlencode(form)}", "GET", headers)
    received = ask(server, f"/?{urlencode(form)}", "GET", headers)
    assert looked.status == received.status
    assert looked.headers["content-type"] == received.headers["content-type"]
    assert looked.headers["x-amzn-requestid"] in looked.body


def test_look_that_is_signed_for_another_service_is_refused_in_its_protocol(peeker: Peeker, queue_url: str) -> None:
    key = f"AWS4-HMAC-SHA256 Credential={peeker.account}/20260101/us-east-1/s3/aws4_request, Signature=0"
    for path in ("", f"/us-east-1/{peeker.account}/queue"):
        status, text = peeker.fetch({"QueueUrl": peeker.queue_url()}, path, Authorization=key)
        assert (status, ElementTree.fromstring(text).findtext("Code")) == (501, "NotImplemented")


@pytest.mark.parametrize("protocol", ["json", "query"])
def test_parameter_that_makes_no_sense_is_refused_as_receive_message_does(
    peeker: Peeker, account: str, json_sqs: Any, queue_url: str, protocol: str
) -> None:
    raw = RawCaller(peeker.url.removesuffix("/_aws/sqs/messages"), account)
    at = "/_aws/sqs/messages"
    if protocol == "json":
        target = {"X-Amz-Target": "AmazonSQS.ReceiveMessage", "Content-Type": "application/x-amz-json-1.0"}
        body = json.dumps({"QueueUrl": peeker.queue_url(), "MaxNumberOfMessages": "many"}).encode()
        answers = [raw.send("POST", path, target, body) for path in (at, "/")]
    else:
        form = {"QueueUrl": peeker.queue_url(), "MaxNumberOfMessages": "many", "Action": "ReceiveMessage"}
        body = urlencode(form).encode()
        answers = [raw.send("POST", path, {"Content-Type": FORM}, body) for path in (at, "/")]
    assert [answer.status for answer in answers] == [400, 400]
    looked, received = (re.sub("[0-9a-f-]{36}", "<id>", str(answer.body)) for answer in answers)
    assert looked == received
