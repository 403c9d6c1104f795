"""Message attributes that Publish refuses. One of them fails a whole PublishBatch, with the same message."""

import json
from typing import Any

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.sources import RECORDED, SNS_API
from emulator.conformance.fixtures import TOPIC
from emulator.conformance.mismatch import same
from emulator.conformance.tables import refused

_PAGE = f"{SNS_API}/API_MessageAttributeValue.html"
_EMPTY = "The message attribute 'attr1' must contain non-empty message attribute value for message attribute type '{}'."
_FIELD = "The message attribute 'attr1' with type '{}' must use field '{}'."
_TYPE = (
    "The message attribute 'attr1' has an invalid message attribute type, the set of supported type prefixes is "
    "Binary, Number, and String."
)
_CHARACTER = (
    "Invalid non-alphanumeric character '#x{}' was found in the message attribute name. Can only include alphanumeric "
    "characters, hyphens, underscores, or dots."
)
_RESERVED = "Message attribute names starting with 'AWS.' or 'Amazon.' are reserved for use by Amazon."
Attribute = dict[str, Any]

_GOOD: Attribute = {"DataType": "String", "StringValue": "x"}

# By the end of the id: what is wrong, the name, the attribute, and AWS's words.
_RECORDED: dict[str, tuple[str, str, Attribute, object]] = {
    "empty-string": (
        "A String is not empty.",
        "attr1",
        {"DataType": "String", "StringValue": ""},
        _EMPTY.format("String"),
    ),
    "no-string": ("A String has a value.", "attr1", {"DataType": "String"}, _EMPTY.format("String")),
    "empty-binary": (
        "A Binary is not empty.",
        "attr1",
        {"DataType": "Binary", "BinaryValue": b""},
        _EMPTY.format("Binary"),
    ),
    "string-with-binary-value": (
        "A String has a StringValue.",
        "attr1",
        {"DataType": "String", "BinaryValue": b"x"},
        _FIELD.format("String", "String"),
    ),
    "number-with-binary-value": (
        "A Number has a StringValue.",
        "attr1",
        {"DataType": "Number", "BinaryValue": b"1"},
        _FIELD.format("Number", "String"),
    ),
    "binary-with-string-value": (
        "A Binary has a BinaryValue.",
        "attr1",
        {"DataType": "Binary", "StringValue": "x"},
        _FIELD.format("Binary", "Binary"),
    ),
    "unknown-type": (
        "A type begins with String, Number or Binary.",
        "attr1",
        {"DataType": "InvalidType", "StringValue": "x"},
        _TYPE,
    ),
    "type-with-an-empty-label": (
        "A type that ends with a dot is refused.",
        "attr1",
        {"DataType": "String.", "StringValue": "x"},
        str,
    ),
    "name-of-257-characters": (
        "A name has less than 257 bytes.",
        "n" * 257,
        _GOOD,
        "Length of message attribute name must be less than 256 bytes.",
    ),
    "name-with-a-caret": (
        "A name has letters, digits, hyphens, underscores, dots.",
        "^a^",
        _GOOD,
        _CHARACTER.format("5E"),
    ),
    "name-with-a-leading-dot": (
        "A name does not begin with a dot.",
        ".attr1",
        _GOOD,
        "Invalid message attribute name starting with character '.' was found.",
    ),
    "name-with-a-trailing-dot": (
        "A name does not end with a dot.",
        "attr1.",
        _GOOD,
        "Invalid message attribute name ending with character '.' was found.",
    ),
    "name-with-two-dots": (
        "A name has no two dots in a row.",
        "attr..1",
        _GOOD,
        "Message attribute name can not have successive '.' character.",
    ),
}
_MORE: dict[str, tuple[str, str, Attribute, object]] = {
    "number-type-with-an-empty-label": (
        "A type that ends with a dot is refused.",
        "attr1",
        {"DataType": "Number.", "StringValue": "1"},
        str,
    ),
    "type-in-lower-case": ("Types have capital letters.", "attr1", {"DataType": "string", "StringValue": "x"}, _TYPE),
    "number-that-is-none": (
        "A Number must be a number.",
        "attr1",
        {"DataType": "Number", "StringValue": "many"},
        "Could not cast message attribute 'attr1' value to number.",
    ),
    "empty-number": ("A Number is not empty.", "attr1", {"DataType": "Number", "StringValue": ""}, str),
    "empty-array": ("A String.Array is not empty.", "attr1", {"DataType": "String.Array", "StringValue": ""}, str),
    "name-with-a-blank": ("A name has no blank.", "a b", _GOOD, _CHARACTER.format("20")),
    "name-beyond-ascii": ("A name has ASCII letters only.", "ä", _GOOD, _CHARACTER.format("E4")),
}
_RESERVED_NAMES: dict[str, tuple[str, str, Attribute, object]] = {
    "name-of-aws": ("Names that begin with AWS. are reserved.", "AWS.trace", _GOOD, _RESERVED),
    "name-of-amazon": ("Names that begin with Amazon. are reserved, in any letter case.", "amazon.x", _GOOD, _RESERVED),
    "name-that-text-messages-do-not-have": (
        "Of the names for text messages only those that SNS knows are accepted, spelled as it does.",
        "AWS.SNS.SMS.SenderId",
        _GOOD,
        _RESERVED,
    ),
}
# For one value of the wrong kind, an answer with its message was recorded.
_TWO_VALUES: dict[str, tuple[str, str, Attribute, object]] = {
    "string-with-two-values": (
        "A String has no BinaryValue beside its StringValue.",
        "attr1",
        {"DataType": "String", "StringValue": "x", "BinaryValue": b"x"},
        _FIELD.format("String", "String"),
    ),
    "number-with-two-values": (
        "A Number has no BinaryValue beside its StringValue.",
        "attr1",
        {"DataType": "Number", "StringValue": "1", "BinaryValue": b"1"},
        _FIELD.format("Number", "String"),
    ),
    "binary-with-two-values": (
        "A Binary has no StringValue beside its BinaryValue.",
        "attr1",
        {"DataType": "Binary", "StringValue": "x", "BinaryValue": b"x"},
        _FIELD.format("Binary", "Binary"),
    ),
}
_SOURCES: dict[Certainty, str] = {
    "recorded": RECORDED,
    "reported": "https://github.com/aws/aws-sdk-js/issues/3110",
}


