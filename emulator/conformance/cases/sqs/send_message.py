"""SendMessage."""

from emulator.conformance.cases.sources import RECORDED, SQS_API
from emulator.conformance.fixtures import NO_QUEUE, QUEUE
from emulator.conformance.tables import accepted, refused

_PAGE = f"{SQS_API}/API_SendMessage.html"

accepted(
    "sqs/SendMessage/digest-of-the-body",
    "The answer has the MD5 digest of the body, in hexadecimal digits.",
    {"QueueUrl": QUEUE, "MessageBody": "hello"},
    {"MD5OfMessageBody": "5d41402abc4b2a76b9719d911017c592", "MessageId": str},
    source=_PAGE,
    certainty="documented",
)
refused(
    "sqs/SendMessage/unknown-queue",
    "A queue that does not exist is refused.",
    {"QueueUrl": NO_QUEUE, "MessageBody": "hello"},
    "AWS.SimpleQueueService.NonExistentQueue",
    {
        "json": "The specified queue does not exist.",
        "query": "The specified queue does not exist for this wsdl version.",
    },
    source=RECORDED,
    certainty="recorded",
    shape="QueueDoesNotExist",
)
