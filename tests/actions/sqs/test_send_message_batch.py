import hashlib
from typing import Any

import pytest

from tests.account_clock import AccountClock
from tests.actions.sqs.answers import bodies, counts, members
from tests.actions.sqs.refusals import assert_refused, failed_entry

Entry = dict[str, Any]


def entry(id: str, body: str = "hello", **more: Any) -> Entry:
    return {"Id": id, "MessageBody": body} | more


def assert_batch_refused(sqs: Any, queue_url: str, entries: list[Entry], code: str, message: str) -> None:
    """The batch fails as a whole, and none of its messages is in the queue."""
    assert_refused(sqs.send_message_batch, code, message, QueueUrl=queue_url, Entries=entries)
    assert counts(sqs, queue_url) == (0, 0, 0)


def test_every_message_of_the_batch_is_sent_in_order(sqs: Any, queue_url: str) -> None:
    entries = [entry(f"id_{number}-", f"body {number}") for number in range(10)]
    sent = members(sqs.send_message_batch(QueueUrl=queue_url, Entries=entries))
    assert sent.keys() == {"Successful"}
    assert [success["Id"] for success in sent["Successful"]] == [each["Id"] for each in entries]
    received = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)
    assert bodies(received) == [each["MessageBody"] for each in entries]
    ids = [message["MessageId"] for message in received["Messages"]]
    assert [success["MessageId"] for success in sent["Successful"]] == ids


def test_entry_has_all_that_a_single_message_has(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    attributes = {"k": {"DataType": "Number.x", "StringValue": "1"}, "b": {"DataType": "Binary", "BinaryValue": b"\0"}}
    header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    trace = {"AWSTraceHeader": {"DataType": "String", "StringValue": header}}
    full = entry("full", MessageAttributes=attributes, MessageSystemAttributes=trace, DelaySeconds=10)
    (success, plain) = sqs.send_message_batch(QueueUrl=queue_url, Entries=[full, entry("plain")])["Successful"]
    assert success["MD5OfMessageSystemAttributes"] == "5ae4d5d7636402d80f4eb6d213245a88"
    assert plain == {"Id": "plain", "MessageId": plain["MessageId"], "MD5OfMessageBody": success["MD5OfMessageBody"]}
    assert counts(sqs, queue_url) == (1, 0, 1)
    clock.advance(11)
    received = sqs.receive_message(
        QueueUrl=queue_url,
        MaxNumberOfMessages=10,
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=["AWSTraceHeader"],
    )
    (message,) = [message for message in received["Messages"] if message["MessageId"] == success["MessageId"]]
    assert message["MessageAttributes"] == attributes
    assert message["MD5OfMessageAttributes"] == success["MD5OfMessageAttributes"]
    assert message["Attributes"] == {"AWSTraceHeader": header}


def test_fifo_entries_are_numbered_in_order_and_duplicates_are_dropped(sqs: Any, fifo_url: str) -> None:
    entries = [entry(str(number), body, MessageGroupId="group") for number, body in enumerate("abca")]
    sent = sqs.send_message_batch(QueueUrl=fifo_url, Entries=entries)["Successful"]
    numbers = [int(success["SequenceNumber"]) for success in sent]
    assert numbers[0] < numbers[1] < numbers[2]
    assert (sent[3]["MessageId"], numbers[3]) == (sent[0]["MessageId"], numbers[0])
    assert bodies(sqs.receive_message(QueueUrl=fifo_url, MaxNumberOfMessages=10)) == ["a", "b", "c"]


# -- What is refused as a whole ------------------------------------------------------------


def test_ids_are_distinct(sqs: Any, queue_url: str) -> None:
    code = "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"
    assert_batch_refused(sqs, queue_url, [entry("a"), entry("b"), entry("b")], code, "Id b repeated.")


def test_all_messages_together_have_at_most_one_mebibyte(sqs: Any, queue_url: str) -> None:
    half = "a" * 524_288
    message = "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes."
    entries = [entry("1", half), entry("2", half + "a")]
    assert_batch_refused(sqs, queue_url, entries, "AWS.SimpleQueueService.BatchRequestTooLong", message)
    sqs.send_message_batch(QueueUrl=queue_url, Entries=[entry("1", half), entry("2", half)])


def test_attributes_count_towards_the_size_of_the_batch(sqs: Any, queue_url: str) -> None:
    attributes = {"k": {"DataType": "String", "StringValue": "x"}}
    entries = [entry("1", "ü" * 524_284, MessageAttributes=attributes), entry("2", "a")]
    message = "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes."
    assert_batch_refused(sqs, queue_url, entries, "AWS.SimpleQueueService.BatchRequestTooLong", message)


# -- What fails alone ----------------------------------------------------------------------

ILLEGAL_CHARACTER = (
    "Invalid binary character '#x1' was found in the message body, the set of allowed characters is "
    "#x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]."
)


def test_illegal_body_fails_alone_among_nine_others(sqs: Any, queue_url: str) -> None:
    entries = [entry(str(number), "\x01" if number == 4 else str(number)) for number in range(10)]
    answer = members(sqs.send_message_batch(QueueUrl=queue_url, Entries=entries))
    assert answer["Failed"] == [failed_entry("4", "InvalidMessageContents", ILLEGAL_CHARACTER)]
    assert [success["Id"] for success in answer["Successful"]] == list("012356789")
    assert bodies(sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)) == list("012356789")


