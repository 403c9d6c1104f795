import hashlib
import re
from typing import Any

import pytest

from tests.account_clock import AccountClock
from tests.actions.sqs.answers import bodies, counts, members
from tests.actions.sqs.refusals import assert_no_such_queue, assert_refused

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
NOT_FOR_THIS_TYPE = "The request include parameter that is not valid for this queue type."
TRACE = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"

Attributes = dict[str, dict[str, Any]]


def md5(body: str) -> str:
    return hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()


def receive_one(sqs: Any, queue_url: str) -> dict[str, Any]:
    """The next message with everything it has."""
    received = sqs.receive_message(
        QueueUrl=queue_url, MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"]
    )
    message: dict[str, Any]
    (message,) = received["Messages"]
    return message


def test_answer_carries_the_message_id_and_the_digest_of_the_body(sqs: Any, queue_url: str) -> None:
    sent = members(sqs.send_message(QueueUrl=queue_url, MessageBody="hello"))
    received = sqs.receive_message(QueueUrl=queue_url)["Messages"][0]
    assert UUID.fullmatch(sent["MessageId"])
    assert sent == {"MD5OfMessageBody": "5d41402abc4b2a76b9719d911017c592", "MessageId": received["MessageId"]}


def test_answer_of_a_fifo_queue_carries_a_sequence_number_that_grows(sqs: Any, fifo_url: str) -> None:
    numbers = []
    for body in ("one", "two", "three"):
        sent = members(sqs.send_message(QueueUrl=fifo_url, MessageBody=body, MessageGroupId="group"))
        assert sent.keys() == {"MD5OfMessageBody", "MessageId", "SequenceNumber"}
        assert len(sent["SequenceNumber"]) == 20
        numbers.append(int(sent["SequenceNumber"]))
    assert numbers == sorted(set(numbers))


def test_queue_that_does_not_exist_is_named_in_the_callers_protocol(sqs: Any, queue_url: str) -> None:
    assert_no_such_queue(sqs.send_message, QueueUrl=queue_url + "-not", MessageBody="hello")


# -- The body ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "a\r\nb\rc\nd\te",
        "&quot;&amp;<tag attribute='1'>\"</tag>]]>",
        " leading and trailing ",
        "\n",
        "ünïcödé 漢字 🎉",
        "\ud7ff\ue000\ufffd\U00010000\U0010ffff",
        "a=b&c=d+e%20f;g",
        '{"json": "\\u0000 \\\\ \\""}',
    ],
    ids=["white space", "markup", "spaces", "line feed", "unicode", "edges", "form", "json"],
)
def test_body_comes_back_unchanged(sqs: Any, queue_url: str, body: str) -> None:
    sent = sqs.send_message(QueueUrl=queue_url, MessageBody=body)
    assert sent["MD5OfMessageBody"] == md5(body)
    assert bodies(sqs.receive_message(QueueUrl=queue_url)) == [body]


def test_body_is_not_empty(sqs: Any, queue_url: str) -> None:
    message = "The request must contain the parameter MessageBody."
    assert_refused(sqs.send_message, "MissingParameter", message, QueueUrl=queue_url, MessageBody="")
    assert counts(sqs, queue_url) == (0, 0, 0)


@pytest.mark.parametrize(
    ("character", "number"),
    [("\0", "0"), ("\x07", "7"), ("\x0b", "B"), ("\x1f", "1F"), ("\ufffe", "FFFE"), ("\uffff", "FFFF")],
)
def test_character_that_xml_does_not_have_is_refused(sqs: Any, queue_url: str, character: str, number: str) -> None:
    message = (
        f"Invalid binary character '#x{number}' was found in the message body, the set of allowed characters is "
        "#x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]."
    )
    body = f"before {character} after \x01"
    assert_refused(sqs.send_message, "InvalidMessageContents", message, QueueUrl=queue_url, MessageBody=body)
    assert counts(sqs, queue_url) == (0, 0, 0)


def test_body_may_be_as_long_as_the_queue_allows_in_bytes(sqs: Any, queue_url: str) -> None:
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"MaximumMessageSize": "1024"})
    message = "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes."
    sqs.send_message(QueueUrl=queue_url, MessageBody="ü" * 512)
    for body in ("a" * 1025, "ü" * 512 + "a", "🎉" * 257):
        assert_refused(sqs.send_message, "InvalidParameterValue", message, QueueUrl=queue_url, MessageBody=body)
    assert counts(sqs, queue_url) == (1, 0, 0)


