"""What the tests of Publish and of PublishBatch have in common."""

from typing import Any

from tests.actions.sns.inbox import Inbox

NUMBER = {"DataType": "Number", "StringValue": "99.12"}

NO_VALUE = (
    "The message attribute 'attr1' must contain non-empty message attribute value for message attribute type '{}'."
)
WRONG_FIELD = "The message attribute 'attr1' with type '{}' must use field '{}'."
BAD_ATTRIBUTES = [
    ("attr1", {"DataType": "String", "StringValue": ""}, NO_VALUE.format("String")),
    ("attr1", {"DataType": "String"}, NO_VALUE.format("String")),
    ("attr1", {"DataType": "Binary", "BinaryValue": b""}, NO_VALUE.format("Binary")),
    ("attr1", {"DataType": "String", "BinaryValue": b"x"}, WRONG_FIELD.format("String", "String")),
    ("attr1", {"DataType": "Number", "BinaryValue": b"1"}, WRONG_FIELD.format("Number", "String")),
    ("attr1", {"DataType": "Binary", "StringValue": "x"}, WRONG_FIELD.format("Binary", "Binary")),
    (
        "attr1",
        {"DataType": "InvalidType", "StringValue": "x"},
        "The message attribute 'attr1' has an invalid message attribute type, "
        "the set of supported type prefixes is Binary, Number, and String.",
    ),
    (
        "n" * 257,
        {"DataType": "String", "StringValue": "x"},
        "Length of message attribute name must be less than 256 bytes.",
    ),
    (
        "^attr1",
        {"DataType": "String", "StringValue": "x"},
        "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. "
        "Can only include alphanumeric characters, hyphens, underscores, or dots.",
    ),
    (
        ".a",
        {"DataType": "String", "StringValue": "x"},
        "Invalid message attribute name starting with character '.' was found.",
    ),
    (
        "a.",
        {"DataType": "String", "StringValue": "x"},
        "Invalid message attribute name ending with character '.' was found.",
    ),
    (
        "a..b",
        {"DataType": "String", "StringValue": "x"},
        "Message attribute name can not have successive '.' character.",
    ),
]


def subscribe(sns: Any, topic_arn: str, inbox: Inbox, **attributes: str) -> str:
    """The ARN of a queue's subscription."""
    return str(
        sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn, Attributes=attributes)["SubscriptionArn"]
    )
