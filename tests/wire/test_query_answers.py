import re
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api_shapes import sns, sqs
from api_shapes.operation import Operation, Shape
from emulator.aws.errors import InvalidParameterValue
from emulator.aws.sns_errors import SnsNotFound
from emulator.aws.sqs_errors import QueueDoesNotExist
from emulator.wire import query
from emulator.wire.members import members
from emulator.wire.xml_elements import any_structure, element, text
from tests.examples import examples
from tests.wire.aws_models import OPERATIONS, operation_model, params, query_model

AnyOperation = Operation[Any, Any]


def test_sqs_result_lies_in_its_envelope() -> None:
    result = sqs.SendMessageResult(md5_of_message_body="5", message_id="m")
    assert query.encode_result(sqs.SEND_MESSAGE, result, "id") == (
        b'<?xml version="1.0"?><SendMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">'
        b"<SendMessageResult><MD5OfMessageBody>5</MD5OfMessageBody><MessageId>m</MessageId></SendMessageResult>"
        b"<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></SendMessageResponse>"
    )


def test_sns_result_lies_in_its_envelope_with_each_element_on_a_line() -> None:
    assert query.encode_result(sns.PUBLISH, sns.PublishResponse(message_id="m"), "id").decode() == (
        """<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
  <PublishResult>
    <MessageId>m</MessageId>
  </PublishResult>
  <ResponseMetadata>
    <RequestId>id</RequestId>
  </ResponseMetadata>
</PublishResponse>
"""
    )


def test_sns_answer_without_a_result_has_the_request_id_alone() -> None:
    assert query.encode_result(sns.DELETE_TOPIC, None, "id").decode() == (
        """<DeleteTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
  <ResponseMetadata>
    <RequestId>id</RequestId>
  </ResponseMetadata>
</DeleteTopicResponse>
"""
    )


def test_lists_and_maps_of_sns_are_indented() -> None:
    successful = [sns.PublishBatchResultEntry(id="0", message_id="m")]
    batch = query.encode_result(sns.PUBLISH_BATCH, sns.PublishBatchResponse(successful=successful, failed=[]), "id")
    assert batch.decode() == (
        """<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
  <PublishBatchResult>
    <Successful>
      <member>
        <Id>0</Id>
        <MessageId>m</MessageId>
      </member>
    </Successful>
    <Failed/>
  </PublishBatchResult>
  <ResponseMetadata>
    <RequestId>id</RequestId>
  </ResponseMetadata>
</PublishBatchResponse>
"""
    )
    attributes = sns.GetTopicAttributesResponse(attributes={"DisplayName": ""})
    assert query.encode_result(sns.GET_TOPIC_ATTRIBUTES, attributes, "id").decode() == (
        """<GetTopicAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
  <GetTopicAttributesResult>
    <Attributes>
      <entry>
        <key>DisplayName</key>
        <value/>
      </entry>
    </Attributes>
  </GetTopicAttributesResult>
  <ResponseMetadata>
    <RequestId>id</RequestId>
  </ResponseMetadata>
</GetTopicAttributesResponse>
"""
    )


ERROR_1 = sqs.BatchResultErrorEntry(id="2", sender_fault=True, code="C", message="M")
MESSAGE_1 = sqs.Message(
    body="b",
    attributes={"SenderId": "s"},
    message_attributes={"k": sqs.MessageAttributeValue(data_type="Binary", binary_value=b"\x00\x01")},
)