def test_name_type_and_value_of_attributes_count_too(sqs: Any, queue_url: str) -> None:
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"MaximumMessageSize": "1024"})
    attributes = {"k": {"DataType": "String.ab", "StringValue": "x"}, "b": {"DataType": "Binary", "BinaryValue": b"yz"}}
    size = len("k" + "String.ab" + "x" + "b" + "Binary") + 2
    body = "a" * (1024 - size)
    sqs.send_message(QueueUrl=queue_url, MessageBody=body, MessageAttributes=attributes)
    message = "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes."
    assert_refused(
        sqs.send_message,
        "InvalidParameterValue",
        message,
        QueueUrl=queue_url,
        MessageBody=body + "a",
        MessageAttributes=attributes,
    )


def test_system_attributes_do_not_count(sqs: Any, queue_url: str) -> None:
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"MaximumMessageSize": "1024"})
    trace = {"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}}
    sqs.send_message(QueueUrl=queue_url, MessageBody="a" * 1024, MessageSystemAttributes=trace)


def test_largest_message_passes(sqs: Any, queue_url: str) -> None:
    body = "%" * 1_048_576
    sqs.send_message(QueueUrl=queue_url, MessageBody=body)
    assert bodies(sqs.receive_message(QueueUrl=queue_url)) == [body]
    message = "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes."
    assert_refused(sqs.send_message, "InvalidParameterValue", message, QueueUrl=queue_url, MessageBody=body + "%")


# -- Message attributes --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "digest"),
    [
        ({"k": {"DataType": "String", "StringValue": "x"}}, "a45daa70926828a2f0a1db3418e6feb4"),
        ({"Foo": {"DataType": "String", "StringValue": "Bar"}}, "ae7155c6026991b6d54b11589678bf9c"),
        (
            {"timestamp": {"DataType": "Number", "StringValue": "1493147359900"}},
            "235c5c510d26fb653d073faed50ae77c",
        ),
        (
            {
                "attr1": {
                    "DataType": "Binary",
                    "BinaryValue": b"traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01",
                }
            },
            "8cbe4db156db8a94db8b801b7addb984",
        ),
        (
            {
                "Hello": {"DataType": "String", "StringValue": "There"},
                "General": {"DataType": "String", "StringValue": "Kenobi"},
                "Help.Me": {"DataType": "String", "StringValue": "Me"},
            },
            "4c360f3fdafd970e05fae2f149d997f5",
        ),
    ],
    ids=["k", "Foo", "timestamp", "attr1", "three"],
)
def test_attributes_come_back_with_the_digest_that_aws_computes(
    sqs: Any, queue_url: str, attributes: Attributes, digest: str
) -> None:
    sent = members(sqs.send_message(QueueUrl=queue_url, MessageBody="test", MessageAttributes=attributes))
    assert sent.keys() == {"MD5OfMessageAttributes", "MD5OfMessageBody", "MessageId"}
    assert sent["MD5OfMessageAttributes"] == digest
    received = receive_one(sqs, queue_url)
    assert received["MessageAttributes"] == attributes
    assert received["MD5OfMessageAttributes"] == digest


@pytest.mark.parametrize(
    "value",
    ["0", "-0", "+1", "1.50", ".5", "5.", "1e10", "1E-128", "-1e126", "9" * 38, "0" * 50 + "1", " 7 "],
)
def test_number_comes_back_as_it_was_written(sqs: Any, queue_url: str, value: str) -> None:
    attributes = {"n": {"DataType": "Number.decimal", "StringValue": value}}
    sqs.send_message(QueueUrl=queue_url, MessageBody="test", MessageAttributes=attributes)
    assert receive_one(sqs, queue_url)["MessageAttributes"] == attributes


def assert_attributes_refused(sqs: Any, queue_url: str, attributes: Attributes, message: str) -> None:
    assert_refused(
        sqs.send_message,
        "InvalidParameterValue",
        message,
        QueueUrl=queue_url,
        MessageBody="test",
        MessageAttributes=attributes,
    )
    assert counts(sqs, queue_url) == (0, 0, 0)


@pytest.mark.parametrize(
    "value", ["many", "1,5", "0x10", "NaN", "Infinity", "1e127", "1e-129", "1" * 39, "٣", "1 2", "-", ".", "1e" + "9" * 99]
)
def test_number_that_is_none_is_refused(sqs: Any, queue_url: str, value: str) -> None:
    attributes = {"n": {"DataType": "Number", "StringValue": value}}
    message = "Can't cast the value of message (user) attribute 'n' to a number."
    assert_attributes_refused(sqs, queue_url, attributes, message)


