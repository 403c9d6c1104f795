"""SetQueueAttributes: what it changes, and what it cannot."""

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, SQS_API
from emulator.conformance.fixtures import FIFO_QUEUE, QUEUE
from emulator.conformance.mismatch import same
from emulator.conformance.tables import accepted, refused

_PAGE = f"{SQS_API}/API_SetQueueAttributes.html"

for value in ("false", "False"):
    refused(
        f"sqs/SetQueueAttributes/fifo-queue-made-standard-{'capital' if value == 'False' else 'lower'}",
        f"FifoQueue={value} on a FIFO queue is refused.",
        {"QueueUrl": FIFO_QUEUE, "Attributes": {"FifoQueue": value}},
        "InvalidAttributeValue",
        "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.",
        source=RECORDED,
        certainty="recorded",
        shape="InvalidAttributeValue",
    )
refused(
    "sqs/SetQueueAttributes/standard-queue-made-fifo",
    "FifoQueue=true on a standard queue is refused.",
    {"QueueUrl": QUEUE, "Attributes": {"FifoQueue": "true"}},
    "InvalidAttributeName",
    "Unknown Attribute FifoQueue.",
    source=RECORDED,
    certainty="recorded",
    shape="InvalidAttributeName",
)
accepted(
    "sqs/SetQueueAttributes/fifo-queue-stays-fifo",
    "FifoQueue=true on a FIFO queue changes nothing and is accepted.",
    {"QueueUrl": FIFO_QUEUE, "Attributes": {"FifoQueue": "true"}},
    {},
    source="https://github.com/localstack/localstack/issues/2096",
    certainty="assumed",
)
refused(
    "sqs/SetQueueAttributes/no-attributes",
    "A request without attributes is refused.",
    {"QueueUrl": QUEUE, "Attributes": {}},
    "MissingParameter",
    "The request must contain the parameter Attribute.Name.",
    source=_PAGE,
    certainty="reported",
)


@case("sqs/SetQueueAttributes/all-or-nothing", "One bad attribute refuses all of them.", _PAGE, "assumed")
def _(aws: Caller) -> None:
    queue = aws.queue()
    bad = {"VisibilityTimeout": "7", "DelaySeconds": "901"}
    aws.sqs("SetQueueAttributes", QueueUrl=queue, Attributes=bad).refused("InvalidAttributeValue")
    names = ("VisibilityTimeout", "DelaySeconds")
    same(aws.attributes(queue, *names), {"VisibilityTimeout": "30", "DelaySeconds": "0"})


@case(
    "sqs/SetQueueAttributes/others-stay",
    "Attributes that are not given stay as they are.",
    _PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    queue = aws.queue({"DelaySeconds": "5", "MessageRetentionPeriod": "60"})
    aws.sqs("SetQueueAttributes", QueueUrl=queue, Attributes={"DelaySeconds": "6"}).succeeds()
    names = ("DelaySeconds", "MessageRetentionPeriod")
    same(aws.attributes(queue, *names), {"DelaySeconds": "6", "MessageRetentionPeriod": "60"})


@case(
    "sqs/SetQueueAttributes/twice",
    "The same change twice is accepted.",
    _PAGE,
    "assumed",
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    for _ in range(2):
        aws.sqs("SetQueueAttributes", QueueUrl=queue, Attributes={"DelaySeconds": "6"}).succeeds()
    same(aws.attributes(queue, "DelaySeconds"), {"DelaySeconds": "6"})