CONTENTS: list[tuple[AnyOperation, Shape | None, str]] = [
    (sqs.DELETE_MESSAGE, None, ""),
    (sns.DELETE_TOPIC, None, ""),
    (sqs.RECEIVE_MESSAGE, sqs.ReceiveMessageResult(), "<ReceiveMessageResult/>"),
    (sns.TAG_RESOURCE, sns.TagResourceResponse(), "<TagResourceResult/>"),
    (
        sqs.GET_QUEUE_ATTRIBUTES,
        sqs.GetQueueAttributesResult(attributes={"DelaySeconds": "0", "Policy": ""}),
        "<GetQueueAttributesResult><Attribute><Name>DelaySeconds</Name><Value>0</Value></Attribute>"
        "<Attribute><Name>Policy</Name><Value/></Attribute></GetQueueAttributesResult>",
    ),
    (
        sqs.LIST_QUEUES,
        sqs.ListQueuesResult(queue_urls=["a", "b"], next_token="t"),
        "<ListQueuesResult><QueueUrl>a</QueueUrl><QueueUrl>b</QueueUrl><NextToken>t</NextToken></ListQueuesResult>",
    ),
    (
        sqs.LIST_DEAD_LETTER_SOURCE_QUEUES,
        sqs.ListDeadLetterSourceQueuesResult(queue_urls=["a"]),
        "<ListDeadLetterSourceQueuesResult><QueueUrl>a</QueueUrl></ListDeadLetterSourceQueuesResult>",
    ),
    (
        sqs.LIST_QUEUE_TAGS,
        sqs.ListQueueTagsResult(tags={"k": "v"}),
        "<ListQueueTagsResult><Tag><Key>k</Key><Value>v</Value></Tag></ListQueueTagsResult>",
    ),
    (
        sqs.LIST_MESSAGE_MOVE_TASKS,
        sqs.ListMessageMoveTasksResult(results=[sqs.ListMessageMoveTasksResultEntry(status="RUNNING")]),
        "<ListMessageMoveTasksResult><ListMessageMoveTasksResultEntry><Status>RUNNING</Status>"
        "</ListMessageMoveTasksResultEntry></ListMessageMoveTasksResult>",
    ),
    (
        sqs.SEND_MESSAGE_BATCH,
        sqs.SendMessageBatchResult(successful=[sqs.SendMessageBatchResultEntry(id="1")], failed=[ERROR_1]),
        "<SendMessageBatchResult><SendMessageBatchResultEntry><Id>1</Id></SendMessageBatchResultEntry>"
        "<BatchResultErrorEntry><Id>2</Id><SenderFault>true</SenderFault><Code>C</Code><Message>M</Message>"
        "</BatchResultErrorEntry></SendMessageBatchResult>",
    ),
    (
        sqs.DELETE_MESSAGE_BATCH,
        sqs.DeleteMessageBatchResult(successful=[sqs.DeleteMessageBatchResultEntry(id="1")]),
        "<DeleteMessageBatchResult><DeleteMessageBatchResultEntry><Id>1</Id></DeleteMessageBatchResultEntry>"
        "</DeleteMessageBatchResult>",
    ),
    (
        sqs.CHANGE_MESSAGE_VISIBILITY_BATCH,
        sqs.ChangeMessageVisibilityBatchResult(successful=[sqs.ChangeMessageVisibilityBatchResultEntry(id="1")]),
        "<ChangeMessageVisibilityBatchResult><ChangeMessageVisibilityBatchResultEntry><Id>1</Id>"
        "</ChangeMessageVisibilityBatchResultEntry></ChangeMessageVisibilityBatchResult>",
    ),
    (
        sqs.RECEIVE_MESSAGE,
        sqs.ReceiveMessageResult(messages=[MESSAGE_1]),
        "<ReceiveMessageResult><Message><Body>b</Body>"
        "<Attribute><Name>SenderId</Name><Value>s</Value></Attribute>"
        "<MessageAttribute><Name>k</Name><Value><BinaryValue>AAE=</BinaryValue><DataType>Binary</DataType></Value>"
        "</MessageAttribute></Message></ReceiveMessageResult>",
    ),
    (
        sns.PUBLISH_BATCH,
        sns.PublishBatchResponse(successful=[sns.PublishBatchResultEntry(id="1")], failed=[]),
        "<PublishBatchResult><Successful><member><Id>1</Id></member></Successful><Failed/></PublishBatchResult>",
    ),
    (
        sns.GET_TOPIC_ATTRIBUTES,
        sns.GetTopicAttributesResponse(attributes={"Owner": "1"}),
        "<GetTopicAttributesResult><Attributes><entry><key>Owner</key><value>1</value></entry></Attributes>"
        "</GetTopicAttributesResult>",
    ),
    (
        sns.LIST_ORIGINATION_NUMBERS,
        sns.ListOriginationNumbersResult(
            phone_numbers=[sns.PhoneNumberInformation(created_at=datetime(2026, 1, 2, 3, 4, 5, 678_900, tzinfo=UTC))]
        ),
        "<ListOriginationNumbersResult><PhoneNumbers><member><CreatedAt>2026-01-02T03:04:05.678Z</CreatedAt></member>"
        "</PhoneNumbers></ListOriginationNumbersResult>",
    ),
]


@pytest.mark.parametrize(("operation", "result", "content"), CONTENTS)
def test_result_has_the_elements_of_the_service(operation: AnyOperation, result: Shape | None, content: str) -> None:
    answer = re.sub(r"\n *<", "<", query.encode_result(operation, result, "id").decode())
    start = answer.index("/" + '">') + 3
    assert answer[start : answer.index("<ResponseMetadata>")] == content


