"""Which error a client sees for a request that cannot be decoded."""

from typing import Any

import pytest

from api_shapes import sns, sqs
from api_shapes.operation import Operation
from emulator.aws.errors import (
    InvalidParameterValue,
    MalformedInput,
    MissingParameter,
    SerializationError,
    ServiceError,
    ValidationError,
)
from emulator.wire import json10, query
from emulator.wire.form import parse_form

ENTRY = b'{"QueueUrl":"q","Entries":[{"Id":"1","MessageBody":"b"},%s]}'
MESSAGE = b'{"QueueUrl":"q","MessageBody":"b",%s}'


@pytest.mark.parametrize(
    ("member", "message"),
    [
        (b'"DelaySeconds":"5"', "STRING_VALUE can not be converted to an Integer"),
        (b'"DelaySeconds":true', "TRUE_VALUE can not be converted to an Integer"),
        (b'"DelaySeconds":1.5', "NUMBER_VALUE can not be converted to an Integer"),
        (b'"DelaySeconds":[]', "Start of list found where not expected"),
        (b'"MessageGroupId":5', "NUMBER_VALUE can not be converted to a String"),
        (b'"MessageGroupId":false', "FALSE_VALUE can not be converted to a String"),
        (b'"MessageGroupId":{}', "Start of structure or map found where not expected"),
        (b'"MessageAttributes":[]', "Expected map or null"),
        (b'"MessageAttributes":{"k":[]}', "Start of list found where not expected"),
        (b'"MessageAttributes":{"k":{"DataType":5}}', "NUMBER_VALUE can not be converted to a String"),
        (b'"MessageAttributes":{"k":{"DataType":"Binary","BinaryValue":"?"}}', "The value is not valid base64"),
        (
            b'"MessageAttributes":{"k":{"DataType":"Binary","BinaryValue":5}}',
            "NUMBER_VALUE can not be converted to a Blob",
        ),
        (b'"MessageAttributes":{"k":{"StringListValues":{}}}', "Expected list or null"),
        (b'"MessageAttributes":{"k":{"StringListValues":[null]}}', "NULL_VALUE can not be converted to a String"),
    ],
)
def test_wrong_json_type_is_named_as_the_service_names_it(member: bytes, message: str) -> None:
    with pytest.raises(SerializationError) as caught:
        json10.decode_request(sqs.SEND_MESSAGE, MESSAGE % member)
    assert caught.value.message == message


@pytest.mark.parametrize("document", [b"[]", b'"text"', b"5", b"null", b"true"])
def test_json_that_is_no_object_is_a_serialization_error(document: bytes) -> None:
    with pytest.raises(SerializationError):
        json10.decode_request(sqs.LIST_QUEUES, document)


def test_wrong_type_goes_before_missing_member() -> None:
    with pytest.raises(SerializationError):
        json10.decode_request(sqs.SEND_MESSAGE, b'{"MessageBody":5}')


@pytest.mark.parametrize(
    ("operation", "body", "parameter"),
    [
        (sqs.SEND_MESSAGE, b"{}", "QueueUrl"),
        (sqs.SEND_MESSAGE, b'{"QueueUrl":null,"MessageBody":"b"}', "QueueUrl"),
        (sqs.SEND_MESSAGE, b'{"QueueUrl":"q"}', "MessageBody"),
        (sqs.SEND_MESSAGE_BATCH, b'{"QueueUrl":"q"}', "Entries"),
        (sqs.SEND_MESSAGE_BATCH, ENTRY % b"{}", "SendMessageBatchRequestEntry.2.Id"),
        (sqs.SEND_MESSAGE_BATCH, ENTRY % b'{"Id":"2"}', "SendMessageBatchRequestEntry.2.MessageBody"),
    ],
)
def test_json_request_without_a_required_member_names_it(
    operation: Operation[Any, Any], body: bytes, parameter: str
) -> None:
    with pytest.raises(MissingParameter) as caught:
        json10.decode_request(operation, body)
    assert caught.value.message == f"The request must contain the parameter {parameter}."


@pytest.mark.parametrize(
    ("operation", "form", "parameter"),
    [
        (sqs.DELETE_QUEUE, "", "QueueUrl"),
        (sqs.SEND_MESSAGE_BATCH, "QueueUrl=q&SendMessageBatchRequestEntry.1=", "SendMessageBatchRequestEntry.1.Id"),
        (
            sqs.SEND_MESSAGE_BATCH,
            "QueueUrl=q&SendMessageBatchRequestEntry.7.Id=a",
            "SendMessageBatchRequestEntry.7.MessageBody",
        ),
        (sqs.SET_QUEUE_ATTRIBUTES, "QueueUrl=q&Attribute.1.Value=5", "Attribute.1.Name"),
    ],
)
def test_sqs_query_request_without_a_required_parameter_names_it(
    operation: Operation[Any, Any], form: str, parameter: str
) -> None:
    with pytest.raises(MissingParameter) as caught:
        query.decode_request(operation, parse_form(form.encode()))
    assert caught.value.message == f"The request must contain the parameter {parameter}."


