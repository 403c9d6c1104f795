"""GetQueueUrl, ListQueues, DeleteQueue and PurgeQueue, and the error of every operation for a queue that does not
exist.
"""

from typing import Any

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.addresses import unknown_queue
from emulator.conformance.cases.sources import RECORDED, SQS_API
from emulator.conformance.fixtures import NAME, QUEUE
from emulator.conformance.mismatch import ABSENT, same
from emulator.conformance.tables import accepted, refused

_GET = f"{SQS_API}/API_GetQueueUrl.html"
_LIST = f"{SQS_API}/API_ListQueues.html"
_DELETE = f"{SQS_API}/API_DeleteQueue.html"
_PURGE = f"{SQS_API}/API_PurgeQueue.html"

_NO_SUCH_QUEUE = {
    "json": "The specified queue does not exist.",
    "query": "The specified queue does not exist for this wsdl version.",
}

# -- A queue that does not exist -----------------------------------------------------------

_NEEDING_A_QUEUE: dict[str, dict[str, Any]] = {
    "AddPermission": {"Label": "label", "AWSAccountIds": ["111111111111"], "Actions": ["SendMessage"]},
    "DeleteQueue": {},
    "GetQueueAttributes": {"AttributeNames": ["All"]},
    "ListDeadLetterSourceQueues": {},
    "ListQueueTags": {},
    "PurgeQueue": {},
    "RemovePermission": {"Label": "label"},
    "SetQueueAttributes": {"Attributes": {"DelaySeconds": "1"}},
    "TagQueue": {"Tags": {"a": "b"}},
    "UntagQueue": {"TagKeys": ["a"]},
}
for operation, others in _NEEDING_A_QUEUE.items():
    unknown_queue(operation, others)
    refused(
        f"sqs/{operation}/no-queue-url",
        "A request without QueueUrl is refused.",
        others,
        "MissingParameter",
        "The request must contain the parameter QueueUrl.",
        source=f"{SQS_API}/API_{operation}.html",
        certainty="reported",
    )

# -- GetQueueUrl ---------------------------------------------------------------------------


