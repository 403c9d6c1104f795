"""Every operation belongs to the account of what it addresses, else to its caller's, in both protocols."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.serialize import create_serializer
from hypothesis import given, settings
from hypothesis import strategies as st

from api_shapes import sns, sqs
from api_shapes.operation import Operation
from emulator.cluster.addressed import account_of
from emulator.wire.call_reader import CallReader
from emulator.wire.caller import Caller
from emulator.wire.callers import Callers
from emulator.wire.http import HttpRequest
from tests.examples import examples
from tests.wire.aws_models import (
    OPERATIONS,
    SQS_OPERATIONS,
    XML_TEXT,
    json_model,
    operation_model,
    params,
    query_model,
)

AnyOperation = Operation[Any, Any]

CALLER = "999999999999"
# What names the resource that an operation is about. CreateQueue and the others that are not here have no such member.
ADDRESSED = {
    "sqs": {
        "QueueUrl": """
            AddPermission ChangeMessageVisibility ChangeMessageVisibilityBatch DeleteMessage DeleteMessageBatch
            DeleteQueue GetQueueAttributes ListDeadLetterSourceQueues ListQueueTags PurgeQueue ReceiveMessage
            RemovePermission SendMessage SendMessageBatch SetQueueAttributes TagQueue UntagQueue
        """,
        "QueueOwnerAWSAccountId": "GetQueueUrl",
        "SourceArn": "ListMessageMoveTasks StartMessageMoveTask",
        "TaskHandle": "CancelMessageMoveTask",
        "": "CreateQueue ListQueues",
    },
    "sns": {
        "TopicArn": """
            AddPermission ConfirmSubscription DeleteTopic GetTopicAttributes ListSubscriptionsByTopic Publish
            PublishBatch RemovePermission SetTopicAttributes Subscribe
        """,
        "TargetArn": "Publish",
        "ResourceArn": """
            GetDataProtectionPolicy ListTagsForResource PutDataProtectionPolicy TagResource UntagResource
        """,
        "SubscriptionArn": "GetSubscriptionAttributes SetSubscriptionAttributes Unsubscribe",
        "PlatformApplicationArn": """
            CreatePlatformEndpoint DeletePlatformApplication GetPlatformApplicationAttributes
            ListEndpointsByPlatformApplication SetPlatformApplicationAttributes
        """,
        "EndpointArn": "DeleteEndpoint GetEndpointAttributes SetEndpointAttributes",
        "": """
            CheckIfPhoneNumberIsOptedOut CreatePlatformApplication CreateSMSSandboxPhoneNumber CreateTopic
            DeleteSMSSandboxPhoneNumber GetSMSAttributes GetSMSSandboxAccountStatus ListOriginationNumbers
            ListPhoneNumbersOptedOut ListPlatformApplications ListSMSSandboxPhoneNumbers ListSubscriptions ListTopics
            OptInPhoneNumber Publish SetSMSAttributes VerifySMSSandboxPhoneNumber
        """,
    },
}


def addressing(operation: AnyOperation) -> list[str]:
    """The members of which one names what the operation is about."""
    return [member for member, names in ADDRESSED[operation.service].items() if operation.name in names.split()]


def value_of(member: str, account: str, service: str) -> str:
    if member == "QueueUrl":
        return f"http://localhost:4566/{account}/queue"
    if member == "QueueOwnerAWSAccountId":
        return account
    arn = f"arn:aws:{service}:eu-west-1:{account}:name"
    if member == "TaskHandle":
        return base64.b64encode(json.dumps({"taskId": "1", "sourceArn": arn}).encode()).decode()
    return arn


def account_as_json(operation: AnyOperation, wanted: dict[str, Any]) -> str | None:
    model = operation_model(json_model("sqs"), operation)
    body = create_serializer("json", include_validation=False).serialize_to_request(wanted, model)["body"]
    target = f"AmazonSQS.{operation.name}".encode()
    return read({b"content-type": b"application/x-amz-json-1.0", b"x-amz-target": target}, body, operation.service)


def account_as_form(operation: AnyOperation, wanted: dict[str, Any]) -> str | None:
    model = operation_model(query_model(operation.service), operation)
    body = create_serializer("query", include_validation=False).serialize_to_request(wanted, model)["body"]
    form = urlencode(body).encode()
    return read({b"content-type": b"application/x-www-form-urlencoded"}, form, operation.service)


def read(headers: dict[bytes, bytes], body: bytes, service: str) -> str | None:
    scope = f"{CALLER}/20260101/eu-west-1/{service}/aws4_request"
    headers[b"authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0".encode()
    call = CallReader(Callers(Caller("000000000000", "us-east-1"))).read(
        HttpRequest("POST", "http", "/", b"", {b"host": b"localhost"} | headers, body)
    )
    return account_of(call)


def test_every_operation_says_what_it_is_about() -> None:
    assert len(OPERATIONS) == 65
    for operation in OPERATIONS:
        assert addressing(operation), operation.name


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: f"{each.service}-{each.name}")
@settings(max_examples=examples(20))
@given(data=st.data())
def test_a_call_belongs_to_the_account_of_what_it_is_about(operation: AnyOperation, data: st.DataObject) -> None:
    """The other members may be anything."""
    account = data.draw(st.text("0123456789", min_size=12, max_size=12))
    member = data.draw(st.sampled_from(addressing(operation)))
    reads = [account_as_form, account_as_json] if operation in SQS_OPERATIONS else [account_as_form]
    for read_account in reads:
        model = json_model("sqs") if read_account is account_as_json else query_model(operation.service)
        wanted = data.draw(params(operation_model(model, operation).input_shape, XML_TEXT, empty=False))
        for other in addressing(operation):
            wanted.pop(other, None)
        if member:
            wanted[member] = value_of(member, account, operation.service)
        found = read_account(operation, wanted)
        assert found in (account if member else CALLER, None)  # None: something else in it cannot be read


@pytest.mark.parametrize("text", ["queue", "", "/12/queue", "http://localhost/queue"])
def test_a_queue_that_names_no_account_is_looked_for_in_the_callers(text: str) -> None:
    assert account_as_json(sqs.DELETE_QUEUE, {"QueueUrl": text}) == CALLER


@pytest.mark.parametrize("text", ["topic", "", "arn:aws:sns:eu-west-1::topic", "arn:aws:sns:eu-west-1:12:topic"])
def test_a_topic_that_names_no_account_is_looked_for_in_the_callers(text: str) -> None:
    assert account_as_form(sns.DELETE_TOPIC, {"TopicArn": text}) == CALLER


def test_what_cannot_be_read_belongs_to_nobody() -> None:
    assert account_as_json(sqs.SEND_MESSAGE, {"QueueUrl": "queue"}) is None
