import json
from datetime import UTC, datetime

from api_shapes import sns, sqs
from emulator.aws.sqs_errors import QueueDoesNotExist
from emulator.wire import query_json


def test_queue_attributes_are_a_list_of_names_and_values() -> None:
    result = sqs.GetQueueAttributesResult(attributes={"DelaySeconds": "0"})
    assert json.loads(query_json.encode_result(sqs.GET_QUEUE_ATTRIBUTES, result, "id")) == {
        "GetQueueAttributesResponse": {
            "GetQueueAttributesResult": {"Attributes": [{"Name": "DelaySeconds", "Value": "0"}]},
            "ResponseMetadata": {"RequestId": "id"},
        }
    }


def test_received_messages_are_named_in_lower_case_and_absent_members_are_null() -> None:
    attribute = sqs.MessageAttributeValue(data_type="Binary", binary_value=b"\x01")
    message = sqs.Message(message_id="m", body="a\r&quot;", message_attributes={"k": attribute})
    answer = query_json.encode_result(sqs.RECEIVE_MESSAGE, sqs.ReceiveMessageResult(messages=[message]), "id")
    assert json.loads(answer)["ReceiveMessageResponse"]["ReceiveMessageResult"] == {
        "messages": [
            {
                "Attributes": None,
                "Body": "a\r&quot;",
                "MD5OfBody": None,
                "MD5OfMessageAttributes": None,
                "MessageAttributes": [
                    {
                        "Name": "k",
                        "Value": {
                            "BinaryListValues": None,
                            "BinaryValue": "AQ==",
                            "DataType": "Binary",
                            "StringListValues": None,
                            "StringValue": None,
                        },
                    }
                ],
                "MessageId": "m",
                "ReceiptHandle": None,
            }
        ]
    }


def test_empty_receive_says_null() -> None:
    answer = query_json.encode_result(sqs.RECEIVE_MESSAGE, sqs.ReceiveMessageResult(), "id")
    assert answer == (
        b'{"ReceiveMessageResponse":{"ReceiveMessageResult":{"messages":null},"ResponseMetadata":{"RequestId":"id"}}}'
    )


def test_members_stand_in_alphabetical_order() -> None:
    result = sqs.SendMessageResult(message_id="m", md5_of_message_body="5")
    assert query_json.encode_result(sqs.SEND_MESSAGE, result, "id") == (
        b'{"SendMessageResponse":{"ResponseMetadata":{"RequestId":"id"},"SendMessageResult":'
        b'{"MD5OfMessageAttributes":null,"MD5OfMessageBody":"5","MD5OfMessageSystemAttributes":null,'
        b'"MessageId":"m","SequenceNumber":null}}}'
    )


def test_action_without_result_answers_its_metadata_alone() -> None:
    answer = query_json.encode_result(sqs.DELETE_MESSAGE, None, "id")
    assert answer == b'{"DeleteMessageResponse":{"ResponseMetadata":{"RequestId":"id"}}}'


def test_sns_answers_in_the_same_form() -> None:
    result = sns.GetTopicAttributesResponse(attributes={"Owner": "1"})
    answer = json.loads(query_json.encode_result(sns.GET_TOPIC_ATTRIBUTES, result, "id"))
    assert answer["GetTopicAttributesResponse"]["GetTopicAttributesResult"] == {"Attributes": {"Owner": "1"}}


def test_timestamps_are_seconds_since_the_epoch() -> None:
    number = sns.PhoneNumberInformation(created_at=datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC))
    result = sns.ListOriginationNumbersResult(phone_numbers=[number])
    answer = json.loads(query_json.encode_result(sns.LIST_ORIGINATION_NUMBERS, result, "id"))
    numbers = answer["ListOriginationNumbersResponse"]["ListOriginationNumbersResult"]["PhoneNumbers"]
    assert numbers[0]["CreatedAt"] == 1.5


def test_error_has_the_wording_of_the_query_protocol() -> None:
    assert json.loads(query_json.encode_error(QueueDoesNotExist(), "id")) == {
        "Error": {
            "Code": "AWS.SimpleQueueService.NonExistentQueue",
            "Message": "The specified queue does not exist for this wsdl version.",
            "Type": "Sender",
        },
        "RequestId": "id",
    }