def _both(end: str, sentence: str, name: str, attribute: Attribute, message: object, certainty: Certainty) -> None:
    attributes = {name: attribute}
    entries = [{"Id": "good", "Message": "x"}, {"Id": "bad", "Message": "x", "MessageAttributes": attributes}]
    for action, params in (
        ("Publish", {"Message": "x", "MessageAttributes": attributes}),
        ("PublishBatch", {"PublishBatchRequestEntries": entries}),
    ):
        refused(
            f"sns/{action}/attribute-{end}",
            sentence,
            {"TopicArn": TOPIC, **params},
            "ParameterValueInvalid",
            message,
            source=_SOURCES.get(certainty, _PAGE),
            certainty=certainty,
        )


for _end, (_sentence, _name, _attribute, _words) in _RECORDED.items():
    _both(_end, _sentence, _name, _attribute, _words, "recorded")
for _end, (_sentence, _name, _attribute, _words) in _MORE.items():
    _both(_end, _sentence, _name, _attribute, _words, "documented")
for _end, (_sentence, _name, _attribute, _words) in _RESERVED_NAMES.items():
    _both(_end, _sentence, _name, _attribute, _words, "reported")
for _end, (_sentence, _name, _attribute, _words) in _TWO_VALUES.items():
    _both(_end, _sentence, _name, _attribute, _words, "assumed")

_SECOND_VALUE_EMPTY: dict[str, tuple[Attribute, Attribute]] = {
    "string": ({"DataType": "String", "StringValue": "x", "BinaryValue": b""}, {"Type": "String", "Value": "x"}),
    "binary": ({"DataType": "Binary", "StringValue": "", "BinaryValue": b"x"}, {"Type": "Binary", "Value": "eA=="}),
}


def _second_value_empty(kind: str, given: Attribute, envelope: Attribute) -> None:
    attributes = {"attr1": given}
    entry = {"Id": "1", "Message": "x", "MessageAttributes": attributes}

    for action, params in (
        ("Publish", {"Message": "x", "MessageAttributes": attributes}),
        ("PublishBatch", {"PublishBatchRequestEntries": [entry]}),
    ):

        @case(
            f"sns/{action}/attribute-{kind}-with-an-empty-second-value",
            "An empty value counts as not given if the attribute's type uses the other value.",
            _PAGE,
            "assumed",
        )
        def _(aws: Caller, action: str = action, params: Attribute = params) -> None:
            topic, plain, raw = aws.topic(), aws.queue(), aws.queue()
            aws.subscribe(topic, plain)
            aws.subscribe(topic, raw, {"RawMessageDelivery": "true"})
            aws.sns(action, TopicArn=topic, **params).succeeds()
            (message,) = aws.received(plain, 1)
            same(json.loads(message["Body"])["MessageAttributes"], {"attr1": envelope}, "the attributes")
            (message,) = aws.received(raw, 1, MessageAttributeNames=["All"])
            value = {name: each for name, each in given.items() if each}
            same(message["MessageAttributes"], {"attr1": value}, "the attributes of the raw message")


for _kind, (_given, _envelope) in _SECOND_VALUE_EMPTY.items():
    _second_value_empty(_kind, _given, _envelope)

_UNTYPED = {"attr1": {"StringValue": "x"}}
_NULL = "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must not be null"
refused(
    "sns/Publish/attribute-without-a-type",
    "An attribute has a type.",
    {"TopicArn": TOPIC, "Message": "x", "MessageAttributes": _UNTYPED},
    "ValidationError",
    _NULL.format("messageAttributes.attr1.member.dataType"),
    source=RECORDED,
    certainty="recorded",
)
refused(
    "sns/PublishBatch/attribute-without-a-type",
    "An attribute has a type.",
    {
        "TopicArn": TOPIC,
        "PublishBatchRequestEntries": [{"Id": "1", "Message": "x", "MessageAttributes": _UNTYPED}],
    },
    "ValidationError",
    _NULL.format("publishBatchRequestEntries.1.member.messageAttributes.attr1.member.dataType"),
    source=RECORDED,
    certainty="recorded",
)