@pytest.mark.parametrize(
    ("value", "base"),
    [
        ({"DataType": "String", "StringValue": ""}, "String"),
        ({"DataType": "String"}, "String"),
        ({"DataType": "String", "BinaryValue": b"x"}, "String"),
        ({"DataType": "Number", "StringValue": ""}, "Number"),
        ({"DataType": "Number.int"}, "Number"),
        ({"DataType": "Binary", "BinaryValue": b""}, "Binary"),
        ({"DataType": "Binary.png", "StringValue": "x"}, "Binary"),
    ],
)
def test_attribute_has_a_value_of_its_type(sqs: Any, queue_url: str, value: dict[str, Any], base: str) -> None:
    message = f"Message (user) attribute 'ErrorDetails' must contain a non-empty value of type '{base}'."
    assert_attributes_refused(sqs, queue_url, {"ErrorDetails": value}, message)


@pytest.mark.parametrize("data_type", ["string", "Text", "Stringy", ".String", "String" + "." + "a" * 250, "Binary\x01"])
def test_data_type_begins_with_one_of_three(sqs: Any, queue_url: str, data_type: str) -> None:
    message = (
        "The type of message (user) attribute 'a' is invalid. "
        "You must use only the following supported type prefixes: Binary, Number, String."
    )
    value = {"DataType": data_type, "StringValue": "x", "BinaryValue": b"x"}
    assert_attributes_refused(sqs, queue_url, {"a": value}, message)


def test_data_type_is_not_empty(sqs: Any, queue_url: str) -> None:
    message = "The message (user) attribute 'a' must contain a message attribute type."
    assert_attributes_refused(sqs, queue_url, {"a": {"DataType": "", "StringValue": "x"}}, message)


def test_attribute_name_is_not_empty(sqs: Any, queue_url: str) -> None:
    message = "The request must contain non-empty message attribute name."
    assert_attributes_refused(sqs, queue_url, {"": {"DataType": "String", "StringValue": "x"}}, message)


@pytest.mark.parametrize(
    "name", [".a", "a.", "a..b", "a b", "a/b", "ä", "AWS.a", "aws.a", "Amazon.a", "AMAZON.a", "a\n"]
)
def test_illegal_attribute_name_is_refused(sqs: Any, queue_url: str, name: str) -> None:
    message = (
        f"Message (user) attribute name '{name}' is invalid. It can contain only A-Z, a-z, 0-9, underscores, "
        "hyphens and single periods between them, and must not start with 'AWS.' or 'Amazon.'."
    )
    assert_attributes_refused(sqs, queue_url, {name: {"DataType": "String", "StringValue": "x"}}, message)


def test_attribute_name_has_at_most_256_characters(sqs: Any, queue_url: str) -> None:
    value = {"DataType": "String", "StringValue": "x"}
    message = "Length of message attribute name must be between 1 and 256 characters."
    assert_attributes_refused(sqs, queue_url, {"a" * 257: value}, message)
    sqs.send_message(QueueUrl=queue_url, MessageBody="test", MessageAttributes={"a" * 256: value})


def test_message_has_at_most_ten_attributes(sqs: Any, queue_url: str) -> None:
    value = {"DataType": "String", "StringValue": "x"}
    eleven = {f"name{number}": value for number in range(11)}
    message = "Number of message attributes [11] exceeds the allowed maximum [10]."
    assert_attributes_refused(sqs, queue_url, eleven, message)
    del eleven["name0"]
    sqs.send_message(QueueUrl=queue_url, MessageBody="test", MessageAttributes=eleven)


@pytest.mark.parametrize("character", ["\x08", "\x0b", "\uffff"])
def test_control_character_in_an_attribute_is_an_invalid_parameter(sqs: Any, queue_url: str, character: str) -> None:
    message = (
        "Invalid binary character was found in the value of message (user) attribute 'a', the set of allowed "
        "characters is #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]."
    )
    attributes = {"a": {"DataType": "String", "StringValue": f"x{character}"}}
    assert_attributes_refused(sqs, queue_url, attributes, message)


@pytest.mark.parametrize("lists", [{"StringListValues": ["x"]}, {"BinaryListValues": [b"x"]}])
def test_lists_of_values_are_not_supported(sqs: Any, queue_url: str, lists: dict[str, Any]) -> None:
    message = "Message attribute list values in SendMessage operation are not supported."
    assert_refused(
        sqs.send_message,
        "AWS.SimpleQueueService.UnsupportedOperation",
        message,
        QueueUrl=queue_url,
        MessageBody="test",
        MessageAttributes={"a": {"DataType": "String", "StringValue": "x"} | lists},
    )


