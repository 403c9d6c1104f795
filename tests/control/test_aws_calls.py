"""Calls of AWS's actions by way of the control interface."""

import base64
import io
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from typing import Any

import pytest

from tests.control.calls import call
from tests.raw_http import ask
from tests.server import RunningServer


class Caller:
    """Calls actions for one account."""

    def __init__(self, server: RunningServer, account: str) -> None:
        self._url = f"{server.url}/_emulator/call"
        self.account = account

    def __call__(self, service: str, action: str, parameters: object = None, **more: object) -> Any:
        body = {"service": service, "action": action, "account": self.account, "parameters": parameters or {}} | more
        status, answer = call(self._url, body)
        assert status == 200, answer
        return answer

    def refused(self, service: str, action: str, parameters: object) -> str:
        status, answer = call(self._url, {"service": service, "action": action, "parameters": parameters})
        assert status == 400
        return str(answer["error"])


@pytest.fixture
def caller(server: RunningServer, account: str) -> Caller:
    return Caller(server, account)


def test_message_is_sent_received_and_deleted(caller: Caller) -> None:
    url = caller("sqs", "CreateQueue", {"QueueName": "jobs"})["answer"]["QueueUrl"]
    attributes = {"picture": {"DataType": "Binary", "BinaryValue": base64.b64encode(b"\xff").decode()}}
    sent = caller("sqs", "SendMessage", {"QueueUrl": url, "MessageBody": "one", "MessageAttributes": attributes})
    assert sent["status"] == 200
    assert sent["request_id"]
    assert sent["error"] is None
    wanted = {"QueueUrl": url, "MessageAttributeNames": ["All"], "MaxNumberOfMessages": 1}
    [message] = caller("sqs", "ReceiveMessage", wanted)["answer"]["Messages"]
    assert message["MessageId"] == sent["answer"]["MessageId"]
    assert message["MessageAttributes"] == attributes
    caller("sqs", "DeleteMessage", {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]})
    assert caller("sqs", "ReceiveMessage", wanted)["answer"] == {}


def test_message_is_published_to_a_new_subscription(caller: Caller) -> None:
    url = caller("sqs", "CreateQueue", {"QueueName": "jobs"})["answer"]["QueueUrl"]
    queue = f"arn:aws:sqs:us-east-1:{caller.account}:jobs"
    tags = [{"Key": "team", "Value": "a + b"}]
    topic = caller("sns", "CreateTopic", {"Name": "orders", "Tags": tags})["answer"]["TopicArn"]
    policy = {"FilterPolicy": json.dumps({"store": ["oslo"]}), "RawMessageDelivery": "true"}
    subscription = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": queue, "Attributes": policy}
    caller("sns", "Subscribe", subscription | {"ReturnSubscriptionArn": True})
    attributes = {"store": {"DataType": "String", "StringValue": "oslo"}}
    caller("sns", "Publish", {"TopicArn": topic, "Message": "ünïcode", "MessageAttributes": attributes})
    [message] = caller("sqs", "ReceiveMessage", {"QueueUrl": url})["answer"]["Messages"]
    assert message["Body"] == "ünïcode"
    assert caller("sns", "ListTagsForResource", {"ResourceArn": topic})["answer"] == {"Tags": tags}
    [listed] = caller("sns", "ListSubscriptions")["answer"]["Subscriptions"]
    assert listed["Endpoint"] == queue


@pytest.mark.parametrize(
    ("service", "action", "parameters", "code"),
    [
        ("sqs", "GetQueueUrl", {"QueueName": "none"}, "AWS.SimpleQueueService.NonExistentQueue"),
        ("sns", "GetTopicAttributes", {"TopicArn": "arn:aws:sns:us-east-1:000000000000:none"}, "NotFound"),
        ("sns", "Publish", {"TopicArn": "none", "Message": "x"}, "InvalidParameter"),
    ],
)
def test_error_of_an_action_is_told(caller: Caller, service: str, action: str, parameters: object, code: str) -> None:
    caller.account = "000000000000"
    answer = caller(service, action, parameters)
    assert answer["status"] in (400, 404)
    assert answer["answer"] is None
    assert answer["error"]["code"] == code
    assert answer["error"]["message"]


