from typing import Any

import pytest

from tests.account_clock import AccountClock
from tests.actions.sqs.answers import arn_of, bodies, counts, members, redrive_policy
from tests.actions.sqs.refusals import assert_no_such_queue, assert_refused


def send(sqs: Any, queue_url: str, *messages: str, **params: Any) -> None:
    for body in messages:
        sqs.send_message(QueueUrl=queue_url, MessageBody=body, **params)


def test_empty_queue_answers_without_messages(sqs: Any, queue_url: str, fifo_url: str) -> None:
    for url in (queue_url, fifo_url):
        assert members(sqs.receive_message(QueueUrl=url)) == {}
        assert members(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=0, MaxNumberOfMessages=10)) == {}


def test_one_message_is_received_unless_more_are_wanted(sqs: Any, queue_url: str) -> None:
    send(sqs, queue_url, *"abcdefghijkl")
    assert bodies(sqs.receive_message(QueueUrl=queue_url)) == ["a"]
    assert bodies(sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)) == list("bcdefghijk")
    assert bodies(sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)) == ["l"]


def test_short_poll_takes_what_is_there(sqs: Any, queue_url: str) -> None:
    for params in ({}, {"WaitTimeSeconds": 0}, {"WaitTimeSeconds": 20}):
        sent = sqs.send_message(QueueUrl=queue_url, MessageBody="message")
        (received,) = members(sqs.receive_message(QueueUrl=queue_url, **params))["Messages"]
        assert received.pop("ReceiptHandle")
        assert received == {
            "Body": "message",
            "MD5OfBody": "78e731027d8fd50ed642340b7c9a63b3",
            "MessageId": sent["MessageId"],
        }


@pytest.mark.parametrize("seconds", [-1, 43_201])
def test_visibility_timeout_is_at_most_12_hours(sqs: Any, queue_url: str, seconds: int) -> None:
    message = (
        f"Value {seconds} for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and <= 43200, if provided."
    )
    assert_refused(sqs.receive_message, "InvalidParameterValue", message, QueueUrl=queue_url, VisibilityTimeout=seconds)


def test_refused_receive_takes_nothing(sqs: Any, queue_url: str) -> None:
    send(sqs, queue_url, "hello")
    message = "Unknown Attribute Foo."
    assert_refused(
        sqs.receive_message, "InvalidAttributeName", message, QueueUrl=queue_url, AttributeNames=["All", "Foo"]
    )
    assert counts(sqs, queue_url) == (1, 0, 0)


def test_queue_must_exist(sqs: Any, queue_url: str) -> None:
    assert_no_such_queue(sqs.receive_message, QueueUrl=queue_url + "2", WaitTimeSeconds=20)


# -- Visibility ----------------------------------------------------------------------------


def test_message_is_hidden_for_the_timeout_of_the_receive(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    clock.freeze()
    send(sqs, queue_url, "hello")
    first = sqs.receive_message(QueueUrl=queue_url, VisibilityTimeout=43_200)["Messages"][0]
    clock.advance(43_199.9)
    assert bodies(sqs.receive_message(QueueUrl=queue_url)) == []
    clock.advance(0.1)
    second = sqs.receive_message(QueueUrl=queue_url)["Messages"][0]
    assert second["MessageId"] == first["MessageId"]
    assert second["ReceiptHandle"] != first["ReceiptHandle"]


def test_timeout_of_zero_hides_nothing_and_counts(sqs: Any, queue_url: str) -> None:
    send(sqs, queue_url, "hello")
    handles = set()
    for count in ("1", "2", "3"):
        received = sqs.receive_message(
            QueueUrl=queue_url, VisibilityTimeout=0, AttributeNames=["ApproximateReceiveCount"]
        )
        (message,) = received["Messages"]
        assert message["Attributes"] == {"ApproximateReceiveCount": count}
        handles.add(message["ReceiptHandle"])
    assert len(handles) == 3
    assert counts(sqs, queue_url) == (1, 0, 0)


def test_message_that_comes_back_comes_before_later_ones(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    send(sqs, queue_url, "early", "late")
    sqs.receive_message(QueueUrl=queue_url, VisibilityTimeout=5)
    clock.advance(6)
    assert bodies(sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)) == ["early", "late"]


def test_expired_message_is_gone_even_while_it_is_hidden(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    clock.freeze()
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"MessageRetentionPeriod": "60"})
    send(sqs, queue_url, "hidden")
    handle = sqs.receive_message(QueueUrl=queue_url, VisibilityTimeout=100)["Messages"][0]["ReceiptHandle"]
    send(sqs, queue_url, "delayed", DelaySeconds=100)
    send(sqs, queue_url, "visible")
    clock.advance(59.9)
    assert counts(sqs, queue_url) == (1, 1, 1)
    clock.advance(0.1)
    assert counts(sqs, queue_url) == (0, 0, 0)
    clock.advance(100)
    assert members(sqs.receive_message(QueueUrl=queue_url)) == {}
    assert members(sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=handle)) == {}