# -- System attributes ---------------------------------------------------------------------


def test_trace_header_is_sent_as_a_system_attribute(sqs: Any, queue_url: str) -> None:
    header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    trace = {"AWSTraceHeader": {"DataType": "String", "StringValue": header}}
    sent = sqs.send_message(QueueUrl=queue_url, MessageBody="test", MessageSystemAttributes=trace)
    assert sent["MD5OfMessageSystemAttributes"] == "5ae4d5d7636402d80f4eb6d213245a88"
    assert "MD5OfMessageAttributes" not in sent
    assert receive_one(sqs, queue_url)["Attributes"]["AWSTraceHeader"] == header


def test_trace_header_of_the_request_becomes_the_system_attribute(sqs: Any, queue_url: str) -> None:
    def add_header(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["X-Amzn-Trace-Id"] = TRACE

    sqs.meta.events.register("before-call.sqs.SendMessage", add_header)
    attributes = {"timestamp": {"DataType": "Number", "StringValue": "1493147359900"}}
    sent = sqs.send_message(QueueUrl=queue_url, MessageBody="test", MessageAttributes=attributes)
    assert "MD5OfMessageSystemAttributes" not in sent
    received = sqs.receive_message(
        QueueUrl=queue_url, AttributeNames=["SentTimestamp", "AWSTraceHeader"], MessageAttributeNames=["All"]
    )["Messages"][0]
    assert received["Attributes"].pop("SentTimestamp").isdigit()
    assert received["Attributes"] == {"AWSTraceHeader": TRACE}
    assert received["MD5OfMessageAttributes"] == "235c5c510d26fb653d073faed50ae77c"


def test_other_system_attributes_cannot_be_sent(sqs: Any, queue_url: str) -> None:
    message = (
        "Message system attribute name 'SenderId' is invalid. You must use only the following supported "
        "message system attribute names: AWSTraceHeader."
    )
    assert_refused(
        sqs.send_message,
        "InvalidParameterValue",
        message,
        QueueUrl=queue_url,
        MessageBody="test",
        MessageSystemAttributes={"SenderId": {"DataType": "String", "StringValue": "x"}},
    )


def test_trace_header_is_a_string(sqs: Any, queue_url: str) -> None:
    message = (
        "The type of message system attribute 'AWSTraceHeader' is invalid. "
        "You must use only the following supported type: String."
    )
    assert_refused(
        sqs.send_message,
        "InvalidParameterValue",
        message,
        QueueUrl=queue_url,
        MessageBody="test",
        MessageSystemAttributes={"AWSTraceHeader": {"DataType": "Number", "StringValue": "1"}},
    )


# -- Delay ---------------------------------------------------------------------------------


def test_delay_of_the_message_replaces_that_of_the_queue(sqs: Any, clock: AccountClock) -> None:
    url = sqs.create_queue(QueueName="slow", Attributes={"DelaySeconds": "100"})["QueueUrl"]
    clock.freeze()
    sqs.send_message(QueueUrl=url, MessageBody="at once", DelaySeconds=0)
    sqs.send_message(QueueUrl=url, MessageBody="late", DelaySeconds=900)
    sqs.send_message(QueueUrl=url, MessageBody="as the queue says")
    assert bodies(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)) == ["at once"]
    clock.advance(99)
    assert counts(sqs, url)[2] == 2
    clock.advance(1)
    assert bodies(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1)) == ["at once"]
    assert bodies(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1)) == ["as the queue says"]
    clock.advance(800)
    assert counts(sqs, url)[2] == 0


@pytest.mark.parametrize("seconds", [-1, 901, 2**31])
def test_delay_is_at_most_fifteen_minutes(sqs: Any, queue_url: str, seconds: int) -> None:
    message = f"Value {seconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900."
    assert_refused(
        sqs.send_message,
        "InvalidParameterValue",
        message,
        QueueUrl=queue_url,
        MessageBody="test",
        DelaySeconds=seconds,
    )


def test_message_of_a_fifo_queue_has_no_delay_of_its_own(sqs: Any, fifo_url: str) -> None:
    message = f"Value 2 for parameter DelaySeconds is invalid. Reason: {NOT_FOR_THIS_TYPE}"
    assert_refused(
        sqs.send_message,
        "InvalidParameterValue",
        message,
        QueueUrl=fifo_url,
        MessageBody="message-1",
        MessageGroupId="1",
        DelaySeconds=2,
    )