@pytest.mark.parametrize(
    ("service", "action", "parameters", "expected"),
    [
        ("sqs", "Send", {}, "action: sqs has no action `Send`."),
        ("sqs", "SendMessage", {"QueueUrl": "x"}, "parameters: Object missing required field `MessageBody`"),
        ("sqs", "GetQueueUrl", {"QueueName": 1}, "parameters: Expected `str`, got `int` - at `$.QueueName`"),
        (
            "sqs",
            "GetQueueUrl",
            {"QueueName": "x", "Name": "y"},
            "parameters: unknown parameter `Name` - at `$`; known: QueueName, QueueOwnerAWSAccountId",
        ),
        (
            "sqs",
            "SendMessageBatch",
            {"QueueUrl": "x", "Entries": [{"Id": "1", "MessageBody": "x", "Delay": 1}]},
            "parameters: unknown parameter `Delay` - at `$.Entries[0]`; known: ",
        ),
        (
            "sns",
            "Publish",
            {"Message": "x", "MessageAttributes": {"a": {"Type": "String"}}},
            "parameters: unknown parameter `Type` - at `$.MessageAttributes.a`; known: ",
        ),
        ("sns", "Publish", {"Message": "x", "MessageAttributes": []}, "parameters: Expected `object"),
        ("sqs", "SendMessageBatch", {"QueueUrl": "x", "Entries": {}}, "parameters: Expected `array"),
    ],
)
def test_call_that_no_sdk_would_send_is_refused(
    caller: Caller, service: str, action: str, parameters: object, expected: str
) -> None:
    assert caller.refused(service, action, parameters).startswith(expected)


def test_call_with_a_query_or_a_strange_region_is_refused(server: RunningServer) -> None:
    body = json.dumps({"service": "sqs", "action": "ListQueues"}).encode()
    assert ask(server.url, "/_emulator/call?account=111111111111", "POST", body=body).status == 400
    body = json.dumps({"service": "sqs", "action": "ListQueues", "region": "a/b"}).encode()
    assert ask(server.url, "/_emulator/call", "POST", body=body).status == 400


def test_without_perform_nothing_is_done(caller: Caller) -> None:
    answer = caller("sqs", "CreateQueue", {"QueueName": "jobs"}, perform=False)
    assert {name for name, value in answer.items() if value is not None} == {"equivalents"}
    assert caller("sqs", "ListQueues")["answer"] == {}


def test_faults_concern_a_call_as_they_do_that_of_an_sdk(caller: Caller, server: RunningServer) -> None:
    caller("sqs", "CreateQueue", {"QueueName": "jobs"})
    faults = f"{server.url}/_emulator/faults"
    for effect in ({"error": "RequestThrottled"}, {"cut": "after"}):
        assert call(faults, {"account": caller.account, "action": "SendMessage", "first": 1} | effect)[0] == 200
    throttled = caller("sqs", "SendMessage", {"QueueUrl": "jobs", "MessageBody": "x"})
    assert throttled["error"]["code"] == "RequestThrottled"
    dropped = caller("sqs", "SendMessage", {"QueueUrl": "jobs", "MessageBody": "x"})
    assert (dropped["status"], dropped["error"]["code"]) == (None, "Unanswered")


def test_long_poll_waits_for_a_message(caller: Caller) -> None:
    caller("sqs", "CreateQueue", {"QueueName": "jobs"})
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(caller, "sqs", "ReceiveMessage", {"QueueUrl": "jobs", "WaitTimeSeconds": 20})
        caller("sqs", "SendMessage", {"QueueUrl": "jobs", "MessageBody": "came"})
        [message] = waiting.result()["answer"]["Messages"]
    assert message["Body"] == "came"


def test_boto3_equivalent_does_the_same(caller: Caller) -> None:
    hostile = "'\"\\\n'''\x00 file:///etc/passwd $(id) `id` \u2028 \u202e 😀 </script>"
    hostile = hostile.replace("\x00", "")  # no message has it
    caller("sqs", "CreateQueue", {"QueueName": "jobs"})
    attributes = {"a": {"DataType": "Binary", "BinaryValue": base64.b64encode(b"\x00'\"").decode()}}
    parameters = {"QueueUrl": "jobs", "MessageBody": hostile, "MessageAttributes": attributes}
    code = caller("sqs", "SendMessage", parameters, perform=False)["equivalents"]["boto3"]
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(code, {})
    assert "MessageId" in printed.getvalue()
    wanted = {"QueueUrl": "jobs", "MessageAttributeNames": ["All"]}
    [message] = caller("sqs", "ReceiveMessage", wanted)["answer"]["Messages"]
    assert message["Body"] == hostile
    assert message["MessageAttributes"] == attributes
