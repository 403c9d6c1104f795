"""The order of checks of the operations of SQS on messages."""

from emulator.conformance.caller import Caller
from emulator.conformance.cases.order.sqs_faults import (
    HANDLE_ILLEGAL,
    UNKNOWN_QUEUE,
    URL_MISSING,
    bad_value,
    batch,
    missing,
    not_integer,
)
from emulator.conformance.cases.sources import RECORDED
from emulator.conformance.fixtures import FIFO_QUEUE, QUEUE, Fixture
from emulator.conformance.mismatch import ABSENT
from emulator.conformance.order import Fault, Known, order, says


def _small_queue(aws: Caller) -> str:
    return aws.queue({"MaximumMessageSize": "1024"})


_SMALL_QUEUE = Fixture("SMALL_QUEUE", _small_queue)  # it takes messages of at most 1024 bytes

_BAD_TYPE = {"DataType": "Text", "StringValue": "a"}
_BODY_ILLEGAL = "bell \x07"

# -- SendMessage ---------------------------------------------------------------------------

_DELAY_TOO_LONG = bad_value("delay-too-long", {"DelaySeconds": 901}, "DelaySeconds")
_BAD_ATTRIBUTE = bad_value("attribute-type-unknown", {"MessageAttributes.t": _BAD_TYPE}, "attribute 't'")
_ILLEGAL_GROUP = bad_value(
    "group-id-illegal", {"MessageGroupId": "a b"}, "MessageGroupId can only", certainty="recorded", source=RECORDED
)

order(
    "sqs/SendMessage",
    {"QueueUrl": _SMALL_QUEUE, "MessageBody": "hello"},
    not_integer("DelaySeconds", "delay"),
    URL_MISSING,
    missing("MessageBody", "body"),
    UNKNOWN_QUEUE,
    _ILLEGAL_GROUP,
    bad_value("deduplication-id-on-standard-queue", {"MessageDeduplicationId": "d"}, "MessageDeduplicationId"),
    Fault("body-illegal", {"MessageBody": _BODY_ILLEGAL}, "InvalidMessageContents"),
    _BAD_ATTRIBUTE,
    bad_value("body-too-long", {"MessageBody": "a" * 1025}, "shorter than 1024 bytes"),
    _DELAY_TOO_LONG,
)
order(
    "sqs/SendMessage",
    {"QueueUrl": FIFO_QUEUE, "MessageBody": "hello", "MessageGroupId": "g", "MessageDeduplicationId": "d"},
    _ILLEGAL_GROUP,
    bad_value("deduplication-id-illegal", {"MessageDeduplicationId": "a b"}, "MessageDeduplicationId can only"),
    Fault("group-id-missing", {"MessageGroupId": ABSENT}, "MissingParameter", says("MessageGroupId")),
    Fault(
        "deduplication-id-missing",
        {"MessageDeduplicationId": ABSENT},
        "InvalidParameterValue",
        says("The queue should either have ContentBasedDeduplication enabled"),
        certainty="recorded",
        source=RECORDED,
    ),
    Fault("body-illegal", {"MessageBody": _BODY_ILLEGAL}, "InvalidMessageContents"),
    bad_value("delay-on-fifo-queue", {"DelaySeconds": 2}, "DelaySeconds", certainty="recorded", source=RECORDED),
    variant="fifo",
)

# -- SendMessageBatch ----------------------------------------------------------------------

_ENTRIES, _BATCH_FAULTS = batch("SendMessageBatchRequestEntry", {"MessageBody": "hello"})
_ID_BEFORE_HANDLE = Known("id-illegal", "handle-illegal", RECORDED, "recorded")

