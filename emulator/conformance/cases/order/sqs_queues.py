"""The order of checks of the operations of SQS on queues, their attributes, permissions and tags, and on move tasks."""

import base64
import json

from emulator.conformance.caller import Caller
from emulator.conformance.cases.order.sqs_faults import (
    UNKNOWN_QUEUE,
    URL_MISSING,
    bad_value,
    empty,
    missing,
    not_integer,
)
from emulator.conformance.cases.sources import RECORDED
from emulator.conformance.fixtures import NAME, QUEUE, QUEUE_ARN, Fixture
from emulator.conformance.order import Fault, order, says

_NO_QUEUE_ARN = Fixture("NO_QUEUE_ARN", lambda aws: f"{aws.arn(aws.queue())}-gone")
_ACCOUNT = Fixture("ACCOUNT", lambda aws: aws.account)

_POLICY_OF_NO_QUEUE = Fixture(
    "POLICY_OF_NO_QUEUE",
    lambda aws: json.dumps({"deadLetterTargetArn": f"{aws.arn(aws.queue())}-gone", "maxReceiveCount": 1}),
)


def _taken_name(aws: Caller) -> str:
    name = aws.name()
    aws.sqs("CreateQueue", QueueName=name, Attributes={"VisibilityTimeout": "30"}).succeeds()
    return name


def _labeled_queue(aws: Caller) -> str:
    """The URL of a queue that has a permission with the label "l"."""
    queue = aws.queue()
    aws.sqs("AddPermission", QueueUrl=queue, Label="l", AWSAccountIds=[aws.account], Actions=["SendMessage"]).succeeds()
    return queue


def _dead_letter_queue(aws: Caller) -> str:
    """The ARN of a queue that is the dead-letter queue of another."""
    arn = aws.arn(aws.queue())
    aws.queue({"RedrivePolicy": json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})})
    return arn


def _handle(source_arn: str) -> str:
    """A handle that is of no task of this queue."""
    task = {"taskId": "3f3ba9a2-6d25-4e2c-9f9d-4d4d4d4d4d4d", "sourceArn": source_arn}
    return base64.b64encode(json.dumps(task).encode()).decode()


# -- Queues --------------------------------------------------------------------------------

order(
    "sqs/CreateQueue",
    {"QueueName": NAME},
    missing("QueueName", "name"),
    bad_value("tag-key-reserved", {"tags.aws:a": "b"}, "Tag.Key"),
    bad_value("name-illegal", {"QueueName": "a b"}, "Can only include"),
    Fault("attribute-unknown", {"Attributes.Fly": "1"}, "InvalidAttributeName", says("Fly"), group="attribute"),
    Fault(
        "attribute-value-illegal",
        {"Attributes.DelaySeconds": "901"},
        "InvalidAttributeValue",
        says("DelaySeconds"),
        group="attribute",
    ),
    Fault(
        "name-taken",
        {"QueueName": Fixture("TAKEN_NAME", _taken_name), "Attributes.VisibilityTimeout": "31"},
        "QueueAlreadyExists",
        says("VisibilityTimeout"),
        certainty="recorded",
        source=RECORDED,
    ),
)
order("sqs/GetQueueUrl", {"QueueName": NAME}, missing("QueueName", "name"))
for name in ("DeleteQueue", "PurgeQueue", "ListQueueTags"):
    order(f"sqs/{name}", {"QueueUrl": QUEUE}, URL_MISSING, UNKNOWN_QUEUE)

_RESULTS_TOO_MANY = bad_value("results-too-many", {"MaxResults": 1001}, "MaxResults")
_TOKEN_ILLEGAL = bad_value("token-illegal", {"NextToken": "!"}, "NextToken", certainty="assumed")

order("sqs/ListQueues", {"MaxResults": 10}, _RESULTS_TOO_MANY, _TOKEN_ILLEGAL)
order(
    "sqs/ListDeadLetterSourceQueues",
    {"QueueUrl": QUEUE, "MaxResults": 10},
    URL_MISSING,
    UNKNOWN_QUEUE,
    _RESULTS_TOO_MANY,
    _TOKEN_ILLEGAL,
)

# -- Attributes, permissions, tags ---------------------------------------------------------