# -- FIFO ----------------------------------------------------------------------------------


def test_group_stays_locked_until_all_its_messages_in_flight_are_deleted(sqs: Any, fifo_url: str) -> None:
    send(sqs, fifo_url, "a1", "a2", "a3", MessageGroupId="a")
    taken = sqs.receive_message(QueueUrl=fifo_url, MaxNumberOfMessages=2)
    assert bodies(taken) == ["a1", "a2"]
    handles = [message["ReceiptHandle"] for message in taken["Messages"]]
    assert bodies(sqs.receive_message(QueueUrl=fifo_url)) == []
    sqs.delete_message(QueueUrl=fifo_url, ReceiptHandle=handles[0])
    send(sqs, fifo_url, "a4", MessageGroupId="a")
    assert bodies(sqs.receive_message(QueueUrl=fifo_url)) == []
    sqs.delete_message(QueueUrl=fifo_url, ReceiptHandle=handles[1])
    assert bodies(sqs.receive_message(QueueUrl=fifo_url, MaxNumberOfMessages=10)) == ["a3", "a4"]


def test_messages_return_in_their_order(sqs: Any, fifo_url: str, clock: AccountClock) -> None:
    send(sqs, fifo_url, *"abcd", MessageGroupId="group")
    assert bodies(sqs.receive_message(QueueUrl=fifo_url, MaxNumberOfMessages=3)) == list("abc")
    clock.advance(31)
    assert bodies(sqs.receive_message(QueueUrl=fifo_url, MaxNumberOfMessages=10)) == list("abcd")


def test_repeated_attempt_gets_the_same_messages_and_handles(sqs: Any, fifo_url: str, clock: AccountClock) -> None:
    clock.freeze()
    send(sqs, fifo_url, *"abc", MessageGroupId="group")
    attempt = {"QueueUrl": fifo_url, "MaxNumberOfMessages": 2, "ReceiveRequestAttemptId": "attempt-1"}
    first = members(sqs.receive_message(**attempt))
    clock.advance(29)
    assert members(sqs.receive_message(**attempt)) == first
    assert bodies(sqs.receive_message(QueueUrl=fifo_url)) == []
    clock.advance(29)  # the second attempt has reset the visibility timeout
    for message in first["Messages"]:
        sqs.delete_message(QueueUrl=fifo_url, ReceiptHandle=message["ReceiptHandle"])
    assert_refused(
        sqs.receive_message,
        "InvalidParameterValue",
        "Value attempt-1 for parameter ReceiveRequestAttemptId is invalid. Reason: The receiveRequestAttemptId is not "
        "valid anymore since the receive call is not retryable.",
        **attempt,
    )
    clock.advance(300)
    assert bodies(sqs.receive_message(**attempt)) == ["c"]


def test_attempt_id_makes_no_difference_to_a_standard_queue(sqs: Any, queue_url: str) -> None:
    for body in ("a", "b"):
        sqs.send_message(QueueUrl=queue_url, MessageBody=body)
    attempt = {"QueueUrl": queue_url, "ReceiveRequestAttemptId": "attempt-1"}
    assert [bodies(sqs.receive_message(**attempt)) for _ in range(2)] == [["a"], ["b"]]
    assert "Messages" not in sqs.receive_message(**attempt)


