"""Answers of SQS as the tests compare them."""

import json
from typing import Any


def members(answer: dict[str, Any]) -> dict[str, Any]:
    """The members of a successful answer, without what botocore adds."""
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def bodies(answer: dict[str, Any]) -> list[str]:
    """The bodies of the messages that a receive got."""
    return [message["Body"] for message in answer.get("Messages", [])]


def arn_of(sqs: Any, queue_url: str) -> str:
    answer = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    return str(answer["Attributes"]["QueueArn"])


def attribute(sqs: Any, queue_url: str, name: str) -> str | None:
    """One attribute of a queue; None if the queue does not have it."""
    answer = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=[name])
    value: str | None = answer.get("Attributes", {}).get(name)
    return value


def counts(sqs: Any, queue_url: str) -> tuple[int, int, int]:
    """How many messages are visible, in flight and delayed."""
    names = ["ApproximateNumberOfMessages" + suffix for suffix in ("", "NotVisible", "Delayed")]
    attributes = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
    visible, in_flight, delayed = (int(attributes[name]) for name in names)
    return visible, in_flight, delayed


def redrive_policy(target_arn: str, max_receive_count: int | str = 1) -> str:
    return json.dumps({"deadLetterTargetArn": target_arn, "maxReceiveCount": max_receive_count})
