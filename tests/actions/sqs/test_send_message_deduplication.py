import hashlib
from typing import Any

import pytest

from tests.account_clock import AccountClock
from tests.actions.sqs.answers import bodies, counts, members


def received_attributes(sqs: Any, queue_url: str) -> dict[str, str]:
    """The system attributes of the next message."""
    (message,) = sqs.receive_message(QueueUrl=queue_url, MessageSystemAttributeNames=["All"])["Messages"]
    attributes: dict[str, str] = message["Attributes"]
    return attributes


@pytest.mark.parametrize("token", ["a" * 128, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "0"])
def test_letters_digits_and_punctuation_make_a_token(sqs: Any, fifo_url: str, token: str) -> None:
    sqs.send_message(QueueUrl=fifo_url, MessageBody="test", MessageGroupId=token, MessageDeduplicationId=token)
    attributes = received_attributes(sqs, fifo_url)
    assert (attributes["MessageGroupId"], attributes["MessageDeduplicationId"]) == (token, token)


def test_standard_queue_keeps_the_group(sqs: Any, queue_url: str) -> None:
    sqs.send_message(QueueUrl=queue_url, MessageBody="test", MessageGroupId="tenant")
    attributes = received_attributes(sqs, queue_url)
    assert attributes["MessageGroupId"] == "tenant"
    assert "SequenceNumber" not in attributes


@pytest.mark.parametrize("by_content", [True, False])
def test_same_message_in_another_group_is_a_duplicate(sqs: Any, fifo_url: str, by_content: bool) -> None:
    body = '{"foo": "bar"}'
    same = {"QueueUrl": fifo_url, "MessageBody": body}
    if not by_content:
        sqs.set_queue_attributes(QueueUrl=fifo_url, Attributes={"ContentBasedDeduplication": "false"})
        same["MessageDeduplicationId"] = "1"
    first = sqs.send_message(MessageGroupId="1", **same)
    second = sqs.send_message(MessageGroupId="2", **same)
    (received,) = members(sqs.receive_message(QueueUrl=fifo_url, MaxNumberOfMessages=10))["Messages"]
    sqs.delete_message(QueueUrl=fifo_url, ReceiptHandle=received.pop("ReceiptHandle"))
    assert received == {
        "Body": body,
        "MD5OfBody": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest(),
        "MessageId": first["MessageId"],
    }
    assert members(sqs.receive_message(QueueUrl=fifo_url)) == {}
    assert (second["MessageId"], second["SequenceNumber"]) == (first["MessageId"], first["SequenceNumber"])


def test_digest_of_the_body_is_the_id_of_a_message_without_one(sqs: Any, fifo_url: str) -> None:
    sqs.send_message(QueueUrl=fifo_url, MessageBody="test", MessageGroupId="group")
    digest = hashlib.sha256(b"test").hexdigest()
    other = {"MessageBody": "other", "MessageGroupId": "group", "MessageDeduplicationId": digest}
    sqs.send_message(QueueUrl=fifo_url, **other)
    received = sqs.receive_message(QueueUrl=fifo_url, AttributeNames=["All"], MaxNumberOfMessages=10)
    assert bodies(received) == ["test"]
    assert received["Messages"][0]["Attributes"]["MessageDeduplicationId"] == digest


def test_attributes_do_not_make_a_message_another_one(sqs: Any, fifo_url: str) -> None:
    for value in ("1", "2"):
        attributes = {"a": {"DataType": "String", "StringValue": value}}
        sqs.send_message(QueueUrl=fifo_url, MessageBody="test", MessageGroupId="group", MessageAttributes=attributes)
    assert counts(sqs, fifo_url) == (1, 0, 0)


def test_id_may_be_used_again_after_five_minutes_though_its_message_is_gone(
    sqs: Any, fifo_url: str, clock: AccountClock
) -> None:
    clock.freeze()
    sqs.send_message(QueueUrl=fifo_url, MessageBody="test", MessageGroupId="group")
    handle = sqs.receive_message(QueueUrl=fifo_url)["Messages"][0]["ReceiptHandle"]
    sqs.delete_message(QueueUrl=fifo_url, ReceiptHandle=handle)
    clock.advance(299.9)
    sqs.send_message(QueueUrl=fifo_url, MessageBody="test", MessageGroupId="group")
    assert counts(sqs, fifo_url) == (0, 0, 0)
    clock.advance(0.1)
    sqs.send_message(QueueUrl=fifo_url, MessageBody="test", MessageGroupId="group")
    assert counts(sqs, fifo_url) == (1, 0, 0)


def test_groups_deduplicate_on_their_own_where_that_is_the_scope(sqs: Any) -> None:
    attributes = {"FifoQueue": "true", "DeduplicationScope": "messageGroup"}
    url = sqs.create_queue(QueueName="groups.fifo", Attributes=attributes)["QueueUrl"]
    ids = []
    for group in ("1", "2", "2"):
        sent = sqs.send_message(QueueUrl=url, MessageBody="Test", MessageGroupId=group, MessageDeduplicationId="1")
        ids.append(sent["MessageId"])
    assert ids[1] == ids[2] != ids[0]
    for id in ids[:2]:
        (received,) = members(sqs.receive_message(QueueUrl=url))["Messages"]
        assert received.pop("ReceiptHandle")
        assert received == {"Body": "Test", "MD5OfBody": "0cbc6611f5540bd0809a388dc95a615b", "MessageId": id}
    assert members(sqs.receive_message(QueueUrl=url)) == {}
