"""ReceiveMessage: its ranges, visibility, and waiting."""

import re
import time

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.addresses import unknown_queue
from emulator.conformance.cases.sources import RECORDED, SQS_API, SQS_GUIDE
from emulator.conformance.cases.sqs.messages import (
    bodies,
    fifo_queue,
    invalid,
    nothing_left,
    send,
)
from emulator.conformance.fixtures import FIFO_QUEUE, QUEUE, Fixture
from emulator.conformance.mismatch import ABSENT, same
from emulator.conformance.tables import accepted, refused

_PAGE = f"{SQS_API}/API_ReceiveMessage.html"


def _with_a_message(aws: Caller) -> str:
    queue = aws.queue()
    send(aws, queue, "hello", MessageAttributes={"k": {"DataType": "String", "StringValue": "x"}})
    return queue


_FULL = Fixture("FULL", _with_a_message)  # URL of a queue with one message

for _name, _queue in (("standard", QUEUE), ("fifo", FIFO_QUEUE)):
    accepted(
        f"sqs/ReceiveMessage/empty-{_name}-queue",
        "If there is no message, Messages is absent.",
        {"QueueUrl": _queue},
        {"Messages": ABSENT},
        source=RECORDED,
        certainty="recorded",
    )
unknown_queue("ReceiveMessage", {})
refused(
    "sqs/ReceiveMessage/without-queue",
    "The queue must be named.",
    {},
    "MissingParameter",
    source=_PAGE,
    certainty="modeled",
)


