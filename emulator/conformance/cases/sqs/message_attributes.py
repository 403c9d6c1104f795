"""Message attributes of SendMessage and of the entries of SendMessageBatch."""

from typing import Any

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.sources import RECORDED, SQS_API, SQS_GUIDE
from emulator.conformance.cases.sqs.messages import failed
from emulator.conformance.fixtures import QUEUE
from emulator.conformance.mismatch import has, same
from emulator.conformance.tables import accepted, refused

_GUIDE = f"{SQS_GUIDE}/sqs-message-metadata.html"
_SEND = f"{SQS_API}/API_SendMessage.html"

Attributes = dict[str, dict[str, Any]]


def _string(value: str, label: str = "") -> dict[str, Any]:
    return {"DataType": f"String{label}", "StringValue": value}


def _number(value: str, label: str = "") -> dict[str, Any]:
    return {"DataType": f"Number{label}", "StringValue": value}


def _binary(value: bytes, label: str = "") -> dict[str, Any]:
    return {"DataType": f"Binary{label}", "BinaryValue": value}


# -- Digests ---------------------------------------------------------------------------------

_TRACE = b"traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01"
_DIGESTS: dict[str, tuple[Attributes, str, Certainty]] = {
    "one-string": ({"k": _string("x")}, "a45daa70926828a2f0a1db3418e6feb4", "recorded"),
    "another-string": ({"Foo": _string("Bar")}, "ae7155c6026991b6d54b11589678bf9c", "recorded"),
    "a-number": ({"timestamp": _number("1493147359900")}, "235c5c510d26fb653d073faed50ae77c", "recorded"),
    "binary": ({"attr1": _binary(_TRACE)}, "8cbe4db156db8a94db8b801b7addb984", "recorded"),
    "three-strings": (
        {"Hello": _string("There"), "General": _string("Kenobi"), "Help.Me": _string("Me")},
        "4c360f3fdafd970e05fae2f149d997f5",
        "recorded",
    ),
    "custom-types": (
        {"s": _string("a", ".label"), "n": _number("1", ".int"), "b": _binary(b"\x00\xff", ".png")},
        "a019da40e4e4e468159dc6a2151bb35b",
        "documented",
    ),
    "letters-beyond-ascii": ({"attr.1øßä": _string("grüße 🎉")}, "65668dddb1a1b4057d35c5cfdd9be8e5", "recorded"),
}


def _digest(name: str, attributes: Attributes, digest: str, certainty: Certainty) -> None:
    source = RECORDED if certainty == "recorded" else _GUIDE

    @case(
        f"sqs/SendMessage/digest-of-{name}",
        "The answer has the digest of the attributes; they come back as they were sent, with the same digest.",
        source,
        certainty,
    )
    def _(aws: Caller) -> None:
        queue = aws.queue()
        sent = aws.sqs("SendMessage", QueueUrl=queue, MessageBody="test", MessageAttributes=attributes)
        sent.gives(MD5OfMessageAttributes=digest)
        (message,) = aws.received(queue, 1, MessageAttributeNames=["All"])
        has(message, {"MessageAttributes": attributes, "MD5OfMessageAttributes": digest}, "the message")

    accepted(
        f"sqs/SendMessageBatch/digest-of-{name}",
        "The answer has the digest of the attributes of each entry.",
        {"QueueUrl": QUEUE, "Entries": [{"Id": "1", "MessageBody": "test", "MessageAttributes": attributes}]},
        {
            "Successful": [
                {
                    "Id": "1",
                    "MessageId": str,
                    "MD5OfMessageBody": "098f6bcd4621d373cade4e832627b4f6",
                    "MD5OfMessageAttributes": digest,
                }
            ]
        },
        source=source,
        certainty=certainty,
    )


for _name, _row in _DIGESTS.items():
    _digest(_name, *_row)

# -- What is taken ---------------------------------------------------------------------------

_TAKEN: dict[str, tuple[str, Attributes, Certainty]] = {
    "name-of-256-characters": ("A name has up to 256 characters.", {"a" * 256: _string("x")}, "documented"),
    "name-with-punctuation": (
        "A name may have hyphens, underscores and dots.",
        {"a-b_c.d": _string("x")},
        "documented",
    ),
    "name-with-aws-inside": ("Only names that begin with AWS. are reserved.", {"my.AWS.a": _string("x")}, "documented"),
    "names-that-differ-in-case": ("Names are case-sensitive.", {"a": _string("x"), "A": _string("y")}, "documented"),
    "type-of-256-characters": (
        "A data type has up to 256 characters.",
        {"a": _string("x", "." + "l" * 249)},
        "documented",
    ),
    "ten-attributes": ("A message has up to ten attributes.", {f"a{n}": _string("x") for n in range(10)}, "documented"),
    "value-with-white-space": ("A value may have tabs and line ends.", {"a": _string(" \t\r\n")}, "documented"),
    "number-with-zeros": ("A number is returned as it was written.", {"n": _number("-007.50")}, "assumed"),
    "number-of-38-digits": ("A number has up to 38 digits.", {"n": _number("9" * 38)}, "documented"),
    "largest-number": ("A number is up to 10 to the power of 126.", {"n": _number("1e126")}, "documented"),
    "smallest-number": ("A number is from 10 to the power of -128.", {"n": _number("-1E-128")}, "documented"),
}


