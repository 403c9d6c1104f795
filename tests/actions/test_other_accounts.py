"""What other accounts can do with queues, topics and the rest: for every operation there is."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from api_shapes import sns as sns_shapes
from api_shapes import sqs as sqs_shapes
from tests import boto
from tests.actions.sns.refusals import refusal
from tests.server import RunningServer, running_server

# What an owner can let other accounts do, by AWS's documentation. A permission holds for the batch too.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html
SHAREABLE = {
    "ChangeMessageVisibility",
    "DeleteMessage",
    "GetQueueAttributes",
    "GetQueueUrl",
    "PurgeQueue",
    "ReceiveMessage",
    "SendMessage",
}
# https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
DELEGABLE = {
    "AddPermission",
    "DeleteTopic",
    "GetDataProtectionPolicy",
    "GetTopicAttributes",
    "ListSubscriptionsByTopic",
    "ListTagsForResource",
    "Publish",
    "PutDataProtectionPolicy",
    "Receive",
    "RemovePermission",
    "SetTopicAttributes",
    "Subscribe",
}

# Operations on a queue, with the arguments besides QueueUrl.
ON_A_QUEUE: Mapping[str, Mapping[str, Any]] = {
    "AddPermission": {"Label": "a", "AWSAccountIds": ["444444444444"], "Actions": ["SendMessage"]},
    "ChangeMessageVisibility": {"ReceiptHandle": "handle", "VisibilityTimeout": 1},
    "ChangeMessageVisibilityBatch": {"Entries": [{"Id": "a", "ReceiptHandle": "handle", "VisibilityTimeout": 1}]},
    "DeleteMessage": {"ReceiptHandle": "handle"},
    "DeleteMessageBatch": {"Entries": [{"Id": "a", "ReceiptHandle": "handle"}]},
    "DeleteQueue": {},
    "GetQueueAttributes": {},
    "ListDeadLetterSourceQueues": {},
    "ListQueueTags": {},
    "PurgeQueue": {},
    "ReceiveMessage": {},
    "RemovePermission": {"Label": "open"},
    "SendMessage": {"MessageBody": "hello"},
    "SendMessageBatch": {"Entries": [{"Id": "a", "MessageBody": "hello"}]},
    "SetQueueAttributes": {"Attributes": {"DelaySeconds": "1"}},
    "TagQueue": {"Tags": {"a": "b"}},
    "UntagQueue": {"TagKeys": ["a"]},
}
# Those that name a queue in another way; the values of the form {arn} stand for what the owner has.
ON_A_QUEUE_OTHERWISE: Mapping[str, Mapping[str, Any]] = {
    "GetQueueUrl": {"QueueName": "queue", "QueueOwnerAWSAccountId": "{account}"},
    "StartMessageMoveTask": {"SourceArn": "{queue}"},
    "ListMessageMoveTasks": {"SourceArn": "{queue}"},
    "CancelMessageMoveTask": {"TaskHandle": "{task}"},
}
ON_A_TOPIC: Mapping[str, Mapping[str, Any]] = {
    "AddPermission": {"TopicArn": "{topic}", "Label": "a", "AWSAccountId": ["444444444444"], "ActionName": ["Publish"]},
    "DeleteTopic": {"TopicArn": "{topic}"},
    "GetDataProtectionPolicy": {"ResourceArn": "{topic}"},
    "GetTopicAttributes": {"TopicArn": "{topic}"},
    "ListSubscriptionsByTopic": {"TopicArn": "{topic}"},
    "ListTagsForResource": {"ResourceArn": "{topic}"},
    "Publish": {"TopicArn": "{topic}", "Message": "hello"},
    "PublishBatch": {"TopicArn": "{topic}", "PublishBatchRequestEntries": [{"Id": "a", "Message": "hello"}]},
    "PutDataProtectionPolicy": {"ResourceArn": "{topic}", "DataProtectionPolicy": ""},
    "RemovePermission": {"TopicArn": "{topic}", "Label": "open"},
    "SetTopicAttributes": {"TopicArn": "{topic}", "AttributeName": "DisplayName", "AttributeValue": "name"},
    "Subscribe": {"TopicArn": "{topic}", "Protocol": "email", "Endpoint": "someone@example.com"},
    "TagResource": {"ResourceArn": "{topic}", "Tags": [{"Key": "a", "Value": "b"}]},
    "UntagResource": {"ResourceArn": "{topic}", "TagKeys": ["a"]},
}
# What has no policy: subscriptions, platform applications and endpoints.
ON_WHAT_CANNOT_BE_SHARED: Mapping[str, Mapping[str, Any]] = {
    "CreatePlatformEndpoint": {"PlatformApplicationArn": "{application}", "Token": "0" * 64},
    "DeleteEndpoint": {"EndpointArn": "{endpoint}"},
    "DeletePlatformApplication": {"PlatformApplicationArn": "{application}"},
    "GetEndpointAttributes": {"EndpointArn": "{endpoint}"},
    "GetPlatformApplicationAttributes": {"PlatformApplicationArn": "{application}"},
    "GetSubscriptionAttributes": {"SubscriptionArn": "{subscription}"},
    "ListEndpointsByPlatformApplication": {"PlatformApplicationArn": "{application}"},
    "SetEndpointAttributes": {"EndpointArn": "{endpoint}", "Attributes": {"Enabled": "true"}},
    "SetPlatformApplicationAttributes": {
        "PlatformApplicationArn": "{application}",
        "Attributes": {"SuccessFeedbackSampleRate": "1"},
    },
    "SetSubscriptionAttributes": {
        "SubscriptionArn": "{subscription}",
        "AttributeName": "FilterPolicy",
        "AttributeValue": "{}",
    },
}
# These name nothing that another account could have.
ON_THE_CALLERS_OWN = {
    "sqs": {"CreateQueue", "ListQueues"},
    "sns": {
        "CheckIfPhoneNumberIsOptedOut",
        "CreatePlatformApplication",
        "CreateSMSSandboxPhoneNumber",
        "CreateTopic",
        "DeleteSMSSandboxPhoneNumber",
        "GetSMSAttributes",
        "GetSMSSandboxAccountStatus",
        "ListOriginationNumbers",
        "ListPhoneNumbersOptedOut",
        "ListPlatformApplications",
        "ListSMSSandboxPhoneNumbers",
        "ListSubscriptions",
        "ListTopics",
        "OptInPhoneNumber",
        "SetSMSAttributes",
        "VerifySMSSandboxPhoneNumber",
    },
}
# Here the token, or the ARN of a subscription that is not protected, is the permission.
WITHOUT_A_SIGNATURE = {"ConfirmSubscription", "Unsubscribe"}


class Call(NamedTuple):
    service: str
    operation: str
    arguments: Mapping[str, Any]
    shareable: bool


def _single(operation: str) -> str:
    return operation.removesuffix("Batch")


CALLS = [
    *(
        Call("sqs", name, {"QueueUrl": "{url}", **arguments}, _single(name) in SHAREABLE)
        for name, arguments in ON_A_QUEUE.items()
    ),
    *(Call("sqs", name, arguments, name in SHAREABLE) for name, arguments in ON_A_QUEUE_OTHERWISE.items()),
    *(Call("sns", name, arguments, _single(name) in DELEGABLE) for name, arguments in ON_A_TOPIC.items()),
    *(Call("sns", name, arguments, False) for name, arguments in ON_WHAT_CANNOT_BE_SHARED.items()),
    Call("sns", "Publish", {"TargetArn": "{endpoint}", "Message": "hello"}, False),
]
IDS = [f"{call.service} {call.operation} {'' if call.shareable else 'of the owner alone'}" for call in CALLS]


@pytest.fixture(scope="module")
def enforcing() -> Iterator[RunningServer]:
    with running_server("--enforce-policies") as server:
        yield server


class World(NamedTuple):
    """What an account has, and another account that calls."""

    owned: Mapping[str, str]
    server: RunningServer
    stranger: str

    def call(self, call: Call) -> Any:
        client = boto.client_of_the_test(call.service, self.server.url, self.stranger)
        return getattr(client, xform_name(call.operation)), _filled_in(call.arguments, self.owned)


def _filled_in(value: Any, owned: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled_in(each, owned) for key, each in value.items()}
    return owned.get(value, value) if isinstance(value, str) else value


def world(server: RunningServer, account: str) -> World:
    sqs, sns = (boto.client_of_the_test(service, server.url, account) for service in ("sqs", "sns"))
    url = sqs.create_queue(QueueName="queue")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": queue, "maxReceiveCount": 1})
    sqs.create_queue(QueueName="source", Attributes={"RedrivePolicy": redrive})
    topic = sns.create_topic(Name="topic")["TopicArn"]
    credentials = {"PlatformPrincipal": "certificate", "PlatformCredential": "key"}
    application = sns.create_platform_application(Name="app", Platform="APNS", Attributes=credentials)
    application_arn = application["PlatformApplicationArn"]
    owned = {
        "{account}": account,
        "{url}": url,
        "{queue}": queue,
        "{task}": sqs.start_message_move_task(SourceArn=queue)["TaskHandle"],
        "{topic}": topic,
        "{subscription}": sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+15551234567")["SubscriptionArn"],
        "{application}": application_arn,
        "{endpoint}": sns.create_platform_endpoint(PlatformApplicationArn=application_arn, Token="1" * 64)[
            "EndpointArn"
        ],
    }
    return World(owned, server, f"9{account[1:]}")


def share_everything(server: RunningServer, account: str, owned: Mapping[str, str]) -> None:
    def policy(service: str, resource: str) -> str:
        statement = {"Sid": "open", "Effect": "Allow", "Principal": "*", "Action": f"{service}:*", "Resource": resource}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    sqs, sns = (boto.client_of_the_test(service, server.url, account) for service in ("sqs", "sns"))
    sqs.set_queue_attributes(QueueUrl=owned["{url}"], Attributes={"Policy": policy("sqs", owned["{queue}"])})
    topic = owned["{topic}"]
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy("sns", topic))


def refused_status(world: World, call: Call) -> int:
    """403 where the caller has no right, 0 where the call came through to what it is about."""
    function, arguments = world.call(call)
    try:
        function(**arguments)
    except ClientError as error:
        status = int(error.response["ResponseMetadata"]["HTTPStatusCode"])
        return status if status == 403 else 0
    return 0


def test_every_operation_is_spoken_of_here() -> None:
    spoken_of = {
        service: {call.operation for call in CALLS if call.service == service} | own
        for service, own in ON_THE_CALLERS_OWN.items()
    }
    spoken_of["sns"] |= WITHOUT_A_SIGNATURE
    assert spoken_of == {"sqs": {*sqs_shapes.OPERATIONS}, "sns": {*sns_shapes.OPERATIONS}}
    assert len(sqs_shapes.OPERATIONS) + len(sns_shapes.OPERATIONS) == 65


@pytest.mark.parametrize("call", CALLS, ids=IDS)
def test_without_a_policy_everything_is_refused(enforcing: RunningServer, account: str, call: Call) -> None:
    there = world(enforcing, account)
    function, arguments = there.call(call)
    refused = refusal(function, **arguments)
    assert (refused.status, refused.code) == (403, "AccessDenied" if call.service == "sqs" else "AuthorizationError")
    spelt = f"sqs:{_single(call.operation).lower()}" if call.service == "sqs" else f"SNS:{_single(call.operation)}"
    assert f"is not authorized to perform: {spelt} on resource: arn:aws:" in refused.message


@pytest.mark.parametrize("call", CALLS, ids=IDS)
def test_policy_opens_what_can_be_shared_and_nothing_else(enforcing: RunningServer, account: str, call: Call) -> None:
    there = world(enforcing, account)
    share_everything(enforcing, account, there.owned)
    assert refused_status(there, call) == (0 if call.shareable else 403)


@pytest.mark.parametrize("call", CALLS, ids=IDS)
def test_nothing_is_refused_where_policies_are_not_enforced(server: RunningServer, account: str, call: Call) -> None:
    assert refused_status(world(server, account), call) == 0


@pytest.mark.parametrize("operation", sorted(sqs_shapes.OPERATIONS))
def test_permission_for_a_queue_can_be_added_for_what_can_be_shared(sqs: Any, queue_url: str, operation: str) -> None:
    arguments = {"QueueUrl": queue_url, "Label": "a", "AWSAccountIds": ["444444444444"], "Actions": [operation]}
    if operation in SHAREABLE:
        sqs.add_permission(**arguments)
        return
    refused = refusal(sqs.add_permission, **arguments)
    reason = (
        "Please refer to the appropriate WSDL for a list of valid actions."
        if operation.endswith("Batch")
        else "Only the queue owner is allowed to invoke this action."
    )
    assert refused.code == "InvalidParameterValue"
    assert refused.message == f"Value SQS:{operation} for parameter ActionName is invalid. Reason: {reason}"
    attributes = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["Policy"])
    assert "Attributes" not in attributes


@pytest.mark.parametrize("operation", sorted(sns_shapes.OPERATIONS))
def test_permission_for_a_topic_can_be_added_for_what_can_be_delegated(sns: Any, operation: str) -> None:
    topic = sns.create_topic(Name="topic")["TopicArn"]
    arguments = {"TopicArn": topic, "Label": "a", "AWSAccountId": ["444444444444"], "ActionName": [operation]}
    if operation in DELEGABLE:
        sns.add_permission(**arguments)
        return
    message = "Invalid parameter: Policy statement action out of service scope!"
    assert refusal(sns.add_permission, **arguments).message == message
