from typing import Any
from urllib.parse import quote, urlencode

import pytest

from api_shapes import sns, sqs
from api_shapes.operation import Operation, Shape
from emulator.aws.errors import InvalidParameterValue, MalformedInput, ServiceError
from emulator.wire import query
from emulator.wire.form import parse_form

AnyOperation = Operation[Any, Any]


def decode(operation: AnyOperation, form: str) -> Shape:
    request: Shape = query.decode_request(operation, parse_form(form.encode()))
    return request


ATTRIBUTE = (
    "MessageAttribute.1.Name=k&MessageAttribute.1.Value.DataType=Binary&MessageAttribute.1.Value.BinaryValue=AAE%3D"
)
ENTRY = "SendMessageBatchRequestEntry.1"

# The names of the query protocol which the model of SQS has no more.
SQS_REQUESTS: list[tuple[AnyOperation, str, Shape]] = [
    (
        sqs.ADD_PERMISSION,
        "QueueUrl=q&Label=l&AWSAccountId.1=1&AWSAccountId.2=2&ActionName.1=*",
        sqs.AddPermissionRequest(queue_url="q", label="l", aws_account_ids=["1", "2"], actions=["*"]),
    ),
    (
        sqs.CHANGE_MESSAGE_VISIBILITY_BATCH,
        "QueueUrl=q&ChangeMessageVisibilityBatchRequestEntry.1.Id=a"
        "&ChangeMessageVisibilityBatchRequestEntry.1.ReceiptHandle=h"
        "&ChangeMessageVisibilityBatchRequestEntry.1.VisibilityTimeout=5",
        sqs.ChangeMessageVisibilityBatchRequest(
            queue_url="q",
            entries=[sqs.ChangeMessageVisibilityBatchRequestEntry(id="a", receipt_handle="h", visibility_timeout=5)],
        ),
    ),
    (
        sqs.CREATE_QUEUE,
        "QueueName=q&Attribute.1.Name=DelaySeconds&Attribute.1.Value=5&Tag.1.Key=k&Tag.1.Value=v",
        sqs.CreateQueueRequest(queue_name="q", attributes={"DelaySeconds": "5"}, tags={"k": "v"}),
    ),
    (
        sqs.DELETE_MESSAGE_BATCH,
        "QueueUrl=q&DeleteMessageBatchRequestEntry.1.Id=a&DeleteMessageBatchRequestEntry.1.ReceiptHandle=h",
        sqs.DeleteMessageBatchRequest(
            queue_url="q", entries=[sqs.DeleteMessageBatchRequestEntry(id="a", receipt_handle="h")]
        ),
    ),
    (
        sqs.GET_QUEUE_ATTRIBUTES,
        "QueueUrl=q&AttributeName.1=All",
        sqs.GetQueueAttributesRequest(queue_url="q", attribute_names=["All"]),
    ),
    (
        sqs.GET_QUEUE_URL,
        "QueueName=q&QueueOwnerAWSAccountId=1",
        sqs.GetQueueUrlRequest(queue_name="q", queue_owner_aws_account_id="1"),
    ),
    (
        sqs.RECEIVE_MESSAGE,
        "QueueUrl=q&AttributeName.1=All&MessageAttributeName.1=.%2A&WaitTimeSeconds=20",
        sqs.ReceiveMessageRequest(
            queue_url="q",
            attribute_names=["All"],
            message_attribute_names=[".*"],
            wait_time_seconds=20,
        ),
    ),
    (
        sqs.SEND_MESSAGE,
        f"QueueUrl=q&MessageBody=b&{ATTRIBUTE}&MessageSystemAttribute.1.Name=AWSTraceHeader"
        "&MessageSystemAttribute.1.Value.DataType=String&MessageSystemAttribute.1.Value.StringValue=t",
        sqs.SendMessageRequest(
            queue_url="q",
            message_body="b",
            message_attributes={"k": sqs.MessageAttributeValue(data_type="Binary", binary_value=b"\x00\x01")},
            message_system_attributes={
                "AWSTraceHeader": sqs.MessageSystemAttributeValue(data_type="String", string_value="t")
            },
        ),
    ),
    (
        sqs.SEND_MESSAGE_BATCH,
        f"QueueUrl=q&{ENTRY}.Id=a&{ENTRY}.MessageBody=b&{ENTRY}.MessageAttribute.1.Name=k"
        f"&{ENTRY}.MessageAttribute.1.Value.DataType=String&{ENTRY}.MessageAttribute.1.Value.StringListValue.1=v",
        sqs.SendMessageBatchRequest(
            queue_url="q",
            entries=[
                sqs.SendMessageBatchRequestEntry(
                    id="a",
                    message_body="b",
                    message_attributes={"k": sqs.MessageAttributeValue(data_type="String", string_list_values=["v"])},
                )
            ],
        ),
    ),
    (
        sqs.SET_QUEUE_ATTRIBUTES,
        "QueueUrl=q&Attribute.1.Name=DelaySeconds&Attribute.1.Value=5",
        sqs.SetQueueAttributesRequest(queue_url="q", attributes={"DelaySeconds": "5"}),
    ),
    (
        sqs.TAG_QUEUE,
        "QueueUrl=q&Tag.1.Key=k&Tag.1.Value=",
        sqs.TagQueueRequest(queue_url="q", tags={"k": ""}),
    ),
    (sqs.UNTAG_QUEUE, "QueueUrl=q&TagKey.1=k", sqs.UntagQueueRequest(queue_url="q", tag_keys=["k"])),
]