@pytest.mark.parametrize("id", ["", "a" * 129, "two words"], ids=["empty", "too long", "spaces"])
def test_illegal_attempt_id_is_refused(sqs: Any, fifo_url: str, id: str) -> None:
    message = (
        f"Value {id} for parameter ReceiveRequestAttemptId is invalid. Reason: ReceiveRequestAttemptId can only "
        "include alphanumeric and punctuation characters. 1 to 128 in length."
    )
    assert_refused(sqs.receive_message, "InvalidParameterValue", message, QueueUrl=fifo_url, ReceiveRequestAttemptId=id)


# -- In-flight limit -----------------------------------------------------------------------


def test_standard_queue_with_too_many_messages_in_flight_is_over_its_limit(
    local_sqs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.sqs.queue.IN_FLIGHT_MAX", 3)
    url = local_sqs.create_queue(QueueName="queue")["QueueUrl"]
    send(local_sqs, url, *"abcde")
    assert bodies(local_sqs.receive_message(QueueUrl=url)) == ["a"]
    assert bodies(local_sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)) == ["b", "c"]
    message = (
        "Too many messages have been received without being deleted.\n"
        "Please delete your received messages or let them timeout before receiving more."
    )
    assert_refused(local_sqs.receive_message, "OverLimit", message, QueueUrl=url)
    assert counts(local_sqs, url) == (2, 3, 0)


def test_fifo_queue_with_too_many_messages_in_flight_is_silent(local_sqs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emulator.sqs.queue.IN_FLIGHT_MAX", 1)
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    url = local_sqs.create_queue(QueueName="queue.fifo", Attributes=attributes)["QueueUrl"]
    send(local_sqs, url, "a", MessageGroupId="a")
    send(local_sqs, url, "b", MessageGroupId="b")
    assert bodies(local_sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)) == ["a"]
    assert members(local_sqs.receive_message(QueueUrl=url)) == {}


# -- Dead letters --------------------------------------------------------------------------

TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


def test_message_received_too_often_moves_with_all_it_has(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    source = sqs.create_queue(
        QueueName="source", Attributes={"RedrivePolicy": redrive_policy(arn_of(sqs, queue_url), 1)}
    )["QueueUrl"]
    source_arn = arn_of(sqs, source)
    everything: dict[str, Any] = {
        "MaxNumberOfMessages": 10,
        "MessageAttributeNames": ["All"],
        "MessageSystemAttributeNames": [
            "ApproximateFirstReceiveTimestamp",
            "ApproximateReceiveCount",
            "SentTimestamp",
            "AWSTraceHeader",
            "DeadLetterQueueSourceArn",
        ],
    }
    clock.freeze()
    send(
        sqs,
        source,
        "message-1",
        MessageAttributes={"MyAttribute": {"DataType": "String", "StringValue": "foobar"}},
        MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}},
    )
    send(sqs, source, "message-2")
    before = sqs.receive_message(QueueUrl=source, VisibilityTimeout=1, **everything)["Messages"]
    assert bodies({"Messages": before}) == ["message-1", "message-2"]
    clock.advance(1)
    assert counts(sqs, source) == (2, 0, 0)
    assert members(sqs.receive_message(QueueUrl=source, **everything)) == {}
    assert counts(sqs, source) == (0, 0, 0)
    after = members(sqs.receive_message(QueueUrl=queue_url, **everything))["Messages"]
    handles = {message.pop("ReceiptHandle") for message in [*before, *after]}
    assert len(handles) == 4
    assert before[0]["MD5OfMessageAttributes"] == "adb59cd4678ea5a855436b949cd07ab6"
    assert before[0]["Attributes"].keys() - before[1]["Attributes"].keys() == {"AWSTraceHeader"}
    for message in before:
        assert message["Attributes"]["ApproximateReceiveCount"] == "1"
        message["Attributes"] |= {"ApproximateReceiveCount": "2", "DeadLetterQueueSourceArn": source_arn}
    assert after == before


def test_dead_letter_queue_that_is_gone_takes_nothing(sqs: Any, queue_url: str) -> None:
    policy = redrive_policy(arn_of(sqs, queue_url), 1)
    source = sqs.create_queue(QueueName="source", Attributes={"RedrivePolicy": policy})["QueueUrl"]
    sqs.delete_queue(QueueUrl=queue_url)
    send(sqs, source, "hello")
    for _ in range(3):
        assert bodies(sqs.receive_message(QueueUrl=source, VisibilityTimeout=0)) == ["hello"]