def test_delay_of_zero_means_that_of_the_fifo_queue(sqs: Any, clock: AccountClock) -> None:
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true", "DelaySeconds": "2"}
    url = sqs.create_queue(QueueName="slow.fifo", Attributes=attributes)["QueueUrl"]
    clock.freeze()
    sent = members(sqs.send_message(QueueUrl=url, MessageBody="message-1", MessageGroupId="1", DelaySeconds=0))
    assert sent.pop("SequenceNumber").isdigit()
    assert sent == {"MD5OfMessageBody": "3d6b824fd8c1520e9a047d21fee6fb1f", "MessageId": sent["MessageId"]}
    assert members(sqs.receive_message(QueueUrl=url)) == {}
    clock.advance(2)
    (received,) = members(sqs.receive_message(QueueUrl=url))["Messages"]
    del received["ReceiptHandle"]
    assert received == {
        "Body": "message-1",
        "MD5OfBody": "3d6b824fd8c1520e9a047d21fee6fb1f",
        "MessageId": sent["MessageId"],
    }


# -- Groups and deduplication --------------------------------------------------------------

TOKEN_RULE = "can only include alphanumeric and punctuation characters. 1 to 128 in length."
BAD_TOKENS = {"empty": "", "too long": "a" * 129, "spaces": "group 123", "umlaut": "grüppe", "line feed": "group\n"}


@pytest.mark.parametrize("group", BAD_TOKENS.values(), ids=BAD_TOKENS.keys())
@pytest.mark.parametrize("kind", ["standard", "fifo"])
def test_illegal_group_is_refused(sqs: Any, queue_url: str, fifo_url: str, kind: str, group: str) -> None:
    url = queue_url if kind == "standard" else fifo_url
    message = f"Value {group} for parameter MessageGroupId is invalid. Reason: MessageGroupId {TOKEN_RULE}"
    assert_refused(
        sqs.send_message, "InvalidParameterValue", message, QueueUrl=url, MessageBody="test", MessageGroupId=group
    )


@pytest.mark.parametrize("id", BAD_TOKENS.values(), ids=BAD_TOKENS.keys())
def test_illegal_deduplication_id_is_refused(sqs: Any, fifo_url: str, id: str) -> None:
    message = f"Value {id} for parameter MessageDeduplicationId is invalid. Reason: MessageDeduplicationId {TOKEN_RULE}"
    assert_refused(
        sqs.send_message,
        "InvalidParameterValue",
        message,
        QueueUrl=fifo_url,
        MessageBody="test",
        MessageGroupId="group",
        MessageDeduplicationId=id,
    )


@pytest.mark.parametrize("token", ["a" * 128, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "0"])
def test_letters_digits_and_punctuation_make_a_token(sqs: Any, fifo_url: str, token: str) -> None:
    sqs.send_message(QueueUrl=fifo_url, MessageBody="test", MessageGroupId=token, MessageDeduplicationId=token)
    attributes = receive_one(sqs, fifo_url)["Attributes"]
    assert (attributes["MessageGroupId"], attributes["MessageDeduplicationId"]) == (token, token)


def test_group_is_required_on_a_fifo_queue(sqs: Any, fifo_url: str) -> None:
    message = "The request must contain the parameter MessageGroupId."
    assert_refused(sqs.send_message, "MissingParameter", message, QueueUrl=fifo_url, MessageBody="test")


def test_deduplication_id_is_required_unless_the_content_serves_for_it(sqs: Any, fifo_url: str) -> None:
    sqs.set_queue_attributes(QueueUrl=fifo_url, Attributes={"ContentBasedDeduplication": "false"})
    message = (
        "The queue should either have ContentBasedDeduplication enabled or "
        "MessageDeduplicationId provided explicitly"
    )
    assert_refused(
        sqs.send_message,
        "InvalidParameterValue",
        message,
        QueueUrl=fifo_url,
        MessageBody="test",
        MessageGroupId="group",
    )


def test_standard_queue_deduplicates_nothing(sqs: Any, queue_url: str) -> None:
    message = f"Value same for parameter MessageDeduplicationId is invalid. Reason: {NOT_FOR_THIS_TYPE}"
    assert_refused(
        sqs.send_message,
        "InvalidParameterValue",
        message,
        QueueUrl=queue_url,
        MessageBody="test",
        MessageDeduplicationId="same",
    )