def _taken(name: str, sentence: str, attributes: Attributes, certainty: Certainty) -> None:
    @case(f"sqs/SendMessage/attribute-{name}", sentence, _GUIDE, certainty)
    def _(aws: Caller) -> None:
        queue = aws.queue()
        aws.sqs("SendMessage", QueueUrl=queue, MessageBody="test", MessageAttributes=attributes).succeeds()
        (message,) = aws.received(queue, 1, MessageAttributeNames=["All"])
        same(message.get("MessageAttributes"), attributes, "the attributes")


for _name, _taken_row in _TAKEN.items():
    _taken(_name, *_taken_row)

_SECOND_VALUE_EMPTY: dict[str, tuple[Attributes, Attributes]] = {
    "string": ({"a": _string("x") | {"BinaryValue": b""}}, {"a": _string("x")}),
    "binary": ({"a": _binary(b"x") | {"StringValue": ""}}, {"a": _binary(b"x")}),
}


def _second_value_empty(kind: str, given: Attributes, expected: Attributes) -> None:
    @case(
        f"sqs/SendMessage/attribute-{kind}-with-an-empty-second-value",
        "An empty value counts as not given if the attribute's type uses the other value.",
        _GUIDE,
        "assumed",
    )
    def _(aws: Caller) -> None:
        queue = aws.queue()
        aws.sqs("SendMessage", QueueUrl=queue, MessageBody="test", MessageAttributes=given).succeeds()
        (message,) = aws.received(queue, 1, MessageAttributeNames=["All"])
        same(message.get("MessageAttributes"), expected, "the attributes")


for _name, _values in _SECOND_VALUE_EMPTY.items():
    _second_value_empty(_name, *_values)

# -- What is refused -------------------------------------------------------------------------

_UNKNOWN_TYPE = (
    "The type of message (user) attribute 'a' is invalid. You must use only the following supported type prefixes: "
    "Binary, Number, String."
)


def _empty(kind: str) -> str:
    return f"Message (user) attribute 'a' must contain a non-empty value of type '{kind}'."


_TYPELESS = "The message attribute 'a' must contain non-empty message attribute type."
_VALUELESS = "The message attribute 'a' must contain non-empty message attribute value."

_REFUSED: dict[str, tuple[str, Attributes, object, Certainty]] = {
    "name-empty": (
        "A name has at least one character.",
        {"": _string("x")},
        "The request must contain non-empty message attribute name.",
        "reported",
    ),
    "name-too-long": ("A name has at most 256 characters.", {"a" * 257: _string("x")}, str, "documented"),
    "name-with-a-dot-first": ("A name does not begin with a dot.", {".a": _string("x")}, str, "documented"),
    "name-with-a-dot-last": ("A name does not end with a dot.", {"a.": _string("x")}, str, "documented"),
    "name-with-two-dots": ("A name has no two dots in a row.", {"a..b": _string("x")}, str, "documented"),
    "name-with-a-space": ("A name has no spaces.", {"a b": _string("x")}, str, "documented"),
    "name-with-a-slash": ("A name has no slashes.", {"a/b": _string("x")}, str, "documented"),
    "name-with-aws-first": ("Names that begin with AWS. are reserved.", {"AWS.a": _string("x")}, str, "documented"),
    "name-with-lower-case-aws": (
        "Names that begin with aws. in lower case are reserved, too.",
        {"aws.a": _string("x")},
        str,
        "documented",
    ),
    "name-with-amazon-first": (
        "Names that begin with Amazon. are reserved.",
        {"Amazon.a": _string("x")},
        str,
        "documented",
    ),
    "type-unknown": (
        "A data type begins with one of three.",
        {"a": _string("x") | {"DataType": "Text"}},
        _UNKNOWN_TYPE,
        "reported",
    ),
    "type-in-lower-case": (
        "Data types are case-sensitive.",
        {"a": _string("x") | {"DataType": "string"}},
        _UNKNOWN_TYPE,
        "documented",
    ),
    "type-that-runs-on": (
        "A dot must separate type and label.",
        {"a": _string("x") | {"DataType": "Stringy"}},
        _UNKNOWN_TYPE,
        "documented",
    ),
    "type-with-an-empty-label": ("The dot must be followed by a label.", {"a": _string("x", ".")}, str, "assumed"),
    "type-too-long": (
        "A data type has at most 256 characters.",
        {"a": _string("x", "." + "l" * 250)},
        str,
        "documented",
    ),
    "type-empty": ("A data type must be given.", {"a": {"DataType": "", "StringValue": "x"}}, _TYPELESS, "reported"),
    "type-missing": ("A data type must be given.", {"a": {"StringValue": "x"}}, _TYPELESS, "reported"),
    "type-and-value-missing": ("Type and value must be given.", {"a": {}}, _VALUELESS, "reported"),
    "string-empty": ("A String is not empty.", {"a": _string("")}, _empty("String"), "recorded"),
    "string-without-value": ("A String has a StringValue.", {"a": {"DataType": "String"}}, _empty("String"), "modeled"),
    "string-with-binary-value": (
        "A String cannot have a BinaryValue in the place of its StringValue.",
        {"a": {"DataType": "String", "BinaryValue": b"x"}},
        _empty("String"),
        "modeled",
    ),
    "number-empty": ("A Number is not empty.", {"a": _number("")}, str, "documented"),
    "number-in-words": ("A Number is a number.", {"a": _number("many")}, str, "documented"),
    "number-with-a-comma": ("The decimals of a Number come after a point.", {"a": _number("1,5")}, str, "documented"),
    "number-of-39-digits": ("A Number has at most 38 digits.", {"a": _number("1" * 39)}, str, "documented"),
    "number-too-large": ("A Number is at most 10 to the power of 126.", {"a": _number("1e127")}, str, "documented"),
    "number-too-small": ("A Number is at least 10 to the power of -128.", {"a": _number("1e-129")}, str, "documented"),
    "binary-empty": ("A Binary is not empty.", {"a": _binary(b"")}, str, "documented"),
    "binary-with-string-value": (
        "A Binary cannot have a StringValue in the place of its BinaryValue.",
        {"a": {"DataType": "Binary.png", "StringValue": "x"}},
        _empty("Binary"),
        "modeled",
    ),
    "string-with-two-values": (
        "A String has no BinaryValue beside its StringValue.",
        {"a": _string("x") | {"BinaryValue": b"y"}},
        str,
        "assumed",
    ),
    "number-with-two-values": (
        "A Number has no BinaryValue beside its StringValue.",
        {"a": _number("1", ".int") | {"BinaryValue": b"1"}},
        str,
        "assumed",
    ),
    "binary-with-two-values": (
        "A Binary has no StringValue beside its BinaryValue.",
        {"a": _binary(b"x", ".png") | {"StringValue": "x"}},
        str,
        "assumed",
    ),
    "value-with-a-backspace": (
        "A character that XML does not allow is refused in a value, too.",
        {"a": _string("a\x08b")},
        str,
        "recorded",
    ),
    "value-with-a-vertical-tab": ("A vertical tab is refused in a value.", {"a": _string("a\x0bb")}, str, "recorded"),
    "eleven-attributes": (
        "A message has at most ten attributes.",
        {f"a{n}": _string("x") for n in range(11)},
        "Number of message attributes [11] exceeds the allowed maximum [10].",
        "reported",
    ),
}