order(
    "sqs/SendMessageBatch",
    {"QueueUrl": _SMALL_QUEUE, **_ENTRIES},
    *_BATCH_FAULTS,
    Fault(
        "too-long-in-total",
        {"Entries.5.MessageBody": "a" * 1_048_576},
        "AWS.SimpleQueueService.BatchRequestTooLong",
        says("Batch requests cannot be longer than 1048576 bytes"),
        certainty="recorded",
        source=RECORDED,
    ),
    bad_value("group-id-illegal", {"Entries.6.MessageGroupId": "a b"}, "MessageGroupId can only"),
    Fault("body-illegal", {"Entries.7.MessageBody": _BODY_ILLEGAL}, "InvalidMessageContents", entry="e7"),
    bad_value("attribute-type-unknown", {"Entries.7.MessageAttributes.t": _BAD_TYPE}, "attribute 't'", entry="e7"),
    bad_value("body-too-long", {"Entries.7.MessageBody": "a" * 1025}, "shorter than 1024 bytes", entry="e7"),
    bad_value("delay-too-long", {"Entries.7.DelaySeconds": 901}, "DelaySeconds", entry="e7"),
)
_FIFO_ENTRIES, _ = batch(
    "SendMessageBatchRequestEntry", {"MessageBody": "hello", "MessageGroupId": "g", "MessageDeduplicationId": "d"}
)
order(
    "sqs/SendMessageBatch",
    {"QueueUrl": FIFO_QUEUE, **_FIFO_ENTRIES},
    *_BATCH_FAULTS[3:],
    Fault(
        "group-id-missing",
        {"Entries.4.MessageGroupId": ABSENT},
        "InvalidParameterValue",
        "The request must contain the parameter MessageGroupId.",
        certainty="recorded",
        source=RECORDED,
    ),
    Fault(
        "deduplication-id-missing",
        {"Entries.5.MessageDeduplicationId": ABSENT},
        "InvalidParameterValue",
        says("The queue should either have ContentBasedDeduplication enabled"),
        certainty="recorded",
        source=RECORDED,
    ),
    Fault("body-illegal", {"Entries.7.MessageBody": _BODY_ILLEGAL}, "InvalidMessageContents", entry="e7"),
    variant="fifo",
)

# -- Received messages ---------------------------------------------------------------------

# The requests have an invalid handle, because a valid one would need a received message. AWS checks it last.
_HANDLE_MISSING = missing("ReceiptHandle", "handle", "MessageHandle")

order(
    "sqs/DeleteMessage",
    {"QueueUrl": QUEUE, "ReceiptHandle": "garbage"},
    URL_MISSING,
    _HANDLE_MISSING,
    UNKNOWN_QUEUE,
    HANDLE_ILLEGAL,
)
order(
    "sqs/ChangeMessageVisibility",
    {"QueueUrl": QUEUE, "ReceiptHandle": "garbage", "VisibilityTimeout": 10},
    URL_MISSING,
    _HANDLE_MISSING,
    missing("VisibilityTimeout", "timeout"),
    UNKNOWN_QUEUE,
    bad_value("timeout-too-long", {"VisibilityTimeout": 43_201}, "VisibilityTimeout"),
    HANDLE_ILLEGAL,
)

_ENTRIES, _BATCH_FAULTS = batch("DeleteMessageBatchRequestEntry", {"ReceiptHandle": "garbage"})
order(
    "sqs/DeleteMessageBatch",
    {"QueueUrl": QUEUE, **_ENTRIES},
    *_BATCH_FAULTS,
    Fault("handle-illegal", {"Entries.4.ReceiptHandle": "rubbish"}, "ReceiptHandleIsInvalid", entry="e4"),
    known=(_ID_BEFORE_HANDLE,),
)
_ENTRIES, _BATCH_FAULTS = batch(
    "ChangeMessageVisibilityBatchRequestEntry", {"ReceiptHandle": "garbage", "VisibilityTimeout": 10}
)
order(
    "sqs/ChangeMessageVisibilityBatch",
    {"QueueUrl": QUEUE, **_ENTRIES},
    *_BATCH_FAULTS,
    bad_value("timeout-too-long", {"Entries.4.VisibilityTimeout": 43_201}, "VisibilityTimeout", entry="e4"),
    Fault("handle-illegal", {"Entries.4.ReceiptHandle": "rubbish"}, "ReceiptHandleIsInvalid", entry="e4"),
    known=(_ID_BEFORE_HANDLE,),
)

order(
    "sqs/ReceiveMessage",
    {"QueueUrl": QUEUE, "WaitTimeSeconds": 0},
    not_integer("MaxNumberOfMessages", "number"),
    URL_MISSING,
    UNKNOWN_QUEUE,
    bad_value(
        "too-many-messages",
        {"MaxNumberOfMessages": 11},
        "MaxNumberOfMessages",
        certainty="recorded",
        source=RECORDED,
    ),
    bad_value("wait-too-long", {"WaitTimeSeconds": 21}, "WaitTimeSeconds", certainty="recorded", source=RECORDED),
    bad_value("timeout-too-long", {"VisibilityTimeout": 43_201}, "VisibilityTimeout"),
    Fault("attribute-unknown", {"AttributeNames": ["Fly"]}, "InvalidAttributeName", says("Fly")),
    bad_value("attempt-id-with-a-space", {"ReceiveRequestAttemptId": "a b"}, "ReceiveRequestAttemptId"),
)
