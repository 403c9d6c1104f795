from typing import Any

from tests.actions.sqs.answers import members
from tests.actions.sqs.refusals import assert_no_such_queue, assert_refused


def test_tags_are_taken_away_by_key(sqs: Any, queue_url: str) -> None:
    sqs.tag_queue(QueueUrl=queue_url, Tags={"tag1": "value1", "tag2": "value2", "tag3": ""})
    assert members(sqs.untag_queue(QueueUrl=queue_url, TagKeys=["tag1", "tag3"])) == {}
    assert members(sqs.list_queue_tags(QueueUrl=queue_url)) == {"Tags": {"tag2": "value2"}}
    sqs.untag_queue(QueueUrl=queue_url, TagKeys=["tag2"])
    assert members(sqs.list_queue_tags(QueueUrl=queue_url)) == {}


def test_key_that_is_not_there_is_fine(sqs: Any, queue_url: str) -> None:
    sqs.tag_queue(QueueUrl=queue_url, Tags={"tag": "value"})
    sqs.untag_queue(QueueUrl=queue_url, TagKeys=["other", "Tag", ""])
    assert members(sqs.list_queue_tags(QueueUrl=queue_url)) == {"Tags": {"tag": "value"}}


def test_request_without_keys_is_refused(sqs: Any, queue_url: str) -> None:
    message = "The request must contain the parameter TagKeys."
    assert_refused(sqs.untag_queue, "MissingParameter", message, QueueUrl=queue_url, TagKeys=[])


def test_queue_must_exist(sqs: Any, queue_url: str) -> None:
    assert_no_such_queue(sqs.untag_queue, QueueUrl=queue_url + "-not", TagKeys=["tag"])