@pytest.mark.parametrize("prefix", ["", "SendMessageBatchRequestEntry.1."])
@pytest.mark.parametrize("attribute", ["MessageAttribute.1", "MessageSystemAttribute.1", "MessageAttributes.1"])
def test_value_of_a_message_attribute_that_goes_by_another_name_is_missing(prefix: str, attribute: str) -> None:
    operation: Operation[Any, Any] = sqs.SEND_MESSAGE_BATCH if prefix else sqs.SEND_MESSAGE
    message = {"Id": "a", "MessageBody": "b", f"{attribute}.Name": "k", f"{attribute}.StringValue": "v"}
    form = {"QueueUrl": "q"} | {prefix + name: value for name, value in message.items()}
    with pytest.raises(InvalidParameterValue, match="attribute 'k' must contain non-empty message attribute value"):
        query.decode_request(operation, form)


ENTRY_1 = "PublishBatchRequestEntries.member.1"


@pytest.mark.parametrize(
    ("operation", "form", "path"),
    [
        (sns.PUBLISH, "TopicArn=t", "message"),
        (sns.PUBLISH_BATCH, "TopicArn=t", "publishBatchRequestEntries"),
        (sns.TAG_RESOURCE, "ResourceArn=t&Tags.member.1.Key=k", "tags.1.member.value"),
        (sns.CREATE_PLATFORM_APPLICATION, "Name=n&Platform=ADM", "attributes"),
        (sns.CREATE_TOPIC, "Name=n&Attributes.entry.1.key=k", "attributes.k.member"),
        (
            sns.PUBLISH,
            "Message=m&MessageAttributes.entry.1.Name=attr1&MessageAttributes.entry.1.Value.StringValue=v",
            "messageAttributes.attr1.member.dataType",
        ),
        (
            sns.PUBLISH_BATCH,
            f"TopicArn=t&{ENTRY_1}.Id=1&{ENTRY_1}.Message=m&{ENTRY_1}.MessageAttributes.entry.1.Name=attr1",
            "publishBatchRequestEntries.1.member.messageAttributes.attr1.member",
        ),
        (
            sns.PUBLISH_BATCH,
            f"TopicArn=t&{ENTRY_1}.Id=1&{ENTRY_1}.Message=m&{ENTRY_1}.MessageAttributes.entry.1.Name=attr1"
            f"&{ENTRY_1}.MessageAttributes.entry.1.Value.StringValue=v",
            "publishBatchRequestEntries.1.member.messageAttributes.attr1.member.dataType",
        ),
    ],
)
def test_sns_request_without_a_required_parameter_names_it(
    operation: Operation[Any, Any], form: str, path: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        query.decode_request(operation, parse_form(form.encode()))
    assert caught.value.message == (
        f"1 validation error detected: Value null at '{path}' failed to satisfy constraint: Member must not be null"
    )


NULL_IN_MAPS: list[tuple[Operation[Any, Any], bytes]] = [
    (sqs.TAG_QUEUE, b'{"QueueUrl":"q","Tags":{"a":"b","c":null}}'),
    (sqs.SEND_MESSAGE, MESSAGE % b'"MessageAttributes":{"k":null}'),
    (sqs.SEND_MESSAGE, MESSAGE % b'"MessageSystemAttributes":{"AWSTraceHeader":null}'),
    (sqs.SEND_MESSAGE_BATCH, ENTRY % b'{"Id":"2","MessageBody":"b","MessageAttributes":{"k":null}}'),
]


@pytest.mark.parametrize(("operation", "body"), NULL_IN_MAPS)
def test_null_as_a_value_in_a_map_is_refused_in_the_words_of_aws(operation: Operation[Any, Any], body: bytes) -> None:
    with pytest.raises(InvalidParameterValue) as caught:
        json10.decode_request(operation, body)
    assert caught.value.message == "the parameter 'value' may not be null"


_NULL = "Value null at '{}' failed to satisfy constraint: Member must not be null"


@pytest.mark.parametrize(
    ("operation", "form", "paths"),
    [
        (sns.SET_TOPIC_ATTRIBUTES, b"AttributeValue=x", ["topicArn", "attributeName"]),
        (sns.CREATE_PLATFORM_APPLICATION, b"", ["name", "platform", "attributes"]),
        (sns.TAG_RESOURCE, b"Tags.member.1.Key=k", ["tags.1.member.value", "resourceArn"]),
        (
            sns.PUBLISH_BATCH,
            b"TopicArn=t&PublishBatchRequestEntries.member.1.Subject=s&PublishBatchRequestEntries.member.2.Id=2",
            [
                *("publishBatchRequestEntries.1.member.id", "publishBatchRequestEntries.1.member.message"),
                "publishBatchRequestEntries.2.member.message",
            ],
        ),
    ],
)
def test_sns_names_all_members_that_are_absent(operation: Operation[Any, Any], form: bytes, paths: list[str]) -> None:
    with pytest.raises(ValidationError) as caught:
        query.decode_request(operation, parse_form(form))
    details = "; ".join(_NULL.format(path) for path in paths)
    assert caught.value.message == f"{len(paths)} validation errors detected: {details}"


def test_form_that_cannot_be_understood_is_refused_before_absent_members() -> None:
    with pytest.raises(MalformedInput):
        query.decode_request(sns.SET_TOPIC_ATTRIBUTES, parse_form(b"TopicArn.member.1=x"))


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (sns.CONFIRM_SUBSCRIPTION, "Invalid parameter: TopicArn Reason: no value for required parameter"),
        (sqs.SEND_MESSAGE, "The request must contain the parameter QueueUrl."),
    ],
)
def test_links_and_sqs_name_the_first_member_that_is_absent(operation: Operation[Any, Any], message: str) -> None:
    with pytest.raises(ServiceError) as caught:
        query.decode_request(operation, {})
    assert caught.value.message == message