_SEEN_IN = {
    "type-empty": "https://github.com/aws/aws-sdk-java/issues/1692",
    "type-missing": "https://github.com/aws/aws-sdk-java/issues/1692",
    "type-and-value-missing": "https://github.com/boto/boto/pull/3348",
    "eleven-attributes": "https://github.com/open-telemetry/opentelemetry-java/issues/7309",
}


def _refused(name: str, sentence: str, attributes: Attributes, message: object, certainty: Certainty) -> None:
    source = RECORDED if certainty == "recorded" else _SEEN_IN.get(name, _GUIDE)
    refused(
        f"sqs/SendMessage/attribute-{name}",
        sentence,
        {"QueueUrl": QUEUE, "MessageBody": "test", "MessageAttributes": attributes},
        "InvalidParameterValue",
        message,
        source=source,
        certainty=certainty,
        shape="InvalidParameterValueException",
    )
    entries = [
        {"Id": "bad", "MessageBody": "test", "MessageAttributes": attributes},
        {"Id": "good", "MessageBody": "b"},
    ]

    @case(f"sqs/SendMessageBatch/attribute-{name}", f"{sentence} The entry fails alone.", source, certainty)
    def _(aws: Caller) -> None:
        answer = aws.sqs("SendMessageBatch", QueueUrl=aws.queue(), Entries=entries)
        answer.gives(Failed=[failed("bad", "InvalidParameterValue", message)], Successful=lambda got: len(got) == 1)


for _name, _refused_row in _REFUSED.items():
    _refused(_name, *_refused_row)

_LISTS = {"DataType": "String", "StringValue": "x", "StringListValues": ["x"]}
for _kind, _attributes in (
    ("attribute", {"MessageAttributes": {"a": _LISTS}}),
    ("system-attribute", {"MessageSystemAttributes": {"AWSTraceHeader": _LISTS}}),
):
    for _action, _given in (
        ("SendMessage", {"MessageBody": "test", **_attributes}),
        ("SendMessageBatch", {"Entries": [{"Id": "1", "MessageBody": "test", **_attributes}]}),
    ):
        refused(
            f"sqs/{_action}/{_kind}-list-of-values",
            "The model has attributes with lists of values; the service refuses them.",
            {"QueueUrl": QUEUE, **_given},
            "AWS.SimpleQueueService.UnsupportedOperation",
            f"Message attribute list values in {_action} operation are not supported.",
            source=_SEND,
            certainty="reported" if _kind == "attribute" else "assumed",
        )
