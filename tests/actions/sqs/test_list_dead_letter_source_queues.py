from typing import Any

from tests.actions.sqs.answers import arn_of, members, redrive_policy
from tests.actions.sqs.refusals import assert_refused


def make_sources(sqs: Any, dlq_url: str, *names: str) -> list[str]:
    policy = redrive_policy(arn_of(sqs, dlq_url))
    return [sqs.create_queue(QueueName=name, Attributes={"RedrivePolicy": policy})["QueueUrl"] for name in names]


def test_queue_that_is_nobodys_dead_letter_queue_answers_without_the_member(sqs: Any, queue_url: str) -> None:
    (source,) = make_sources(sqs, queue_url, "first")
    assert members(sqs.list_dead_letter_source_queues(QueueUrl=source)) == {}


def test_queue_is_listed_as_long_as_it_has_the_policy(sqs: Any, queue_url: str) -> None:
    first, second, third = make_sources(sqs, queue_url, "first", "second", "third")
    sqs.set_queue_attributes(QueueUrl=first, Attributes={"RedrivePolicy": ""})
    sqs.delete_queue(QueueUrl=second)
    assert members(sqs.list_dead_letter_source_queues(QueueUrl=queue_url)) == {"queueUrls": [third]}


def test_pages_lead_through_all_of_them(sqs: Any, queue_url: str) -> None:
    sources = make_sources(sqs, queue_url, *(f"source-{number}" for number in range(5)))
    pages: list[list[str]] = []
    token: dict[str, str] = {}
    while True:
        page = members(sqs.list_dead_letter_source_queues(QueueUrl=queue_url, MaxResults=2, **token))
        pages.append(page["queueUrls"])
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert pages == [sources[:2], sources[2:4], sources[4:]]


def test_token_of_somebody_else_is_refused(sqs: Any, queue_url: str) -> None:
    message = "Value ? for parameter NextToken is invalid. Reason: Invalid or expired next token."
    call = sqs.list_dead_letter_source_queues
    assert_refused(call, "InvalidParameterValue", message, QueueUrl=queue_url, MaxResults=1, NextToken="?")
