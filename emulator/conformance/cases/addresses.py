"""Cases that many operations share: the queue or topic of a request does not exist, is elsewhere, or is missing."""

from collections.abc import Iterable

from emulator.conformance.case import Certainty
from emulator.conformance.cases.sns.stand_ins import TOPIC_ELSEWHERE
from emulator.conformance.cases.sources import RECORDED, SNS_API
from emulator.conformance.cases.sqs.messages import NO_QUEUE_CODE, NO_QUEUE_WORDS
from emulator.conformance.fixtures import NO_QUEUE, NO_TOPIC
from emulator.conformance.tables import Params, refused


def unknown_queue(operation: str, others: Params, sentence: str = "A queue that does not exist is refused.") -> None:
    """``others`` are the other parameters than QueueUrl."""
    refused(
        f"sqs/{operation}/unknown-queue",
        sentence,
        {"QueueUrl": NO_QUEUE, **others},
        NO_QUEUE_CODE,
        NO_QUEUE_WORDS,
        source=RECORDED,
        certainty="recorded",
        shape="QueueDoesNotExist",
    )


def unknown_topic(
    operation: str,
    others: Params,
    code: str = "NotFound",
    message: object = "Topic does not exist",
    *,
    parameter: str = "TopicArn",
    certainty: Certainty = "recorded",
) -> None:
    """``others`` are the other parameters than the one that names the topic."""
    refused(
        f"sns/{operation}/unknown-topic",
        "A topic that does not exist is refused.",
        {**others, parameter: NO_TOPIC},
        code,
        message,
        status=404,
        source=_source(operation, certainty),
        certainty=certainty,
    )


def topic_elsewhere(
    operation: str,
    others: Params,
    message: object = "Invalid parameter: TopicArn",
    *,
    parameter: str = "TopicArn",
    certainty: Certainty = "recorded",
) -> None:
    """``others`` are the other parameters than the one that names the topic."""
    refused(
        f"sns/{operation}/topic-of-another-region",
        "The ARN of another region is refused.",
        {**others, parameter: TOPIC_ELSEWHERE},
        "InvalidParameter",
        message,
        source=_source(operation, certainty),
        certainty=certainty,
    )


def missing(operation: str, params: Params, members: Iterable[str]) -> None:
    """``params`` are complete; each of the ``members`` is required by SNS."""
    for member in members:
        refused(
            f"sns/{operation}/no-{member.lower()}",
            f"{member} is required.",
            {name: value for name, value in params.items() if name != member},
            "ValidationError",
            source=_source(operation, "modeled"),
            certainty="modeled",
        )


def _source(operation: str, certainty: Certainty) -> str:
    return RECORDED if certainty == "recorded" else f"{SNS_API}/API_{operation}.html"
