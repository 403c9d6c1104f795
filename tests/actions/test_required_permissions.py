"""Every action needs a permission of the principal that calls it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from api_shapes import aws_lambda, cloudformation, sns, sqs
from tests.actions.principals import OWN, QUEUE, TOPIC, client, refusal, server_with_principals
from tests.server import RunningServer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """In place of the one all other tests share."""
    with server_with_principals(tmp_path_factory.mktemp("principals")) as server:
        yield server


# What needs no permission, and what AWS checks by a token.
_OPEN = ("ConfirmSubscription", "Unsubscribe")
_SHAPES: dict[str, str] = {
    "QueueUrl": f"/{OWN}/orders",
    "QueueName": "orders",
    "TopicArn": TOPIC,
    "SourceArn": QUEUE,
    "TargetArn": TOPIC,
    "Name": "events",
    "Resource": f"arn:aws:lambda:us-east-1:{OWN}:event-source-mapping:1",
    "FunctionName": "consumer",
    "UUID": "00000000-0000-4000-8000-000000000000",
    "EventSourceArn": QUEUE,
    "ResourceArn": TOPIC,
    "PhoneNumber": "+12065550100",
    "phoneNumber": "+12065550100",
}


@pytest.mark.parametrize("name", sorted(sqs.OPERATIONS))
def test_every_call_to_sqs_needs_a_permission(server: RunningServer, name: str) -> None:
    call(server, "sqs", name)


@pytest.mark.parametrize("name", sorted(sns.OPERATIONS.keys() - {*_OPEN}))
def test_every_call_to_sns_needs_a_permission(server: RunningServer, name: str) -> None:
    call(server, "sns", name)


@pytest.mark.parametrize("name", sorted(cloudformation.OPERATIONS))
def test_every_call_to_cloudformation_needs_a_permission(server: RunningServer, name: str) -> None:
    call(server, "cloudformation", name)


@pytest.mark.parametrize("name", sorted(aws_lambda.OPERATIONS))
def test_every_call_to_lambda_needs_a_permission(server: RunningServer, name: str) -> None:
    call(server, "lambda", name)


def call(server: RunningServer, service: str, name: str) -> None:
    """Make a call with the least parameters as a user who may do nothing; it is refused."""
    sdk = client(server, service, "AKIANONE")
    prepare(server)
    shape = sdk.meta.service_model.operation_model(name).input_shape
    parameters = {member: value_of(server, service, shape.members[member], member) for member in shape.required_members}
    if name == "Publish":
        parameters["TopicArn"] = TOPIC
    if name == "VerifySMSSandboxPhoneNumber":
        parameters["OneTimePassword"] = "12345"
    if name == "CancelMessageMoveTask":
        parameters["TaskHandle"] = TASK[server.url]
    method = next(each for each, operation in sdk.meta.method_to_api_mapping.items() if operation == name)
    code, text = refusal(getattr(sdk, method), **parameters)
    assert code in ("AccessDenied", "AccessDeniedException", "AuthorizationError")
    assert f"user/none is not authorized to perform: {service if service != 'sns' else 'SNS'}:" in text
    assert name == "PurgeQueue" or "because no identity-based policy allows the" in text


TASK: dict[str, str] = {}  # a handle of a move task, by server
MADE: dict[str, dict[str, str]] = {}  # ARNs by member, by server


def prepare(server: RunningServer) -> None:
    """What the calls are about that need more than a queue and a topic."""
    if server.url in TASK:
        return
    owner, topics = client(server, "sqs", OWN), client(server, "sns", OWN)
    redrive = json.dumps({"deadLetterTargetArn": QUEUE, "maxReceiveCount": 1})
    owner.create_queue(QueueName="source", Attributes={"RedrivePolicy": redrive})
    TASK[server.url] = owner.start_message_move_task(SourceArn=QUEUE, MaxNumberOfMessagesPerSecond=1)["TaskHandle"]
    application = topics.create_platform_application(
        Name="app", Platform="GCM", Attributes={"PlatformCredential": "key"}
    )["PlatformApplicationArn"]
    endpoint = topics.create_platform_endpoint(PlatformApplicationArn=application, Token="t")["EndpointArn"]
    subscription = topics.subscribe(TopicArn=TOPIC, Protocol="sms", Endpoint="+12065550100")["SubscriptionArn"]
    MADE[server.url] = {
        "PlatformApplicationArn": application,
        "EndpointArn": endpoint,
        "SubscriptionArn": subscription,
    }


def value_of(server: RunningServer, service: str, shape: Any, member: str) -> Any:
    made = MADE[server.url]
    if member in made or member in _SHAPES:
        return made.get(member) or _SHAPES[member]
    if shape.type_name == "list":
        return [value_of(server, service, shape.member, "")]
    if shape.type_name == "map":
        return {"DelaySeconds": "0"} if service == "sqs" else {"Enabled": "true"}
    if shape.type_name == "structure":
        return {name: value_of(server, service, shape.members[name], name) for name in shape.required_members}
    return {"integer": 1, "boolean": True}.get(shape.type_name, "DataProtectionPolicy" if not member else "sms")
