"""ListDeadLetterSourceQueues."""

import json

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import SQS_API
from emulator.conformance.fixtures import QUEUE
from emulator.conformance.mismatch import ABSENT, same
from emulator.conformance.tables import refused

_PAGE = f"{SQS_API}/API_ListDeadLetterSourceQueues.html"


def _target_and_sources(aws: Caller, count: int) -> tuple[str, list[str]]:
    """A dead-letter queue, and queues that use it."""
    target = aws.queue()
    policy = json.dumps({"deadLetterTargetArn": aws.arn(target), "maxReceiveCount": 3})
    return target, [aws.queue({"RedrivePolicy": policy}) for _ in range(count)]


@case("sqs/ListDeadLetterSourceQueues/sources", "The URLs of the source queues are listed.", _PAGE, "documented")
def _(aws: Caller) -> None:
    target, sources = _target_and_sources(aws, 2)
    result = aws.sqs("ListDeadLetterSourceQueues", QueueUrl=target).gives(NextToken=ABSENT)
    same(set(result["queueUrls"]), set(sources))


@case(
    "sqs/ListDeadLetterSourceQueues/none",
    "A queue that is not a dead-letter queue has no sources.",
    _PAGE,
    "assumed",
)
def _(aws: Caller) -> None:
    result = aws.sqs("ListDeadLetterSourceQueues", QueueUrl=aws.queue()).result
    same(result.get("queueUrls", []), [])


@case(
    "sqs/ListDeadLetterSourceQueues/redrive-policy-removed",
    "A queue whose redrive policy was removed is not a source.",
    _PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    target, (source, other) = _target_and_sources(aws, 2)
    aws.sqs("SetQueueAttributes", QueueUrl=source, Attributes={"RedrivePolicy": ""}).succeeds()
    aws.sqs("ListDeadLetterSourceQueues", QueueUrl=target).gives(queueUrls=[other])


@case("sqs/ListDeadLetterSourceQueues/pages", "MaxResults sources come at a time.", _PAGE, "documented")
def _(aws: Caller) -> None:
    target, sources = _target_and_sources(aws, 3)
    first = aws.sqs("ListDeadLetterSourceQueues", QueueUrl=target, MaxResults=2).gives(NextToken=str)
    same(len(first["queueUrls"]), 2, "the number of queues in the first page")
    second = aws.sqs("ListDeadLetterSourceQueues", QueueUrl=target, MaxResults=2, NextToken=first["NextToken"]).gives(
        NextToken=ABSENT
    )
    same(sorted(first["queueUrls"] + second["queueUrls"]), sorted(sources))


for number in (0, 1001):
    refused(
        f"sqs/ListDeadLetterSourceQueues/max-results-of-{number}",
        "MaxResults is 1 to 1000.",
        {"QueueUrl": QUEUE, "MaxResults": number},
        "InvalidParameterValue",
        source=_PAGE,
        certainty="documented",
    )