def test_standard_queue_keeps_the_group(sqs: Any, queue_url: str) -> None:
    sqs.send_message(QueueUrl=queue_url, MessageBody="test", MessageGroupId="tenant")
    attributes = receive_one(sqs, queue_url)["Attributes"]
    assert attributes["MessageGroupId"] == "tenant"
    assert "SequenceNumber" not in attributes


@pytest.mark.parametrize("by_content", [True, False])
def test_same_message_in_another_group_is_a_duplicate(sqs: Any, fifo_url: str, by_content: bool) -> None:
    body = '{"foo": "bar"}'
    same = {"QueueUrl": fifo_url, "MessageBody": body}
    if not by_content:
        sqs.set_queue_attributes(QueueUrl=fifo_url, Attributes={"ContentBasedDeduplication": "false"})
        same["MessageDeduplicationId"] = "1"
    first = sqs.send_message(MessageGroupId="1", **same)
    second = sqs.send_message(MessageGroupId="2", **same)
    (received,) = members(sqs.receive_message(QueueUrl=fifo_url, MaxNumberOfMessages=10))["Messages"]
    sqs.delete_message(QueueUrl=fifo_url, ReceiptHandle=received.pop("ReceiptHandle"))
    assert received == {"Body": body, "MD5OfBody": md5(body), "MessageId": first["MessageId"]}
    assert members(sqs.receive_message(QueueUrl=fifo_url)) == {}
    assert (second["MessageId"], second["SequenceNumber"]) == (first["MessageId"], first["SequenceNumber"])


def test_digest_of_the_body_is_the_id_of_a_message_without_one(sqs: Any, fifo_url: str) -> None:
    sqs.send_message(QueueUrl=fifo_url, MessageBody="test", MessageGroupId="group")
    digest = hashlib.sha256(b"test").hexdigest()
    other = {"MessageBody": "other", "MessageGroupId": "group", "MessageDeduplicationId": digest}
    sqs.send_message(QueueUrl=fifo_url, **other)
    received = sqs.receive_message(QueueUrl=fifo_url, AttributeNames=["All"], MaxNumberOfMessages=10)
    assert bodies(received) == ["test"]
    assert received["Messages"][0]["Attributes"]["MessageDeduplicationId"] == digest


def test_attributes_do_not_make_a_message_another_one(sqs: Any, fifo_url: str) -> None:
    for value in ("1", "2"):
        attributes = {"a": {"DataType": "String", "StringValue": value}}
        sqs.send_message(
            QueueUrl=fifo_url, MessageBody="test", MessageGroupId="group", MessageAttributes=attributes
        )
    assert counts(sqs, fifo_url) == (1, 0, 0)


def test_id_may_be_used_again_after_five_minutes_though_its_message_is_gone(
    sqs: Any, fifo_url: str, clock: AccountClock
) -> None:
    clock.freeze()
    sqs.send_message(QueueUrl=fifo_url, MessageBody="test", MessageGroupId="group")
    handle = sqs.receive_message(QueueUrl=fifo_url)["Messages"][0]["ReceiptHandle"]
    sqs.delete_message(QueueUrl=fifo_url, ReceiptHandle=handle)
    clock.advance(299.9)
    sqs.send_message(QueueUrl=fifo_url, MessageBody="test", MessageGroupId="group")
    assert counts(sqs, fifo_url) == (0, 0, 0)
    clock.advance(0.1)
    sqs.send_message(QueueUrl=fifo_url, MessageBody="test", MessageGroupId="group")
    assert counts(sqs, fifo_url) == (1, 0, 0)


def test_groups_deduplicate_on_their_own_where_that_is_the_scope(sqs: Any) -> None:
    attributes = {"FifoQueue": "true", "DeduplicationScope": "messageGroup"}
    url = sqs.create_queue(QueueName="groups.fifo", Attributes=attributes)["QueueUrl"]
    ids = []
    for group in ("1", "2", "2"):
        sent = sqs.send_message(QueueUrl=url, MessageBody="Test", MessageGroupId=group, MessageDeduplicationId="1")
        ids.append(sent["MessageId"])
    assert ids[1] == ids[2] != ids[0]
    for id in ids[:2]:
        (received,) = members(sqs.receive_message(QueueUrl=url))["Messages"]
        assert received.pop("ReceiptHandle")
        assert received == {"Body": "Test", "MD5OfBody": "0cbc6611f5540bd0809a388dc95a615b", "MessageId": id}
    assert members(sqs.receive_message(QueueUrl=url)) == {}
