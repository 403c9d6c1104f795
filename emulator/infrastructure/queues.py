"""The types of AWS::SQS.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_SQS.html
"""

from typing import Any

from emulator.declared.document import DocumentPath
from emulator.declared.shapes import QueueShape
from emulator.declared.wording import shown
from emulator.infrastructure.declaring import Declaring, names
from emulator.infrastructure.resource import Resource
from emulator.infrastructure.resource_type import ResourceType
from emulator.sqs.identity import QueueIdentity, identity_of
from emulator.sqs.queue_urls import parse_queue_url, queue_url
from emulator.sqs.queues import FIFO_SUFFIX

QUEUE = "AWS::SQS::Queue"
QUEUE_POLICY = "AWS::SQS::QueuePolicy"
QUEUE_NAME_LENGTH = 80

_NAMES = {
    **names(
        "ContentBasedDeduplication",
        "DeduplicationScope",
        "DelaySeconds",
        "FifoQueue",
        "FifoThroughputLimit",
        "KmsDataKeyReusePeriodSeconds",
        "KmsMasterKeyId",
        "MaximumMessageSize",
        "MessageRetentionPeriod",
        "ReceiveMessageWaitTimeSeconds",
        "RedriveAllowPolicy",
        "RedrivePolicy",
        "SqsManagedSseEnabled",
        "VisibilityTimeout",
    ),
    "Tags": "tags",
}


def is_true(value: Any) -> bool:
    return str(value).lower() == "true"


def _identity(resource: Resource) -> QueueIdentity:
    suffix = FIFO_SUFFIX if is_true(resource.property("FifoQueue")) else ""
    name = resource.name("QueueName", QUEUE_NAME_LENGTH, suffix)
    return identity_of(name, resource.stack.account, resource.stack.region)


def _url(resource: Resource) -> str:
    return queue_url(resource.stack.endpoint, resource.stack.account, _identity(resource).name)


def _declare_queue(declaring: Declaring, resource: Resource) -> None:
    given = resource.properties()
    given.pop("QueueName", None)
    tags = declaring.tags(given.pop("Tags", None), (*resource.path, "Tags"))
    shape = declaring.shape(QueueShape, _NAMES, {**given, "Tags": tags}, resource.path)
    if shape.fifo_queue is False:
        shape.fifo_queue = None  # as CreateQueue takes no FifoQueue=false
    declaring.mistakes.rename((*resource.path, "name"), (*resource.path, "QueueName"))
    declaring.queue(_identity(resource), shape, resource.path)


def _declare_policy(declaring: Declaring, resource: Resource) -> None:
    given = resource.properties()
    queues: Any = given.get("Queues")
    at: DocumentPath = (*resource.path, "Queues")
    if resource.has("Queue"):
        queues, at = [given.get("Queue")], (*resource.path, "Queue")
    policy = given.get("PolicyDocument")
    if not isinstance(policy, dict | str) or not isinstance(queues, list):
        if len(given) == 2 or not resource.has("PolicyDocument"):
            declaring.mistakes.add(resource.path, f"{resource.type} has PolicyDocument, and the URLs of queues.")
        return
    for index, url in enumerate(queues):
        if not isinstance(url, str):
            declaring.mistakes.add(at, f"The URL of a queue is wanted here, not {shown(url)}.")
            continue
        path = at if resource.has("Queue") else (*at, index)
        address = parse_queue_url(url)
        arn = identity_of(address.name, address.account or resource.stack.account, resource.stack.region).arn
        if arn in declaring.declarations.queues:
            declaring.set_on_queue(arn, "policy", policy, (*resource.path, "PolicyDocument"))
        else:
            declaring.mistakes.add(path, f"There is no queue {shown(url)} among those that are declared.")


def _policy_id(resource: Resource) -> str:
    return resource.name("", 128)


TYPES = {
    QUEUE: ResourceType(
        _url,
        {
            "Arn": lambda resource: _identity(resource).arn,
            "QueueName": lambda resource: _identity(resource).name,
            "QueueUrl": _url,
        },
        _declare_queue,
    ),
    QUEUE_POLICY: ResourceType(_policy_id, {"Id": _policy_id}, _declare_policy, late=True),
    "AWS::SQS::QueueInlinePolicy": ResourceType(_policy_id, {}, _declare_policy, late=True),
}
