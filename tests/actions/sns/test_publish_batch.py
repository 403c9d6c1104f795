import json
from typing import Any

import pytest

from tests.actions.sns.inbox import Inbox
from tests.actions.sns.publications import BAD_ATTRIBUTES, NUMBER, subscribe
from tests.actions.sns.refusals import NO_TOPIC, Refusal, invalid, refusal

LIMIT = 262_144


def entries(*messages: str, **more: Any) -> list[dict[str, Any]]:
    return [{"Id": str(number), "Message": message, **more} for number, message in enumerate(messages, 1)]


def refused_batch(sns: Any, topic_arn: str, batch: list[dict[str, Any]]) -> Refusal:
    return refusal(sns.publish_batch, TopicArn=topic_arn, PublishBatchRequestEntries=batch)


def test_every_message_is_delivered_in_order(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    subscribe(sns, topic_arn, inbox, RawMessageDelivery="true")
    answer = sns.publish_batch(
        TopicArn=topic_arn,
        PublishBatchRequestEntries=[
            {"Id": "1", "Message": "with attributes", "Subject": "s", "MessageAttributes": {"attr1": NUMBER}},
            {"Id": "2", "Message": json.dumps({"default": "d", "sqs": "for queues"}), "MessageStructure": "json"},
            {"Id": "three", "Message": "plain"},
        ],
    )
    assert answer["Failed"] == []
    assert [entry["Id"] for entry in answer["Successful"]] == ["1", "2", "three"]
    assert len({entry["MessageId"] for entry in answer["Successful"]}) == 3
    assert all(entry.keys() == {"Id", "MessageId"} for entry in answer["Successful"])
    messages = inbox.messages()
    assert [message["Body"] for message in messages] == ["with attributes", "for queues", "plain"]
    assert messages[0]["MessageAttributes"] == {"attr1": NUMBER}


def test_envelope_names_the_id_of_its_entry(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    subscribe(sns, topic_arn, inbox)
    answer = sns.publish_batch(TopicArn=topic_arn, PublishBatchRequestEntries=entries("a", "b"))
    ids = [entry["MessageId"] for entry in answer["Successful"]]
    assert [envelope["MessageId"] for envelope in inbox.envelopes()] == ids


def test_filter_looks_at_each_message(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    subscribe(sns, topic_arn, inbox, RawMessageDelivery="true", FilterPolicy='{"attr1":[{"numeric":[">",0,"<=",100]}]}')
    batch = entries("in", "out", "without")
    batch[0]["MessageAttributes"] = {"attr1": NUMBER}
    batch[1]["MessageAttributes"] = {"attr1": {"DataType": "Number", "StringValue": "101"}}
    sns.publish_batch(TopicArn=topic_arn, PublishBatchRequestEntries=batch)
    assert inbox.bodies() == ["in"]


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


def test_topic_must_exist_in_this_region(sns: Any, elsewhere: Any, topic_arn: str) -> None:
    assert refused_batch(sns, f"{topic_arn}-not", entries("a")) == NO_TOPIC
    assert refused_batch(elsewhere, topic_arn, entries("a")) == invalid("TopicArn")


@pytest.mark.parametrize("entry_id", ["a" * 80, "valid-message_123"])
def test_entry_ids_come_back(sns: Any, topic_arn: str, entry_id: str) -> None:
    batch = [{"Id": entry_id, "Message": "hello"}]
    answer = sns.publish_batch(TopicArn=topic_arn, PublishBatchRequestEntries=batch)
    assert [entry["Id"] for entry in answer["Successful"]] == [entry_id]


@pytest.mark.parametrize(
    ("entry_id", "complaint"),
    [
        ("message.id", "contains an impermissible character: message.id"),
        ("msg@123#test", "contains an impermissible character: msg@123#test"),
        ("a" * 81, f"is too long: {'a' * 81}"),
    ],
)
def test_bad_entry_id_is_refused(sns: Any, topic_arn: str, entry_id: str, complaint: str) -> None:
    assert refused_batch(sns, topic_arn, [{"Id": entry_id, "Message": "hello"}]) == Refusal(
        "InvalidBatchEntryId", f"The Id of a batch entry in the batch request {complaint}"
    )


def test_batch_has_one_to_ten_entries_with_different_ids(sns: Any, fifo_topic_arn: str, topic_arn: str) -> None:
    eleven = entries(*"abcdefghijk")
    assert len(sns.publish_batch(TopicArn=topic_arn, PublishBatchRequestEntries=eleven[:10])["Successful"]) == 10
    # On the FIFO topic no entry has a message group, but that is looked at later.
    for arn in (topic_arn, fifo_topic_arn):
        assert refused_batch(sns, arn, eleven) == Refusal(
            "TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible."
        )
        assert refused_batch(sns, arn, [*entries("a"), *entries("b")]) == Refusal(
            "BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id."
        )
        assert refused_batch(sns, arn, []).code == "EmptyBatchRequest"


def test_batch_is_limited_as_a_whole(sns: Any, topic_arn: str) -> None:
    too_long = Refusal("BatchRequestTooLong", "The length of all the messages put together is more than the limit.")
    half = "x" * (LIMIT // 2)
    assert sns.publish_batch(TopicArn=topic_arn, PublishBatchRequestEntries=entries(half, half))["Failed"] == []
    assert refused_batch(sns, topic_arn, entries(half, half, "x")) == too_long
    assert refused_batch(sns, topic_arn, entries(half, half, MessageAttributes={"attr1": NUMBER})) == too_long


def test_fifo_ids_are_checked_after_the_structure(sns: Any, fifo_topic_arn: str) -> None:
    assert refused_batch(sns, fifo_topic_arn, entries("{}", MessageStructure="json")) == invalid(
        "Message Structure - No default entry in JSON message body"
    )
    assert refused_batch(sns, fifo_topic_arn, entries("a")) == invalid(
        "The MessageGroupId parameter is required for FIFO topics"
    )
    assert refused_batch(sns, fifo_topic_arn, entries("a", MessageGroupId="g")) == invalid(
        "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
    )


@pytest.mark.parametrize(("name", "attribute", "complaint"), BAD_ATTRIBUTES)
def test_one_bad_attribute_refuses_all(
    sns: Any, topic_arn: str, inbox: Inbox, name: str, attribute: dict[str, Any], complaint: str
) -> None:
    subscribe(sns, topic_arn, inbox)
    batch = entries("good", "bad")
    batch[1]["MessageAttributes"] = {name: attribute}
    assert refused_batch(sns, topic_arn, batch) == Refusal("ParameterValueInvalid", complaint)
    assert inbox.bodies() == []


def test_attribute_needs_a_type(unchecked_sns: Any, topic_arn: str) -> None:
    batch = entries("x", MessageAttributes={"attr1": {"StringValue": "x"}})
    assert refused_batch(unchecked_sns, topic_arn, batch) == Refusal(
        "ValidationError",
        "1 validation error detected: Value null at "
        "'publishBatchRequestEntries.1.member.messageAttributes.attr1.member.dataType' "
        "failed to satisfy constraint: Member must not be null",
    )


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
