from typing import Any

from tests.actions.sqs.answers import members
from tests.actions.sqs.refusals import assert_no_such_queue


def test_queue_without_tags_answers_without_the_member(sqs: Any, queue_url: str) -> None:
    assert members(sqs.list_queue_tags(QueueUrl=queue_url)) == {}


def test_tags_given_to_create_queue_are_listed(sqs: Any) -> None:
    tags = {"owner": "orders", "stage": ""}
    queue_url = sqs.create_queue(QueueName="tagged", tags=tags)["QueueUrl"]
    assert members(sqs.list_queue_tags(QueueUrl=queue_url)) == {"Tags": tags}


def test_queue_made_anew_does_not_inherit_tags(sqs: Any) -> None:
    queue_url = sqs.create_queue(QueueName="tagged", tags={"old": "tag"})["QueueUrl"]
    sqs.delete_queue(QueueUrl=queue_url)
    sqs.create_queue(QueueName="tagged")
    assert members(sqs.list_queue_tags(QueueUrl=queue_url)) == {}


def test_queue_must_exist(sqs: Any, queue_url: str) -> None:
    assert_no_such_queue(sqs.list_queue_tags, QueueUrl=queue_url + "-not")
