"""Every action on a queue that does not exist."""

from typing import Any

import pytest

from tests.actions.sqs.refusals import assert_no_such_queue

HANDLE = {"ReceiptHandle": "garbage"}
ACTIONS: dict[str, dict[str, Any]] = {
    "add_permission": {"Label": "a", "AWSAccountIds": ["111111111111"], "Actions": ["*"]},
    "change_message_visibility": HANDLE | {"VisibilityTimeout": 99_999},
    "change_message_visibility_batch": {"Entries": []},
    "delete_message": HANDLE,
    "delete_message_batch": {"Entries": []},
    "delete_queue": {},
    "get_queue_attributes": {"AttributeNames": ["Foo"]},
    "list_dead_letter_source_queues": {"MaxResults": 0},
    "list_queue_tags": {},
    "purge_queue": {},
    "receive_message": {"MaxNumberOfMessages": 99},
    "remove_permission": {"Label": "a"},
    "send_message": {"MessageBody": ""},
    "send_message_batch": {"Entries": []},
    "set_queue_attributes": {"Attributes": {"Foo": "bar"}},
    "tag_queue": {"Tags": {"a": "b"}},
    "untag_queue": {"TagKeys": ["a"]},
}


@pytest.mark.parametrize("action", ACTIONS)
def test_missing_queue_is_told_before_anything_else(sqs: Any, queue_url: str, action: str) -> None:
    assert_no_such_queue(getattr(sqs, action), QueueUrl=queue_url + "2", **ACTIONS[action])


@pytest.mark.parametrize("url", ["", "http://nonsense-name", "/", "http://", "QUEUE", "arn:aws:sqs:::queue", "queue?"])
def test_url_that_leads_nowhere_is_a_missing_queue(sqs: Any, queue_url: str, url: str) -> None:
    assert_no_such_queue(sqs.receive_message, QueueUrl=url)