@case(
    "sqs/ReceiveMessage/members",
    "A message has no attributes that were not asked for.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    (message,) = aws.received(_with_a_message(aws), 1)
    expected = {
        "MessageId": re.compile("[0-9a-f-]{36}"),
        "ReceiptHandle": re.compile(".{1,1024}"),
        "Body": "hello",
        "MD5OfBody": "5d41402abc4b2a76b9719d911017c592",
    }
    same(message, expected, "the message")


# -- Ranges ----------------------------------------------------------------------------------

_RANGES = (
    ("MaxNumberOfMessages", (-1, 0, 11), (1, 10), "Must be between 1 and 10, if provided.", "recorded"),
    ("WaitTimeSeconds", (-1, 21), (0, 20), "Must be >= 0 and <= 20, if provided.", "recorded"),
    ("VisibilityTimeout", (-1, 43_201), (0, 43_200), str, "assumed"),
)
for _parameter, _out, _in, _rule, _certainty in _RANGES:
    for _value in _out:
        refused(
            f"sqs/ReceiveMessage/{_parameter.lower()}-{_value if _value >= 0 else 'less-than-0'}",
            f"{_parameter} must be in its range.",
            {"QueueUrl": _FULL, _parameter: _value},
            "InvalidParameterValue",
            invalid(_parameter, _value, _rule) if isinstance(_rule, str) else str,
            source=RECORDED if _certainty == "recorded" else _PAGE,
            certainty="recorded" if _certainty == "recorded" else "assumed",
        )
    for _value in _in:
        accepted(
            f"sqs/ReceiveMessage/{_parameter.lower()}-{_value}",
            f"{_parameter} may be at either end of its range.",
            {"QueueUrl": _FULL, "WaitTimeSeconds": 20, _parameter: _value},
            {} if (_parameter, _value) == ("WaitTimeSeconds", 0) else {"Messages": lambda got: len(got) == 1},
            source=_PAGE,
            certainty="documented",
        )


@case(
    "sqs/ReceiveMessage/one-message-by-default",
    "One message is received unless more are wanted.",
    _PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    queue = fifo_queue(aws, "g-1", "g-2")
    same([message["Body"] for message in aws.receive(queue)], ["g-1"], "the bodies")


@case(
    "sqs/ReceiveMessage/no-more-than-wanted",
    "No more messages are received than MaxNumberOfMessages says.",
    _PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    queue = fifo_queue(aws, "g-1", "g-2", "h-1", "h-2")
    same(bodies(aws, queue, 3), ["g-1", "g-2", "h-1"], "the bodies")


# -- Visibility ------------------------------------------------------------------------------


@case(
    "sqs/ReceiveMessage/hidden",
    "A message that was received cannot be received again during its visibility timeout.",
    _PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    queue = _with_a_message(aws)
    aws.received(queue, 1)
    same(aws.receive(queue, WaitTimeSeconds=1), [], "the messages")


@case(
    "sqs/ReceiveMessage/hidden-by-the-queue",
    "A receive without a timeout of its own hides messages for the queue's timeout.",
    _PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    queue = aws.queue({"VisibilityTimeout": "0"})
    send(aws, queue, "hello")
    first, second = (aws.received(queue, 1)[0] for _ in range(2))
    same(second["MessageId"], first["MessageId"], "the message id")


@case(
    "sqs/ReceiveMessage/visible-again",
    "When the visibility timeout is over the message is received again, under another handle.",
    _PAGE,
    "documented",
    seconds=1,
)
def _(aws: Caller) -> None:
    queue = _with_a_message(aws)
    (first,) = aws.received(queue, 1, VisibilityTimeout=1)
    (second,) = aws.received(queue, 1)
    same(second["MessageId"], first["MessageId"], "the message id")
    same(second["ReceiptHandle"] != first["ReceiptHandle"], True, "whether the handle is another one")


@case(
    "sqs/ReceiveMessage/not-hidden",
    "A timeout of 0 hides nothing; each receive counts, and has a handle of its own.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue = _with_a_message(aws)
    names = {"AttributeNames": ["ApproximateReceiveCount"]}
    messages = [aws.received(queue, 1, VisibilityTimeout=0, **names)[0] for _ in range(3)]
    counts = [message["Attributes"]["ApproximateReceiveCount"] for message in messages]
    same(counts, ["1", "2", "3"], "the receive counts")
    same(len({message["ReceiptHandle"] for message in messages}), 3, "the number of handles")


# -- Waiting ---------------------------------------------------------------------------------

_LONG_POLLS = f"{SQS_GUIDE}/sqs-short-and-long-polling.html"


def _duration(aws: Caller, queue: str, **params: int) -> float:
    since = time.monotonic()
    aws.sqs("ReceiveMessage", QueueUrl=queue, **params).gives(Messages=ABSENT)
    return time.monotonic() - since


@case(
    "sqs/ReceiveMessage/long-poll-waits",
    "A long poll of an empty queue is answered when its time is over.",
    _LONG_POLLS,
    "documented",
    seconds=1,
)
def _(aws: Caller) -> None:
    same(_duration(aws, aws.queue(), WaitTimeSeconds=1), lambda seconds: seconds >= 0.9, "the seconds")


@case(
    "sqs/ReceiveMessage/long-poll-of-the-queue",
    "Without WaitTimeSeconds a receive waits as long as ReceiveMessageWaitTimeSeconds says.",
    _LONG_POLLS,
    "documented",
    seconds=1,
)
def _(aws: Caller) -> None:
    queue = aws.queue({"ReceiveMessageWaitTimeSeconds": "1"})
    same(_duration(aws, queue), lambda seconds: seconds >= 0.9, "the seconds")


@case(
    "sqs/ReceiveMessage/long-poll-gets-a-message-that-becomes-visible",
    "A long poll is answered as soon as a delayed message can be received.",
    RECORDED,
    "recorded",
    seconds=1,
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    send(aws, queue, "late", DelaySeconds=1)
    since = time.monotonic()
    same(bodies(aws, queue, WaitTimeSeconds=20), ["late"], "the bodies")
    same(time.monotonic() - since, lambda seconds: seconds < 15, "the seconds")


# -- ReceiveRequestAttemptId -----------------------------------------------------------------


@case(
    "sqs/ReceiveMessage/attempt-id-on-a-standard-queue",
    "A standard queue takes an attempt id, and each receive is a new one.",
    "https://github.com/awspring/spring-cloud-aws/issues/529",
    "reported",
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    send(aws, queue, "test")
    same(bodies(aws, queue, ReceiveRequestAttemptId="attempt"), ["test"], "the bodies")
    aws.sqs("ReceiveMessage", QueueUrl=queue, ReceiveRequestAttemptId="attempt").gives(Messages=ABSENT)


for _name, _id in {"empty": "", "too-long": "a" * 129, "with-a-space": "two words"}.items():
    refused(
        f"sqs/ReceiveMessage/attempt-id-{_name}",
        "An attempt id has 1 to 128 letters, digits and punctuation characters.",
        {"QueueUrl": FIFO_QUEUE, "ReceiveRequestAttemptId": _id},
        "InvalidParameterValue",
        source=_PAGE,
        certainty="documented",
    )


@case(
    "sqs/ReceiveMessage/refused-receive-takes-nothing",
    "A receive that is refused leaves the messages as they are.",
    _PAGE,
    "assumed",
)
def _(aws: Caller) -> None:
    queue = fifo_queue(aws, "g-1")
    aws.sqs("ReceiveMessage", QueueUrl=queue, MaxNumberOfMessages=11).refused("InvalidParameterValue")
    same(bodies(aws, queue), ["g-1"], "the bodies")
    same(nothing_left(aws, queue), True, "whether nothing is left")
