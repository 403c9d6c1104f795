"""The types of AWS::SNS.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_SNS.html
"""

from collections.abc import Iterator
from typing import Any

from emulator.declared.document import DocumentPath
from emulator.declared.shapes import SubscriptionShape, TopicShape
from emulator.declared.wording import proposal, shown
from emulator.infrastructure.declaring import Declaring, names
from emulator.infrastructure.physical_names import physical_name
from emulator.infrastructure.queues import is_true
from emulator.infrastructure.resource import Resource
from emulator.infrastructure.resource_type import ResourceType
from emulator.sns.identity import TopicIdentity, identity_of
from emulator.sns.protocols import FIFO_SUFFIX

TOPIC = "AWS::SNS::Topic"
SUBSCRIPTION = "AWS::SNS::Subscription"
_TOPIC_NAME_LENGTH = 256

_TOPIC_NAMES = {
    **names(
        "ArchivePolicy",
        "ContentBasedDeduplication",
        "DataProtectionPolicy",
        "DisplayName",
        "FifoThroughputScope",
        "FifoTopic",
        "KmsMasterKeyId",
        "MaximumMessageSize",
        "SignatureVersion",
        "TracingConfig",
    ),
    "Tags": "tags",
}
_SUBSCRIPTION_NAMES = names(
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
    "ReplayPolicy",
    "SubscriptionRoleArn",
)
# By protocol of DeliveryStatusLogging, how the names of the topic's attributes begin.
_FEEDBACK = {"http/s": "http", "sqs": "sqs", "lambda": "lambda", "firehose": "firehose", "application": "application"}
_FEEDBACK_FIELDS = {
    "SuccessFeedbackRoleArn": "success_feedback_role_arn",
    "SuccessFeedbackSampleRate": "success_feedback_sample_rate",
    "FailureFeedbackRoleArn": "failure_feedback_role_arn",
}


def _identity(resource: Resource) -> TopicIdentity:
    suffix = FIFO_SUFFIX if is_true(resource.property("FifoTopic")) else ""
    name = resource.name("TopicName", _TOPIC_NAME_LENGTH, suffix)
    return identity_of(name, resource.stack.account, resource.stack.region)


def _arn(resource: Resource) -> str:
    return _identity(resource).arn


def _declare_topic(declaring: Declaring, resource: Resource) -> None:
    given, path = resource.properties(), resource.path
    given.pop("TopicName", None)
    subscriptions = given.pop("Subscription", None)
    tags = declaring.tags(given.pop("Tags", None), (*path, "Tags"))
    feedback = dict(_feedback(declaring, given.pop("DeliveryStatusLogging", None), (*path, "DeliveryStatusLogging")))
    feedback_names = {field: field for field in feedback}
    shape = declaring.shape(TopicShape, _TOPIC_NAMES | feedback_names, {**given, **feedback, "Tags": tags}, path)
    if shape.fifo_topic is False:
        shape.fifo_topic = None  # as in a queue
    declaring.mistakes.rename((*path, "name"), (*path, "TopicName"))
    identity = _identity(resource)
    declaring.topic(identity, shape, path)
    for at, subscription in _inline(declaring, subscriptions, (*path, "Subscription")):
        _rename_endpoint(declaring, at)
        declaring.subscription(
            identity.arn, subscription.get("Protocol"), subscription.get("Endpoint"), SubscriptionShape(), at
        )


def _inline(declaring: Declaring, given: Any, path: DocumentPath) -> Iterator[tuple[DocumentPath, dict[str, Any]]]:
    """The subscriptions in a topic."""
    if given is None:
        return
    if not isinstance(given, list):
        declaring.mistakes.add(path, f"Subscription is {shown(given)}; a list is wanted.")
        return
    for index, each in enumerate(given):
        if isinstance(each, dict) and each.keys() == {"Protocol", "Endpoint"}:
            yield (*path, index), each
        else:
            text = f"Subscription[{index}] is {shown(each)} with other keys than Protocol and Endpoint."
            declaring.mistakes.add((*path, index), text)


def _feedback(declaring: Declaring, given: Any, path: DocumentPath) -> Iterator[tuple[str, Any]]:
    """The attributes that DeliveryStatusLogging stands for."""
    for index, each in enumerate(given if isinstance(given, list) else []):
        protocol = each.get("Protocol") if isinstance(each, dict) else None
        if protocol not in _FEEDBACK:
            text = f"The protocol of DeliveryStatusLogging is {shown(protocol)}; {proposal(str(protocol), _FEEDBACK)}"
            declaring.mistakes.add((*path, index), text)
            continue
        for name, value in each.items():
            if name in _FEEDBACK_FIELDS:
                yield f"{_FEEDBACK[protocol]}_{_FEEDBACK_FIELDS[name]}", value


def _rename_endpoint(declaring: Declaring, path: DocumentPath) -> None:
    for field, name in (("topic", "TopicArn"), ("protocol", "Protocol"), ("endpoint", "Endpoint")):
        declaring.mistakes.rename((*path, field), (*path, name))


def _declare_subscription(declaring: Declaring, resource: Resource) -> None:
    given, path = resource.properties(), resource.path
    arguments = ("TopicArn", "Protocol", "Endpoint")
    if any(resource.has(name) and name not in given for name in arguments):
        return  # it could not be evaluated
    _rename_endpoint(declaring, path)
    attributes = {name: value for name, value in given.items() if name not in (*arguments, "Region")}
    shape = declaring.shape(SubscriptionShape, _SUBSCRIPTION_NAMES, attributes, path)
    topic, protocol, address = (given.get(name) for name in arguments)
    declaring.subscription(topic, protocol, address, shape, path)


def _declare_policy(declaring: Declaring, resource: Resource) -> None:
    given = resource.properties()
    inline = resource.has("TopicArn")
    at: DocumentPath = (*resource.path, "TopicArn" if inline else "Topics")
    topics = [given["TopicArn"]] if inline and "TopicArn" in given else given.get("Topics")
    policy = given.get("PolicyDocument")
    if not isinstance(policy, dict | str) or not isinstance(topics, list):
        if len(given) == 2 or not resource.has("PolicyDocument"):
            declaring.mistakes.add(resource.path, f"{resource.type} has PolicyDocument, and the ARNs of topics.")
        return
    for index, arn in enumerate(topics):
        if isinstance(arn, str) and arn in declaring.declarations.topics:
            declaring.set_on_topic(arn, "policy", policy, (*resource.path, "PolicyDocument"))
        else:
            path = at if inline else (*at, index)
            declaring.mistakes.add(path, f"There is no topic {shown(arn)} among those that are declared.")


def _policy_id(resource: Resource) -> str:
    return resource.name("", 128)


def _subscription_arn(resource: Resource) -> str:
    """AWS's has a random part, which is known only when the subscription is made."""
    stack = resource.stack
    return f"{resource.property('TopicArn')}:{physical_name(stack.name, stack.id, resource.logical_id, 128)}"


TYPES = {
    TOPIC: ResourceType(
        _arn,
        {"TopicArn": _arn, "TopicName": lambda resource: _identity(resource).name},
        _declare_topic,
    ),
    SUBSCRIPTION: ResourceType(_subscription_arn, {"Arn": _subscription_arn}, _declare_subscription, late=True),
    "AWS::SNS::TopicPolicy": ResourceType(_policy_id, {"Id": _policy_id}, _declare_policy, late=True),
    "AWS::SNS::TopicInlinePolicy": ResourceType(_policy_id, {}, _declare_policy, late=True),
}
