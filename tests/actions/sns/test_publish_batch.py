import json
from typing import Any

import pytest

from tests.actions.sns.inbox import Inbox
from tests.actions.sns.publications import NUMBER, subscribe
from tests.actions.sns.refusals import Refusal, invalid, refusal

LIMIT = 262_144


def entries(*messages: str, **more: Any) -> list[dict[str, Any]]:
    return [{"Id": str(number), "Message": message, **more} for number, message in enumerate(messages, 1)]


def refused_batch(sns: Any, topic_arn: str, batch: list[dict[str, Any]]) -> Refusal:
    return refusal(sns.publish_batch, TopicArn=topic_arn, PublishBatchRequestEntries=batch)


def test_fifo_messages_are_numbered_and_duplicates_dropped(sns: Any, fifo_topic_arn: str, fifo_inbox: Inbox) -> None:
    subscribe(sns, fifo_topic_arn, fifo_inbox, RawMessageDelivery="true")
    batch = [
        {**entry, "MessageDeduplicationId": deduplication_id}
        for entry, deduplication_id in zip(entries("a", "b", "c", MessageGroupId="g"), "xyx", strict=True)
    ]
    successful = sns.publish_batch(TopicArn=fifo_topic_arn, PublishBatchRequestEntries=batch)["Successful"]
    first, second, again = (entry["SequenceNumber"] for entry in successful)
    assert int(first) < int(second)
    assert again == first
    assert fifo_inbox.bodies() == ["a", "b"]


def test_one_bad_attribute_refuses_all(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    subscribe(sns, topic_arn, inbox)
    batch = entries("good", "bad")
    batch[1]["MessageAttributes"] = {"attr1": {"DataType": "String"}}
    assert refused_batch(sns, topic_arn, batch).code == "ParameterValueInvalid"
    assert inbox.bodies() == []


def test_a_bad_subject_beside_another_mistake_does_not_hide_it(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    subscribe(sns, topic_arn, inbox)
    batch = entries("good", "{}", Subject="x" * 101)
    batch[1]["MessageStructure"] = "json"
    assert refused_batch(sns, topic_arn, batch) == invalid("Message Structure - No default entry in JSON message body")
    assert inbox.bodies() == []


def test_checksums_of_raw_attributes_are_those_of_the_queue(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    subscribe(sns, topic_arn, inbox, RawMessageDelivery="true")
    one = {"attr1": {"DataType": "Number", "StringValue": "19.12"}}
    two = {"attr1": NUMBER, "attr2": {"DataType": "Number", "StringValue": "109.12"}}
    batch = entries("one", "two", "none")
    batch[0]["MessageAttributes"] = one
    batch[1]["MessageAttributes"] = two
    sns.publish_batch(TopicArn=topic_arn, PublishBatchRequestEntries=batch)
    checksums = ["1f07082409022a373fa2a2601f82b3cb", "9b720b3af309c1c4b0d395c53b08c502", None]
    assert [message.get("MD5OfMessageAttributes") for message in inbox.messages()] == checksums


@pytest.mark.parametrize("raw", ["true", "false"])
def test_fifo_dead_letter_queue_gets_a_batch_in_order(
    sns: Any, fifo_topic_arn: str, fifo_inbox: Inbox, make_inbox: Any, raw: str
) -> None:
    dead_letters = make_inbox("dead-letters.fifo")
    policy = json.dumps({"deadLetterTargetArn": dead_letters.arn})
    subscribe(sns, fifo_topic_arn, fifo_inbox, RawMessageDelivery=raw, RedrivePolicy=policy)
    fifo_inbox.delete()
    batch = [
        {**entry, "Subject": "Subject", "MessageDeduplicationId": f"d-{entry['Id']}"}
        for entry in entries("a", "b", "c", MessageGroupId="g", MessageAttributes={"attr1": NUMBER})
    ]
    successful = sns.publish_batch(TopicArn=fifo_topic_arn, PublishBatchRequestEntries=batch)["Successful"]
    messages = dead_letters.messages()
    assert [message["Attributes"]["MessageDeduplicationId"] for message in messages] == ["d-1", "d-2", "d-3"]
    assert {message["Attributes"]["MessageGroupId"] for message in messages} == {"g"}
    if raw == "true":
        assert [message["Body"] for message in messages] == ["a", "b", "c"]
        assert all(message["MessageAttributes"] == {"attr1": NUMBER} for message in messages)
        return
    envelopes = [json.loads(message["Body"]) for message in messages]
    numbered = [(envelope["MessageId"], envelope["SequenceNumber"]) for envelope in envelopes]
    assert numbered == [(entry["MessageId"], entry["SequenceNumber"]) for entry in successful]
    assert {envelope["Subject"] for envelope in envelopes} == {"Subject"}
    assert envelopes[0]["MessageAttributes"] == {"attr1": {"Type": "Number", "Value": "99.12"}}