@pytest.mark.parametrize(
    ("bad", "code", "message"),
    [
        (entry("bad", ""), "MissingParameter", "The request must contain the parameter MessageBody."),
        (
            entry("bad", "a" * 1025),
            "InvalidParameterValue",
            "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.",
        ),
        (
            entry("bad", DelaySeconds=1800),
            "InvalidParameterValue",
            "Value 1800 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
        ),
        (
            entry("bad", MessageAttributes={"a": {"DataType": "String", "StringValue": ""}}),
            "InvalidParameterValue",
            "Message (user) attribute 'a' must contain a non-empty value of type 'String'.",
        ),
    ],
    ids=["empty body", "too long", "delay", "attribute"],
)
def test_bad_entry_fails_alone(sqs: Any, queue_url: str, bad: Entry, code: str, message: str) -> None:
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"MaximumMessageSize": "1024"})
    answer = members(sqs.send_message_batch(QueueUrl=queue_url, Entries=[bad, entry("good")]))
    assert answer["Failed"] == [failed_entry("bad", code, message)]
    assert [success["Id"] for success in answer["Successful"]] == ["good"]
    assert counts(sqs, queue_url) == (1, 0, 0)


def test_delay_on_a_fifo_queue_fails_alone(sqs: Any, fifo_url: str) -> None:
    entries = [entry("slow", "1", MessageGroupId="g", DelaySeconds=1), entry("good", "2", MessageGroupId="g")]
    answer = members(sqs.send_message_batch(QueueUrl=fifo_url, Entries=entries))
    message = "The request include parameter that is not valid for this queue type"
    assert answer["Failed"] == [failed_entry("slow", "InvalidParameterValue", message)]
    assert bodies(sqs.receive_message(QueueUrl=fifo_url, MaxNumberOfMessages=10)) == ["2"]


def test_batch_that_fails_entry_by_entry_has_no_successes(sqs: Any, queue_url: str) -> None:
    answer = members(sqs.send_message_batch(QueueUrl=queue_url, Entries=[entry("a", "\x01"), entry("b", "\x01")]))
    failures = [failed_entry(id, "InvalidMessageContents", ILLEGAL_CHARACTER) for id in "ab"]
    assert answer == {"Failed": failures}
    assert counts(sqs, queue_url) == (0, 0, 0)


def test_size_of_the_batch_is_not_bound_by_the_size_of_a_message(sqs: Any, queue_url: str) -> None:
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"MaximumMessageSize": "2048"})
    attributes = {"k": {"DataType": "String", "StringValue": "x"}}
    body = "a" * (2048 - len("kStringx"))
    entries = [entry("1", body, MessageAttributes=attributes), entry("2", "a")]
    sent = members(sqs.send_message_batch(QueueUrl=queue_url, Entries=entries))
    ids = [success.pop("MessageId") for success in sent["Successful"]]
    assert len(set(ids)) == 2
    assert sent == {
        "Successful": [
            {
                "Id": "1",
                "MD5OfMessageAttributes": "a45daa70926828a2f0a1db3418e6feb4",
                "MD5OfMessageBody": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest(),
            },
            {"Id": "2", "MD5OfMessageBody": "0cc175b9c0f1b6a831c399e269772661"},
        ]
    }
    assert sent["Successful"][0]["MD5OfMessageBody"] == "f44facf5a7ee0af446ecf3e0f854441e"
