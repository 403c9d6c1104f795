from typing import Any

import pytest

from tests.actions.sqs.refusals import assert_refused

CHARACTERS = "can only include letters, digits, white space and the characters _ . : / = + - @."


def tags_of(sqs: Any, queue_url: str) -> dict[str, str] | None:
    tags: dict[str, str] | None = sqs.list_queue_tags(QueueUrl=queue_url).get("Tags")
    return tags


def test_fifty_tags_are_advice_only(sqs: Any, queue_url: str) -> None:
    tags = {f"key{number}": str(number) for number in range(51)}
    sqs.tag_queue(QueueUrl=queue_url, Tags=tags)
    assert tags_of(sqs, queue_url) == tags


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        ("", "must be 1 to 128 characters long."),
        ("k" * 129, "must be 1 to 128 characters long."),
        ("aws:tag", "must not start with aws:."),
        ("AWS:tag", "must not start with aws:."),
        ("a;b", CHARACTERS),
        ("a\0", CHARACTERS),
    ],
)
def test_illegal_key_is_refused_with_all_that_came_with_it(sqs: Any, queue_url: str, key: str, rule: str) -> None:
    message = f"Value {key} for parameter Tag.Key is invalid. Reason: Tag.Key {rule}".replace("\0", expected_nul(sqs))
    assert_refused(
        sqs.tag_queue, "InvalidParameterValue", message, QueueUrl=queue_url, Tags={"good": "tag", key: "value"}
    )
    assert tags_of(sqs, queue_url) is None


@pytest.mark.parametrize(("value", "rule"), [("v" * 257, "must be at most 256 characters long."), ("a,b", CHARACTERS)])
def test_illegal_value_is_refused(sqs: Any, queue_url: str, value: str, rule: str) -> None:
    message = f"Value {value} for parameter Tag.Value is invalid. Reason: Tag.Value {rule}"
    assert_refused(sqs.tag_queue, "InvalidParameterValue", message, QueueUrl=queue_url, Tags={"key": value})
    assert tags_of(sqs, queue_url) is None


def expected_nul(sqs: Any) -> str:
    """XML cannot hold the character at all."""
    return "\ufffd" if sqs.meta.service_model.resolved_protocol == "query" else "\0"