def test_markup_quotes_and_carriage_returns_survive() -> None:
    text = "<&>\"' &quot; \r\n\t\U0001f600"
    answer = query.encode_result(sqs.RECEIVE_MESSAGE, sqs.ReceiveMessageResult(messages=[sqs.Message(body=text)]), "id")
    assert ElementTree.fromstring(answer).findtext(".//{*}Body") == text


def plainly_escaped(value: str) -> str:
    value = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "\ufffd", value)
    for character, escape in {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#xD;"}.items():
        value = value.replace(character, escape)
    return value


def plain_answer(operation: AnyOperation, result: Shape | None, request_id: str) -> bytes:
    """The answer without a template; texts alone are written by ``plainly_escaped``, and lines by ``indented``."""
    content = ""
    if operation.result is not None:
        content = element(f"{operation.name}Result", "" if result is None else plain_content(result))
    name, service = operation.name, operation.service
    answer = (
        f'{query.PROLOGS[service]}<{name}Response xmlns="{query.XML_NAMESPACES[service]}">{content}<ResponseMetadata>'
        f"<RequestId>{request_id}</RequestId></ResponseMetadata></{name}Response>"
    )
    return (answer if service == "sqs" else indented(answer)).encode()


def indented(document: str) -> str:
    """The document with a line for each element."""
    lines = [""]
    depth = 0
    has_children = False
    for token in re.findall("<[^>]*>|[^<]+", document):
        closes = token.startswith("</")
        depth -= closes
        if token.startswith("<") and (has_children or not closes):
            lines.append("  " * depth)
        if token.startswith("<"):
            has_children = closes or token.endswith("/>")
            depth += not has_children
        lines[-1] += token
    return "\n".join([*lines[1:], ""])


def plain_content(result: Shape) -> str:
    if any(member.form is not None or member.type is not str for member in members(type(result))):
        return any_structure(result, "")
    values = {member.name: getattr(result, member.attribute) for member in members(type(result))}
    return "".join(element(name, plainly_escaped(value)) for name, value in values.items() if value is not None)


TEXTS_ALONE = [sns.PUBLISH, sns.CREATE_TOPIC, sqs.CREATE_QUEUE, sqs.SEND_MESSAGE]  # what results of these have


@settings(max_examples=examples(400))
@given(operation=st.sampled_from(TEXTS_ALONE) | st.sampled_from(OPERATIONS), data=st.data())
def test_answer_of_a_template_is_that_of_the_plain_way(operation: AnyOperation, data: st.DataObject) -> None:
    output = operation_model(query_model(operation.service), operation).output_shape
    values = data.draw(
        params(output, st.just("") | st.text(max_size=8) | st.text("&<>\"'\r\n\x00\ud800\uffffa", max_size=4))
    )
    result = None if operation.result is None else msgspec.convert(values, operation.result)
    answer = query.encode_result(operation, result, "an-id")
    assert answer == plain_answer(operation, result, "an-id")


@given(st.text() | st.text(st.characters(max_codepoint=0x7F)) | st.text("&<>\"'\r\n\x00\x7f\ud800\ufffe\uffffa"))
def test_text_is_escaped_as_in_the_plain_way(value: str) -> None:
    assert text(value) == plainly_escaped(value)


def test_each_ascii_character_is_escaped_as_in_the_plain_way() -> None:
    characters = [chr(code) for code in range(0x80)]
    assert [text(each) for each in characters] == [plainly_escaped(each) for each in characters]


def test_sqs_error_has_an_empty_detail_and_the_wording_of_the_query_protocol() -> None:
    assert query.encode_error("sqs", QueueDoesNotExist(), "id") == (
        b'<?xml version="1.0"?><ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error>'
        b"<Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>"
        b"<Message>The specified queue does not exist for this wsdl version.</Message><Detail/></Error>"
        b"<RequestId>id</RequestId></ErrorResponse>"
    )


def test_sns_error_has_no_detail_and_each_element_on_a_line() -> None:
    assert query.encode_error("sns", SnsNotFound("Topic does not exist"), "id").decode() == (
        """<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
  <Error>
    <Type>Sender</Type>
    <Code>NotFound</Code>
    <Message>Topic does not exist</Message>
  </Error>
  <RequestId>id</RequestId>
</ErrorResponse>
"""
    )


@pytest.mark.parametrize("character", ["\x08", "\x00", "\x1f", "\ufffe", "\uffff", "\ud800"])
def test_character_that_xml_cannot_hold_is_replaced(character: str) -> None:
    answer = query.encode_error("sqs", InvalidParameterValue(f"Value {character} is invalid"), "id")
    assert ElementTree.fromstring(answer).findtext(".//{*}Message") == "Value \ufffd is invalid"