@case("sqs/GetQueueUrl/url", "The URL is the one that CreateQueue returned.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    for queue in (aws.queue(), aws.fifo_queue()):
        aws.sqs("GetQueueUrl", QueueName=queue.rpartition("/")[2]).gives(QueueUrl=queue)


@case("sqs/GetQueueUrl/own-account", "The owner may be named.", _GET, "documented")
def _(aws: Caller) -> None:
    queue = aws.queue()
    owner = aws.account
    aws.sqs("GetQueueUrl", QueueName=queue.rpartition("/")[2], QueueOwnerAWSAccountId=owner).gives(QueueUrl=queue)


refused(
    "sqs/GetQueueUrl/unknown-name",
    "A name that no queue has is refused.",
    {"QueueName": NAME},
    "AWS.SimpleQueueService.NonExistentQueue",
    _NO_SUCH_QUEUE,
    source=RECORDED,
    certainty="recorded",
    shape="QueueDoesNotExist",
)
refused(
    "sqs/GetQueueUrl/no-name",
    "A request without QueueName is refused.",
    {},
    "MissingParameter",
    "The request must contain the parameter QueueName.",
    source=_GET,
    certainty="reported",
)


@case("sqs/GetQueueUrl/name-in-another-case", "Names are case-sensitive.", _GET, "documented")
def _(aws: Caller) -> None:
    name = aws.name("-a")
    aws.sqs("CreateQueue", QueueName=name).succeeds()
    code = "AWS.SimpleQueueService.NonExistentQueue"
    aws.sqs("GetQueueUrl", QueueName=name[:-1] + "A").refused(code, _NO_SUCH_QUEUE)


# -- ListQueues ----------------------------------------------------------------------------


def _three(aws: Caller) -> tuple[str, list[str]]:
    """A prefix of names, and the URLs of three queues whose names begin with it."""
    prefix = aws.name()
    return prefix, [str(aws.sqs("CreateQueue", QueueName=f"{prefix}-{end}").result["QueueUrl"]) for end in "abc"]


@case("sqs/ListQueues/by-prefix", "Only the queues whose names begin with the prefix are listed.", _LIST, "documented")
def _(aws: Caller) -> None:
    prefix, urls = _three(aws)
    aws.queue()
    result = aws.sqs("ListQueues", QueueNamePrefix=f"{prefix}-").result
    same(set(result["QueueUrls"]), set(urls))
    same("NextToken" in result, False, "whether there is a NextToken")


@case("sqs/ListQueues/one-name", "A whole name is a prefix.", _LIST, "documented")
def _(aws: Caller) -> None:
    prefix, urls = _three(aws)
    aws.sqs("ListQueues", QueueNamePrefix=f"{prefix}-b").gives(QueueUrls=[urls[1]])


@case("sqs/ListQueues/prefix-in-another-case", "Prefixes are case-sensitive.", _LIST, "documented")
def _(aws: Caller) -> None:
    prefix, _ = _three(aws)
    aws.sqs("ListQueues", QueueNamePrefix=f"{prefix}-A").gives(QueueUrls=ABSENT)


@case("sqs/ListQueues/pages", "MaxResults queues come at a time, with a token for the next.", _LIST, "documented")
def _(aws: Caller) -> None:
    prefix, urls = _three(aws)
    first = aws.sqs("ListQueues", QueueNamePrefix=f"{prefix}-", MaxResults=2).gives(NextToken=str)
    same(len(first["QueueUrls"]), 2, "the number of queues in the first page")
    given = {"QueueNamePrefix": f"{prefix}-", "MaxResults": 2, "NextToken": first["NextToken"]}
    second = aws.sqs("ListQueues", **given).gives(NextToken=ABSENT)
    same(sorted(first["QueueUrls"] + second["QueueUrls"]), sorted(urls))


@case("sqs/ListQueues/all-in-one-page", "There is no token if all queues were returned.", _LIST, "modeled")
def _(aws: Caller) -> None:
    prefix, _ = _three(aws)
    aws.sqs("ListQueues", QueueNamePrefix=f"{prefix}-", MaxResults=1000).gives(NextToken=ABSENT)


accepted(
    "sqs/ListQueues/none",
    "QueueUrls is left out of the answer where no queue is found.",
    {"QueueNamePrefix": NAME},
    {"QueueUrls": ABSENT, "NextToken": ABSENT},
    source=_LIST,
    certainty="recorded",
)
for number in (0, -1, 1001):
    refused(
        f"sqs/ListQueues/max-results-of-{'minus-1' if number < 0 else number}",
        "MaxResults is 1 to 1000.",
        {"MaxResults": number},
        "InvalidParameterValue",
        source=_LIST,
        certainty="documented",
    )
refused(
    "sqs/ListQueues/token-that-is-none",
    "A NextToken that the operation did not return is refused.",
    {"MaxResults": 1, "NextToken": "?"},
    "InvalidParameterValue",
    source=_LIST,
    certainty="assumed",
)

# -- DeleteQueue ---------------------------------------------------------------------------


@case("sqs/DeleteQueue/with-messages", "A queue can be deleted whatever it holds.", _DELETE, "documented")
def _(aws: Caller) -> None:
    queue = aws.queue()
    aws.sqs("SendMessage", QueueUrl=queue, MessageBody="hello").succeeds()
    same(aws.sqs("DeleteQueue", QueueUrl=queue).result, {})


# -- PurgeQueue ----------------------------------------------------------------------------


@case(
    "sqs/PurgeQueue/all-messages",
    "Visible, delayed and in-flight messages are deleted.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue = aws.fifo_queue({"ContentBasedDeduplication": "true"})
    for number in range(3):
        aws.sqs("SendMessage", QueueUrl=queue, MessageBody=f"{number}", MessageGroupId=f"{number}").succeeds()
    aws.received(queue, 1)
    same(aws.sqs("PurgeQueue", QueueUrl=queue).result, {})
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    same(aws.attributes(queue, *names), dict.fromkeys(names, "0"))


@case(
    "sqs/PurgeQueue/deduplication-ids",
    "Deduplication ids can be used again after a purge.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue = aws.fifo_queue({"ContentBasedDeduplication": "true"})
    message = {"MessageBody": "hello", "MessageGroupId": "g"}
    aws.sqs("SendMessage", QueueUrl=queue, **message).succeeds()
    aws.sqs("PurgeQueue", QueueUrl=queue).succeeds()
    aws.sqs("SendMessage", QueueUrl=queue, **message).succeeds()
    same([each["Body"] for each in aws.received(queue, 1)], ["hello"])


accepted(
    "sqs/PurgeQueue/empty-queue",
    "An empty queue can be purged.",
    {"QueueUrl": QUEUE},
    {},
    source=_PURGE,
    certainty="documented",
)
