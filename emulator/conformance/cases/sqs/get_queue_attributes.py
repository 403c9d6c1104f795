"""GetQueueAttributes."""

import re

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, SQS_API
from emulator.conformance.fixtures import QUEUE
from emulator.conformance.mismatch import ABSENT, same
from emulator.conformance.tables import accepted, refused

_PAGE = f"{SQS_API}/API_GetQueueAttributes.html"

_SECONDS = re.compile("[0-9]{10}")
_STANDARD = {
    "ApproximateNumberOfMessages": "0",
    "ApproximateNumberOfMessagesDelayed": "0",
    "ApproximateNumberOfMessagesNotVisible": "0",
    "CreatedTimestamp": _SECONDS,
    "DelaySeconds": "0",
    "LastModifiedTimestamp": _SECONDS,
    "MaximumMessageSize": "1048576",
    "MessageRetentionPeriod": "345600",
    "QueueArn": re.compile("arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_.-]+"),
    "ReceiveMessageWaitTimeSeconds": "0",
    "SqsManagedSseEnabled": "true",
    "VisibilityTimeout": "30",
}


@case(
    "sqs/GetQueueAttributes/fresh-standard-queue", "A new standard queue has twelve attributes.", RECORDED, "recorded"
)
def _(aws: Caller) -> None:
    same(aws.attributes(aws.queue()), _STANDARD)


@case(
    "sqs/GetQueueAttributes/fresh-fifo-queue",
    "A new FIFO queue has four attributes more than a standard queue.",
    _PAGE,
    "assumed",
)
def _(aws: Caller) -> None:
    own = {
        "FifoQueue": "true",
        "ContentBasedDeduplication": "false",
        "DeduplicationScope": "queue",
        "FifoThroughputLimit": "perQueue",
    }
    same(aws.attributes(aws.fifo_queue()), _STANDARD | own)


@case("sqs/GetQueueAttributes/arn-names-account-and-queue", "The ARN ends in account and name.", _PAGE, "documented")
def _(aws: Caller) -> None:
    queue = aws.queue()
    same(aws.arn(queue).split(":")[3:], [aws.region, *queue.split("/")[-2:]])


accepted(
    "sqs/GetQueueAttributes/no-names",
    "Without names there are no attributes in the answer.",
    {"QueueUrl": QUEUE},
    {"Attributes": ABSENT},
    source=_PAGE,
    certainty="modeled",
)
accepted(
    "sqs/GetQueueAttributes/empty-list-of-names",
    "An empty list of names counts as absent.",
    {"QueueUrl": QUEUE, "AttributeNames": []},
    {"Attributes": ABSENT},
    source=_PAGE,
    certainty="modeled",
)
accepted(
    "sqs/GetQueueAttributes/named-attributes",
    "Only the attributes that are named are returned, each once.",
    {"QueueUrl": QUEUE, "AttributeNames": ["DelaySeconds", "VisibilityTimeout", "DelaySeconds"]},
    {"Attributes": {"DelaySeconds": "0", "VisibilityTimeout": "30"}},
    source=_PAGE,
    certainty="documented",
)
for name in (
    "Policy",
    "RedrivePolicy",
    "RedriveAllowPolicy",
    "KmsMasterKeyId",
    "KmsDataKeyReusePeriodSeconds",
    "FifoQueue",
    "ContentBasedDeduplication",
):
    accepted(
        f"sqs/GetQueueAttributes/{name.lower()}-not-set",
        f"{name} is left out of the answer where it is not set.",
        {"QueueUrl": QUEUE, "AttributeNames": [name]},
        {"Attributes": ABSENT},
        source=RECORDED,
        certainty="recorded",
    )
for suffix, names in (("unknown", ["Foo"]), ("unknown-beside-all", ["All", "Foo"]), ("lower-case", ["delayseconds"])):
    refused(
        f"sqs/GetQueueAttributes/{suffix}-name",
        "A name that is not an attribute's is refused.",
        {"QueueUrl": QUEUE, "AttributeNames": names},
        "InvalidAttributeName",
        f"Unknown Attribute {names[-1]}.",
        source=_PAGE,
        certainty="modeled",
        shape="InvalidAttributeName",
    )


@case(
    "sqs/GetQueueAttributes/counts-of-fifo-messages",
    "The counts of a FIFO queue are exact: visible, in flight and deleted messages.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue = aws.fifo_queue({"ContentBasedDeduplication": "true"})
    for number in range(5):
        aws.sqs("SendMessage", QueueUrl=queue, MessageBody=f"{number}", MessageGroupId="g").succeeds()
    messages = aws.received(queue, 4)
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    same(aws.attributes(queue, *names), {names[0]: "1", names[1]: "4"})
    for message in messages:
        aws.sqs("DeleteMessage", QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"]).succeeds()
    same(aws.attributes(queue, *names), {names[0]: "1", names[1]: "0"})
