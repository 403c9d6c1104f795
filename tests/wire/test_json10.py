import json

import pytest

from api_shapes import sqs
from emulator.aws.errors import InvalidParameterValue, MissingParameter, SerializationError, ServiceError
from emulator.aws.sqs_errors import QueueDoesNotExist
from emulator.wire import json10

SEND = b'{"QueueUrl":"q","MessageBody":"b"%s}'


def send(more: bytes = b"") -> sqs.SendMessageRequest:
    return json10.decode_request(sqs.SEND_MESSAGE, SEND % (b"," + more if more else b""))


def test_request_is_decoded_into_its_shape() -> None:
    attributes = b'"MessageAttributes":{"k":{"DataType":"Binary","BinaryValue":"AAE="}},"DelaySeconds":5'
    assert send(attributes) == sqs.SendMessageRequest(
        queue_url="q",
        message_body="b",
        delay_seconds=5,
        message_attributes={"k": sqs.MessageAttributeValue(data_type="Binary", binary_value=b"\x00\x01")},
    )


def test_empty_body_is_a_request_without_members() -> None:
    assert json10.decode_request(sqs.LIST_QUEUES, b"") == sqs.ListQueuesRequest()


def test_null_counts_as_absent() -> None:
    assert send(b'"DelaySeconds":null,"MessageAttributes":null') == send()


def test_unknown_member_is_ignored() -> None:
    assert send(b'"Unknown":{"a":[1]}') == send()


def test_last_of_two_equal_members_counts() -> None:
    assert send(b'"MessageBody":"c"').message_body == "c"


def test_lower_case_tags_of_create_queue_are_read_and_the_upper_case_ones_are_not() -> None:
    body = b'{"QueueName":"q","tags":{"a":"1"},"Tags":{"b":"2"}}'
    assert json10.decode_request(sqs.CREATE_QUEUE, body).tags == {"a": "1"}


def test_integer_beyond_64_bit_is_left_to_the_range_checks() -> None:
    assert send(b'"DelaySeconds":1' + b"0" * 30).delay_seconds == 10**30


@pytest.mark.parametrize(
    "body",
    [
        b"no json",
        b'{"QueueUrl":',
        b'{"QueueUrl":"\xff","MessageBody":"b"}',
        b'{"QueueUrl":"q","MessageBody":"b"} trailing',
        SEND % (b',"DelaySeconds":' + b"9" * 5000),
        SEND % (b',"DelaySeconds":1e999'),
        SEND % (b',"Unknown":' + b"[" * 100_000 + b"]" * 100_000),
        b"[" * 100_000,
    ],
    ids=["words", "cut", "no-utf8", "trailing", "huge-integer", "huge-float", "deep-unknown", "deep"],
)
def test_body_that_is_no_readable_json_is_a_serialization_error(body: bytes) -> None:
    with pytest.raises(SerializationError):
        json10.decode_request(sqs.SEND_MESSAGE, body)


@pytest.mark.parametrize("text", [r"\ud800", r"\udc00", r"\ud800\ud800", r"a\uD83D", r"\ud800A", r"\ude00\ud83d\ude00"])
def test_half_a_surrogate_pair_is_decoded_as_any_other_character(text: str) -> None:
    attributes = '{"k":{"DataType":"Binary","BinaryValue":"AAE="}}'
    body = r'{"QueueUrl":"q","MessageBody":"%s","MessageAttributes":' + attributes + "}"
    request = json10.decode_request(sqs.SEND_MESSAGE, (body % text).encode())
    assert request.message_body == json.loads(f'"{text}"')
    assert request.message_attributes == {"k": sqs.MessageAttributeValue(data_type="Binary", binary_value=b"\x00\x01")}


@pytest.mark.parametrize(
    "body",
    [
        r'{"QueueUrl":"q","MessageBody":"\ud83d"',
        r'{"QueueUrl":"q","MessageBody":"\ud83d","DelaySeconds":NaN}',
        r'{"QueueUrl":"q","MessageBody":"\ud83d","DelaySeconds":"1"}',
        r'{"QueueUrl":"q","MessageBody":"\ud83d","Unknown":' + "[" * 100_000 + "]" * 100_000 + "}",
        '["\\ud83d"]',
        r'{"QueueUrl":"q","MessageBody":"b","\ud83d":1}',
    ],
    ids=["cut", "not-a-number", "type", "deep", "list", "name"],
)
def test_half_a_surrogate_pair_excuses_no_other_mistake(body: str) -> None:
    with pytest.raises(SerializationError):
        json10.decode_request(sqs.SEND_MESSAGE, body.encode())


def test_missing_member_is_missed_beside_half_a_surrogate_pair() -> None:
    with pytest.raises(MissingParameter):
        json10.decode_request(sqs.SEND_MESSAGE, rb'{"MessageBody":"\ud83d"}')


def test_half_a_surrogate_pair_is_no_base64_beside_another_mistake() -> None:
    attributes = r'{"k":{"DataType":"Binary","BinaryValue":"\ud83d"}}'
    body = '{"QueueUrl":"q","Entries":[{},{"Id":"a","MessageBody":"b","MessageAttributes":' + attributes + "}]}"
    with pytest.raises(SerializationError, match="not valid base64"):
        json10.decode_request(sqs.SEND_MESSAGE_BATCH, body.encode())


def test_half_a_surrogate_pair_is_echoed_as_it_came() -> None:
    error = json.loads(json10.encode_error(InvalidParameterValue("Value \ud83d is invalid.")))
    assert error["message"] == "Value \ud83d is invalid."
    failed = sqs.BatchResultErrorEntry(id="1", sender_fault=True, code="c", message="\ud83d")
    result = json.loads(json10.encode_result(sqs.SendMessageBatchResult(failed=[failed])))
    assert result == {"Failed": [{"Id": "1", "SenderFault": True, "Code": "c", "Message": "\ud83d"}]}


def test_result_leaves_out_absent_members() -> None:
    result = sqs.SendMessageResult(message_id="m", md5_of_message_body="5")
    assert json.loads(json10.encode_result(result)) == {"MessageId": "m", "MD5OfMessageBody": "5"}


def test_nested_results_have_their_wire_names() -> None:
    failed = sqs.BatchResultErrorEntry(id="1", code="C", sender_fault=True)
    result = sqs.SendMessageBatchResult(successful=[sqs.SendMessageBatchResultEntry(id="2")], failed=[failed])
    assert json.loads(json10.encode_result(result)) == {
        "Successful": [{"Id": "2"}],
        "Failed": [{"Id": "1", "Code": "C", "SenderFault": True}],
    }


def test_action_without_result_answers_an_empty_body() -> None:
    assert json10.encode_result(None) == b""
    assert json10.encode_result(sqs.ReceiveMessageResult()) == b"{}"


@pytest.mark.parametrize(
    ("error", "type_name"),
    [
        (QueueDoesNotExist(), "com.amazonaws.sqs#QueueDoesNotExist"),
        (InvalidParameterValue("no"), "com.amazon.coral.service#InvalidParameterValueException"),
    ],
)
def test_error_names_its_namespace_and_shape(error: ServiceError, type_name: str) -> None:
    assert json.loads(json10.encode_error(error)) == {"__type": type_name, "message": error.message}
