import time
from typing import Any

from tests.account_clock import AccountClock


def send(sqs: Any, queue_url: str, *messages: str, **params: Any) -> None:
    for body in messages:
        sqs.send_message(QueueUrl=queue_url, MessageBody=body, **params)


# -- Message attributes --------------------------------------------------------------------


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