order(
    "sqs/GetQueueAttributes",
    {"QueueUrl": QUEUE},
    URL_MISSING,
    UNKNOWN_QUEUE,
    Fault("attribute-unknown", {"AttributeNames": ["Fly"]}, "InvalidAttributeName", says("Fly")),
)
order(
    "sqs/SetQueueAttributes",
    {"QueueUrl": QUEUE, "Attributes": {"DelaySeconds": "1"}},
    URL_MISSING,
    UNKNOWN_QUEUE,
    empty("Attributes", "attributes", {}, "Attribute"),
    Fault("attribute-unknown", {"Attributes.Fly": "1"}, "InvalidAttributeName", says("Fly"), group="attribute"),
    Fault(
        "attribute-value-illegal",
        {"Attributes.DelaySeconds": "901"},
        "InvalidAttributeValue",
        says("DelaySeconds"),
        group="attribute",
    ),
    bad_value(
        "dead-letter-queue-unknown",
        {"Attributes.RedrivePolicy": _POLICY_OF_NO_QUEUE},
        "RedrivePolicy",
    ),
)
order(
    "sqs/AddPermission",
    {"QueueUrl": QUEUE, "Label": "l", "AWSAccountIds": [_ACCOUNT], "Actions": ["SendMessage"]},
    URL_MISSING,
    missing("Label", "label"),
    UNKNOWN_QUEUE,
    bad_value("label-illegal", {"Label": "a b"}, "Can only include"),
    empty("AWSAccountIds", "accounts", []),
    empty("Actions", "actions", []),
    bad_value("account-unknown", {"AWSAccountIds": ["nobody"]}, "PrincipalId"),
    bad_value("action-unknown", {"Actions": ["Fly"]}, "ActionName"),
    bad_value(
        "label-taken",
        {"QueueUrl": Fixture("LABELED_QUEUE", _labeled_queue)},
        "Already exists",
        certainty="recorded",
        source=RECORDED,
    ),
)
order(
    "sqs/RemovePermission",
    {"QueueUrl": QUEUE, "Label": "l"},
    URL_MISSING,
    missing("Label", "label"),
    UNKNOWN_QUEUE,
    bad_value("label-unknown", {"Label": "gone"}, "can't find label", certainty="recorded", source=RECORDED),
)
order(
    "sqs/TagQueue",
    {"QueueUrl": QUEUE, "Tags": {"a": "b"}},
    URL_MISSING,
    UNKNOWN_QUEUE,
    empty("Tags", "tags", {}),
    bad_value("key-reserved", {"Tags.aws:a": "b"}, "Tag.Key"),
)
order(
    "sqs/UntagQueue",
    {"QueueUrl": QUEUE, "TagKeys": ["a"]},
    URL_MISSING,
    UNKNOWN_QUEUE,
    empty("TagKeys", "keys", []),
)

# -- Move tasks ----------------------------------------------------------------------------

_SOURCE_MISSING = missing("SourceArn", "source")
_SOURCE_UNKNOWN = Fault(
    "source-unknown", {"SourceArn": _NO_QUEUE_ARN}, "ResourceNotFoundException", says("SourceArn"), status=404
)

order(
    "sqs/StartMessageMoveTask",
    {"SourceArn": Fixture("DEAD_LETTER_QUEUE", _dead_letter_queue), "DestinationArn": QUEUE_ARN},
    _SOURCE_MISSING,
    bad_value("rate-too-high", {"MaxNumberOfMessagesPerSecond": 501}, "MaxNumberOfMessagesPerSecond"),
    _SOURCE_UNKNOWN,
    Fault(
        "destination-unknown",
        {"DestinationArn": _NO_QUEUE_ARN},
        "ResourceNotFoundException",
        says("DestinationArn"),
        status=404,
        certainty="recorded",
        source=RECORDED,
    ),
    bad_value(
        "source-no-dead-letter-queue",
        {"SourceArn": QUEUE_ARN},
        "Source queue must be configured",
        certainty="recorded",
        source=RECORDED,
    ),
)
order(
    "sqs/ListMessageMoveTasks",
    {"SourceArn": QUEUE_ARN},
    not_integer("MaxResults", "results"),
    _SOURCE_MISSING,
    bad_value("results-too-many", {"MaxResults": 11}, "MaxResults"),
    _SOURCE_UNKNOWN,
)
order(
    "sqs/CancelMessageMoveTask",
    {"TaskHandle": Fixture("NO_TASK", lambda aws: _handle(aws.arn(aws.queue())))},
    missing("TaskHandle", "handle"),
    Fault(
        "handle-illegal",
        {"TaskHandle": "garbage"},
        "InvalidParameterValue",
        "Value for parameter TaskHandle is invalid.",
        certainty="recorded",
        source=RECORDED,
    ),
    # Such a handle has two faults: neither the queue nor the task exists.
    Fault(
        "queue-of-handle-unknown",
        {"TaskHandle": Fixture("NO_QUEUE_NO_TASK", lambda aws: _handle(aws.arn(aws.queue()) + "-gone"))},
        "ResourceNotFoundException",
        status=404,
        certainty="recorded",
        source=RECORDED,
    ),
)