@pytest.mark.parametrize(("operation", "form", "request_"), SQS_REQUESTS, ids=[each[0].name for each in SQS_REQUESTS])
def test_sqs_parameters_go_by_their_names_on_the_query_protocol(
    operation: AnyOperation, form: str, request_: Shape
) -> None:
    assert decode(operation, form) == request_


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        (sqs.TAG_QUEUE, "Tag.1.Valu"),
        (sqs.SEND_MESSAGE_BATCH, "SendMessageBatchRequestEntry.1.DelaySecond"),
        (sqs.SEND_MESSAGE_BATCH, "SendMessageBatchRequestEntry.1.MessageAttribute.1.Type"),
        (sqs.SEND_MESSAGE_BATCH, "SendMessageBatchRequestEntry.1"),
        (sns.CREATE_TOPIC, "Attributes.entry.1.name"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_understood_is_named(operation: AnyOperation, name: str) -> None:
    valid = (
        "QueueUrl=q&Name=n&Tag.1.Key=a&Tag.1.Value=b&Attributes.entry.1.key=a&Attributes.entry.1.value=b"
        f"&{ENTRY}.Id=a&{ENTRY}.MessageBody=b&{ENTRY}.MessageAttribute.1.Name=a"
        f"&{ENTRY}.MessageAttribute.1.Value.DataType=String"
    )
    known = {"TagQueue": ("QueueUrl", "Tag"), "CreateTopic": ("Name", "Attributes")}.get(
        operation.name, ("QueueUrl", "SendMessage")
    )
    fields = [field for field in valid.split("&") if field.startswith(known)]
    with pytest.raises(MalformedInput) as caught:
        decode(operation, "&".join([*fields, f"{name}=x"]))
    assert caught.value.message == f"Unexpected value of {name}"


def test_numbers_at_the_top_are_no_list() -> None:
    with pytest.raises(MalformedInput, match="Top level element may not be treated as a list"):
        decode(sqs.SEND_MESSAGE_BATCH, "QueueUrl=q&1.Id=a")


def test_list_may_start_anywhere_leave_gaps_and_come_out_of_order() -> None:
    assert decode(sns.UNTAG_RESOURCE, "ResourceArn=a&TagKeys.member.10=c&TagKeys.member.2=b&TagKeys.member.0=a") == (
        sns.UntagResourceRequest(resource_arn="a", tag_keys=["a", "b", "c"])
    )


def test_huge_index_costs_no_memory() -> None:
    form = "ResourceArn=a&TagKeys.member.999999999999999999=z&TagKeys.member.1=a"
    assert decode(sns.UNTAG_RESOURCE, form) == sns.UntagResourceRequest(resource_arn="a", tag_keys=["a", "z"])


@pytest.mark.parametrize("index", ["x", "-1", "", "1" * 5000, "\u0661", "1.", "1.x"])
@pytest.mark.parametrize(
    ("operation", "form"),
    [
        (sns.UNTAG_RESOURCE, "ResourceArn=a&TagKeys.member.2=a&TagKeys.member.{}=z"),
        (sqs.UNTAG_QUEUE, "QueueUrl=q&TagKey.2=a&TagKey.{}=z"),
        (sqs.TAG_QUEUE, "QueueUrl=q&Tag.2.Key=a&Tag.2.Value=b&Tag.{}.Key=c&Tag.{}.Value=d"),
        (sqs.SEND_MESSAGE_BATCH, "QueueUrl=q&SendMessageBatchRequestEntry.{}.Id=a"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_index_that_is_no_number_is_refused(operation: AnyOperation, form: str, index: str) -> None:
    with pytest.raises(ServiceError):
        decode(operation, form.replace("{}", quote(index)))


# What AWS's older examples and SDKs wrote.
OLD_FORMS: list[tuple[AnyOperation, str, str]] = [
    (sqs.GET_QUEUE_ATTRIBUTES, "AttributeName=All", "AttributeName.1=All"),
    (
        sqs.GET_QUEUE_ATTRIBUTES,
        "AttributeName=Policy&AttributeName.2=All",
        "AttributeName.1=Policy&AttributeName.2=All",
    ),
    (sqs.GET_QUEUE_ATTRIBUTES, "AttributeNames.1=All", "AttributeName.1=All"),
    (sqs.GET_QUEUE_ATTRIBUTES, "AttributeNames=All", "AttributeName.1=All"),
    (
        sqs.SET_QUEUE_ATTRIBUTES,
        "Attribute.Name=VisibilityTimeout&Attribute.Value=40",
        "Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=40",
    ),
    (
        sqs.SET_QUEUE_ATTRIBUTES,
        "Attribute.2.Name=DelaySeconds&Attribute.Value=40&Attribute.2.Value=1&Attribute.Name=VisibilityTimeout",
        "Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=40&Attribute.2.Name=DelaySeconds&Attribute.2.Value=1",
    ),
    (
        sqs.SET_QUEUE_ATTRIBUTES,
        "Attributes.1.Name=VisibilityTimeout&Attributes.1.Value=40",
        "Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=40",
    ),
    (sqs.TAG_QUEUE, "Tag.Key=a&Tag.Value=b", "Tag.1.Key=a&Tag.1.Value=b"),
    (sqs.TAG_QUEUE, "Tags.1.Key=a&Tags.1.Value=b", "Tag.1.Key=a&Tag.1.Value=b"),
    (sqs.TAG_QUEUE, "Tags.Key=a&Tags.Value=b&Tags=", "Tag.1.Key=a&Tag.1.Value=b"),
    (sqs.CREATE_QUEUE, "QueueName=n&Tags.1.Key=a&Tags.1.Value=b", "QueueName=n&Tag.1.Key=a&Tag.1.Value=b"),
    (sqs.UNTAG_QUEUE, "TagKeys.1=a", "TagKey.1=a"),
    (
        sqs.ADD_PERMISSION,
        "Label=l&AWSAccountIds.1=1&Actions.1=*&Actions.2=SendMessage",
        "Label=l&AWSAccountId.1=1&ActionName.1=*&ActionName.2=SendMessage",
    ),
    (sqs.SEND_MESSAGE, f"MessageBody=b&{ATTRIBUTE.replace('.1', '')}", f"MessageBody=b&{ATTRIBUTE}"),
    (sqs.SEND_MESSAGE, f"MessageBody=b&{ATTRIBUTE.replace('Attribute', 'Attributes')}", f"MessageBody=b&{ATTRIBUTE}"),
    (
        sqs.SEND_MESSAGE_BATCH,
        "SendMessageBatchRequestEntry.Id=a&SendMessageBatchRequestEntry.MessageBody=b"
        "&SendMessageBatchRequestEntry.MessageAttribute.Name=k"
        "&SendMessageBatchRequestEntry.MessageAttribute.Value.DataType=String",
        f"{ENTRY}.Id=a&{ENTRY}.MessageBody=b"
        f"&{ENTRY}.MessageAttribute.1.Name=k&{ENTRY}.MessageAttribute.1.Value.DataType=String",
    ),
    (sqs.SEND_MESSAGE_BATCH, "Entries.1.Id=a&Entries.1.MessageBody=b", f"{ENTRY}.Id=a&{ENTRY}.MessageBody=b"),
    (sqs.SEND_MESSAGE_BATCH, "Entries=", ""),
    (sqs.RECEIVE_MESSAGE, "MessageAttributeName=All", "MessageAttributeName.1=All"),
    (sqs.RECEIVE_MESSAGE, "MessageSystemAttributeName=All", "MessageSystemAttributeNames.1=All"),
    (sqs.RECEIVE_MESSAGE, "MessageSystemAttributeName.1=All", "MessageSystemAttributeNames.1=All"),
    (sns.UNTAG_RESOURCE, "ResourceArn=r&TagKeys.member=k", "ResourceArn=r&TagKeys.member.1=k"),
    (
        sns.CREATE_TOPIC,
        "Name=n&Attributes.entry.key=DisplayName&Attributes.entry.value=d",
        "Name=n&Attributes.entry.1.key=DisplayName&Attributes.entry.1.value=d",
    ),
]


@pytest.mark.parametrize(("operation", "old", "form"), OLD_FORMS, ids=[each[1][:60] for each in OLD_FORMS])
def test_first_element_may_have_no_number_and_names_may_be_plural(operation: AnyOperation, old: str, form: str) -> None:
    prefix = "QueueUrl=q&" if operation.service == "sqs" else ""
    assert decode(operation, prefix + old) == decode(operation, prefix + form)


def test_both_lists_of_system_attributes_can_be_in_one_form() -> None:
    form = "QueueUrl=q&AttributeName.1=SenderId&MessageSystemAttributeName.1=SentTimestamp"
    assert decode(sqs.RECEIVE_MESSAGE, form) == sqs.ReceiveMessageRequest(
        queue_url="q", attribute_names=["SenderId"], message_system_attribute_names=["SentTimestamp"]
    )


@pytest.mark.parametrize("form", ["MessageAttribute=", "MessageAttribute.1=", ATTRIBUTE.replace("Name", "Key")])
def test_message_attribute_without_a_name_is_refused_in_the_words_of_aws(form: str) -> None:
    with pytest.raises(InvalidParameterValue, match="must contain non-empty message attribute name"):
        decode(sqs.SEND_MESSAGE, f"QueueUrl=q&MessageBody=b&{form}")


@pytest.mark.parametrize(
    ("form", "tags"),
    [
        ("Name=n", None),
        ("Name=n&Tags=", []),
        ("Name=n&Tags=&Tags.member.1.Key=k&Tags.member.1.Value=v", [sns.Tag(key="k", value="v")]),
        ("Name=n&Tags.member.1.Key=k&Tags.member.1.Value=v&Tags=", [sns.Tag(key="k", value="v")]),
    ],
)
def test_bare_key_is_an_empty_list_unless_elements_come_with_it(form: str, tags: list[sns.Tag] | None) -> None:
    assert decode(sns.CREATE_TOPIC, form) == sns.CreateTopicInput(name="n", tags=tags)


@pytest.mark.parametrize(("form", "names"), [("AttributeName=", []), ("AttributeName=All", ["All"])])
def test_bare_key_of_a_flattened_list_holds_at_most_one_element(form: str, names: list[str]) -> None:
    assert decode(sqs.GET_QUEUE_ATTRIBUTES, f"QueueUrl=q&{form}") == (
        sqs.GetQueueAttributesRequest(queue_url="q", attribute_names=names)
    )


def test_required_list_without_wrapper_is_empty_when_absent() -> None:
    assert decode(sqs.SEND_MESSAGE_BATCH, "QueueUrl=q") == sqs.SendMessageBatchRequest(queue_url="q", entries=[])


def test_empty_string_is_a_value() -> None:
    assert decode(sns.PUBLISH, "Message=") == sns.PublishInput(message="")


@pytest.mark.parametrize(("value", "wanted"), [("true", True), ("True", True), ("1", True), ("FALSE", False)])
def test_boolean_is_read_in_any_case(value: str, wanted: bool) -> None:
    request = decode(sns.SUBSCRIBE, f"TopicArn=t&Protocol=sqs&ReturnSubscriptionArn={value}")
    assert request == sns.SubscribeInput(topic_arn="t", protocol="sqs", return_subscription_arn=wanted)


@pytest.mark.parametrize("value", ["-1", "+7", "007"])
def test_integer_may_have_a_sign_and_leading_zeros(value: str) -> None:
    request = decode(sqs.LIST_QUEUES, urlencode({"MaxResults": value}))
    assert request == sqs.ListQueuesRequest(max_results=int(value))


@pytest.mark.parametrize(
    ("operation", "form"),
    [
        (sqs.LIST_QUEUES, "MaxResults=ten"),
        (sqs.LIST_QUEUES, "MaxResults="),
        (sqs.LIST_QUEUES, "MaxResults=1_0"),
        (sqs.LIST_QUEUES, "MaxResults=%D9%A1"),
        (sqs.LIST_QUEUES, "MaxResults=" + "9" * 5000),
        (sqs.LIST_QUEUES, "MaxResults.1=5"),
        (sns.SUBSCRIBE, "TopicArn=t&Protocol=sqs&ReturnSubscriptionArn=yes"),
        (sns.SUBSCRIBE, "TopicArn=t&Protocol=sqs&Endpoint.EndpointArn=e"),
        (sns.UNTAG_RESOURCE, "ResourceArn=a&TagKeys.member.1.x=k"),
        (sns.UNTAG_RESOURCE, "ResourceArn=a&TagKeys.1=k"),
        (sqs.RECEIVE_MESSAGE, "QueueUrl=q&MessageAttributeNames.member.1=All"),
        (sqs.SEND_MESSAGE, f"QueueUrl=q&MessageBody=b&{ATTRIBUTE}%21"),
        (sqs.SEND_MESSAGE, f"QueueUrl=q&MessageBody=b&{ATTRIBUTE}%C3%A9"),
        (sqs.SEND_MESSAGE, f"QueueUrl=q&MessageBody=b&{ATTRIBUTE}&MessageAttribute.1.Value=x"),
        (sqs.SEND_MESSAGE, f"QueueUrl=q&MessageBody=b&{ATTRIBUTE}&MessageAttribute.1.Value.Type=x"),
        (sqs.SEND_MESSAGE, f"QueueUrl=q&MessageBody=b&{ATTRIBUTE}&MessageAttribute.1.Type=x"),
        (sqs.SEND_MESSAGE, f"QueueUrl=q&MessageBody=b&{ATTRIBUTE}&MessageAttribute.Name=j"),
        (sqs.SEND_MESSAGE, f"QueueUrl=q&MessageBody=b&{ATTRIBUTE}&{ATTRIBUTE.replace('Attribute', 'Attributes')}"),
        (sqs.TAG_QUEUE, "QueueUrl=q&Tag.1.Key=k&Tag.1.Value=a&Tag.2.Key=k&Tag.2.Value=b"),
        (sqs.TAG_QUEUE, "QueueUrl=q&Tag.1.Key=k&Tag.1.Value=a&Tag=x"),
        (sqs.TAG_QUEUE, "QueueUrl=q&Tag=x"),
        (sqs.SEND_MESSAGE_BATCH, f"QueueUrl=q&{ENTRY}.Id=a&{ENTRY}.MessageBody=b&{ENTRY}.Delay=5"),
        (sqs.SEND_MESSAGE_BATCH, f"QueueUrl=q&{ENTRY}.Id=a&{ENTRY}.MessageBody=b&{ENTRY}=x"),
        (sqs.SEND_MESSAGE_BATCH, "QueueUrl=q&Entries.member.1.Id=a&Entries.member.1.MessageBody=b"),
        (sqs.GET_QUEUE_ATTRIBUTES, "QueueUrl=q&AttributeName=All&AttributeName.1=Policy"),
        (sqs.GET_QUEUE_ATTRIBUTES, "QueueUrl=q&AttributeName.=All"),
        (sqs.GET_QUEUE_ATTRIBUTES, "QueueUrl=q&1.Name=All"),
        (sns.UNTAG_RESOURCE, "ResourceArn=a&TagKeys.member.1=k&TagKeys.2=l"),
        (sns.UNTAG_RESOURCE, "ResourceArn=a&TagKeys.member.1=k&TagKeys=l"),
        (sns.CREATE_TOPIC, "Name=n&Attributes=x"),
    ],
)
def test_value_that_cannot_be_read_is_malformed_input(operation: AnyOperation, form: str) -> None:
    with pytest.raises(MalformedInput):
        decode(operation, form)
