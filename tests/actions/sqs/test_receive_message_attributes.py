import time
from typing import Any

import pytest

from tests.account_clock import AccountClock
from tests.actions.sqs.answers import members

THREE = {
    "General": {"DataType": "String", "StringValue": "Kenobi"},
    "Hello": {"DataType": "String", "StringValue": "There"},
    "Help.Me": {"DataType": "String", "StringValue": "Me"},
}


def send(sqs: Any, queue_url: str, *messages: str, **params: Any) -> None:
    for body in messages:
        sqs.send_message(QueueUrl=queue_url, MessageBody=body, **params)


# -- Message attributes --------------------------------------------------------------------

ALL_DIGEST = "4c360f3fdafd970e05fae2f149d997f5"


@pytest.mark.parametrize(
    ("names", "wanted", "digest"),
    [
        ([], [], None),
        (["All"], ["General", "Hello", "Help.Me"], ALL_DIGEST),
        (["*"], ["General", "Hello", "Help.Me"], ALL_DIGEST),
        ([".*"], ["General", "Hello", "Help.Me"], ALL_DIGEST),
        (["Foo", "Help"], [], None),
        (["Hello", "General"], ["General", "Hello"], "fca026605781cb4126a1e9044df24232"),
        (["Foo", "Hello"], ["Hello"], "a311262e065454b75da111d535b8dacd"),
        (["Hel.*"], ["Hello", "Help.Me"], "83fee93c1bcd8b9a5a923ffacdc636c7"),
        (["AWS."], [], None),
        (["..foo"], [], None),
        (["hello"], [], None),
    ],
    ids=str,
)
def test_attributes_are_selected_by_name_and_the_digest_covers_what_is_returned(
    sqs: Any, queue_url: str, names: list[str], wanted: list[str], digest: str | None
) -> None:
    sent = members(sqs.send_message(QueueUrl=queue_url, MessageBody="msg", MessageAttributes=THREE))
    assert sent == {
        "MD5OfMessageAttributes": ALL_DIGEST,
        "MD5OfMessageBody": "6e2baaf3b97dbeef01c0043275f9a0e7",
        "MessageId": sent["MessageId"],
    }
    (message,) = members(sqs.receive_message(QueueUrl=queue_url, MessageAttributeNames=names))["Messages"]
    assert message.pop("ReceiptHandle")
    expected: dict[str, Any] = {
        "Body": "msg",
        "MD5OfBody": "6e2baaf3b97dbeef01c0043275f9a0e7",
        "MessageId": sent["MessageId"],
    }
    if wanted:
        expected |= {"MD5OfMessageAttributes": digest, "MessageAttributes": {name: THREE[name] for name in wanted}}
    assert message == expected


# -- System attributes ---------------------------------------------------------------------


def received_attributes(sqs: Any, queue_url: str, **names: list[str]) -> dict[str, str]:
    received = sqs.receive_message(QueueUrl=queue_url, VisibilityTimeout=0, **names)
    attributes: dict[str, str] = received["Messages"][0].get("Attributes", {})
    return attributes


def test_standard_message_has_four_system_attributes(sqs: Any, queue_url: str) -> None:
    send(sqs, queue_url, "msg")
    attributes = received_attributes(sqs, queue_url, AttributeNames=["All"])
    assert attributes.keys() == {
        "SenderId",
        "SentTimestamp",
        "ApproximateReceiveCount",
        "ApproximateFirstReceiveTimestamp",
    }
    assert attributes["ApproximateReceiveCount"] == "1"
    assert attributes["SenderId"].startswith("AIDA")
    for name in ("SentTimestamp", "ApproximateFirstReceiveTimestamp"):
        assert abs(int(attributes[name]) / 1000 - time.time()) < 60


def test_fifo_message_has_three_more(sqs: Any, fifo_url: str) -> None:
    sent = sqs.send_message(
        QueueUrl=fifo_url, MessageBody="msg", MessageGroupId="group", MessageDeduplicationId="first"
    )
    attributes = received_attributes(sqs, fifo_url, MessageSystemAttributeNames=["All"])
    assert attributes.keys() == {
        "SenderId",
        "SentTimestamp",
        "ApproximateReceiveCount",
        "ApproximateFirstReceiveTimestamp",
        "SequenceNumber",
        "MessageGroupId",
        "MessageDeduplicationId",
    }
    assert attributes["SequenceNumber"] == sent["SequenceNumber"]
    assert (attributes["MessageGroupId"], attributes["MessageDeduplicationId"]) == ("group", "first")


def test_system_attributes_are_selected_by_name(sqs: Any, queue_url: str) -> None:
    send(sqs, queue_url, "msg", MessageAttributes={"Foo": {"DataType": "String", "StringValue": "Bar"}})
    sender = received_attributes(sqs, queue_url, AttributeNames=["All"])["SenderId"]
    assert received_attributes(sqs, queue_url) == {}
    assert received_attributes(sqs, queue_url, AttributeNames=[]) == {}
    assert received_attributes(sqs, queue_url, AttributeNames=["SenderId"]) == {"SenderId": sender}
    # What does not apply to a standard queue is passed over.
    names = ["SenderId", "SequenceNumber", "AWSTraceHeader", "DeadLetterQueueSourceArn"]
    assert received_attributes(sqs, queue_url, AttributeNames=names) == {"SenderId": sender}
    both = sqs.receive_message(QueueUrl=queue_url, AttributeNames=["All"], MessageAttributeNames=["All"])
    (message,) = both["Messages"]
    assert message["Attributes"]["ApproximateReceiveCount"] == "6"
    assert message["MD5OfMessageAttributes"] == "ae7155c6026991b6d54b11589678bf9c"


def test_old_and_new_names_can_be_mixed(sqs: Any, queue_url: str, protocol: str) -> None:
    send(sqs, queue_url, "msg")
    same = received_attributes(sqs, queue_url, AttributeNames=["All"], MessageSystemAttributeNames=["All"])
    mixed = received_attributes(sqs, queue_url, AttributeNames=["All"], MessageSystemAttributeNames=["SenderId"])
    assert len(same) == 4
    # The query protocol has one name for both lists, and botocore writes the one over the other.
    assert mixed.keys() == (same.keys() if protocol == "json" else {"SenderId"})


def test_names_of_queue_attributes_are_no_mistake(sqs: Any, queue_url: str) -> None:
    """The model of SQS has them in the type of AttributeNames."""
    send(sqs, queue_url, "msg")
    names = ["VisibilityTimeout", "QueueArn", "ApproximateNumberOfMessages", "ApproximateReceiveCount"]
    assert received_attributes(sqs, queue_url, AttributeNames=names) == {"ApproximateReceiveCount": "1"}


def test_times_are_in_milliseconds_and_the_first_receive_stays(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    clock.freeze()
    send(sqs, queue_url, "msg")
    clock.advance(1.5)
    first = received_attributes(sqs, queue_url, AttributeNames=["All"])
    sent, received = int(first["SentTimestamp"]), int(first["ApproximateFirstReceiveTimestamp"])
    assert received - sent in (1499, 1500, 1501)
    clock.advance(10)
    again = received_attributes(sqs, queue_url, AttributeNames=["All"])
    assert again == first | {"ApproximateReceiveCount": "2"}
