"""Answers are read strictly."""

import pytest

from emulator.conformance.answer import Answer, HttpAnswer
from emulator.conformance.cleaning import Cleaning
from emulator.conformance.mismatch import Mismatch
from emulator.conformance.protocols import Protocol, Service

XMLNS = 'xmlns="http://queue.amazonaws.com/doc/2012-11-05/"'


def answer(
    body: str, *, action: str = "ListQueues", protocol: Protocol = "json", service: Service = "sqs", status: int = 200
) -> Answer:
    return Answer(service, protocol, action, HttpAnswer(status, {"x-amzn-query-error": "Code;Sender"}, body.encode()))


def xml(action: str, result: str) -> Answer:
    body = f"<{action}Response {XMLNS}><{action}Result>{result}</{action}Result><ResponseMetadata/></{action}Response>"
    return answer(body, action=action, protocol="query")


def test_json_is_read_by_the_model() -> None:
    body = '{"Messages": [{"Body": "a", "MessageAttributes": {"b": {"DataType": "Binary", "BinaryValue": "AQI="}}}]}'
    [message] = answer(body, action="ReceiveMessage").result["Messages"]
    assert message == {"Body": "a", "MessageAttributes": {"b": {"DataType": "Binary", "BinaryValue": b"\x01\x02"}}}


def test_xml_is_read_by_the_model() -> None:
    attribute = "<Attribute><Name>SentTimestamp</Name><Value>1</Value></Attribute>"
    result = xml("ReceiveMessage", f"<Message><Body> a &amp; b\r</Body>{attribute}</Message>").result
    assert result == {"Messages": [{"Body": " a & b\n", "Attributes": {"SentTimestamp": "1"}}]}


def test_lists_and_maps_of_sns_are_read_out_of_their_wrappers() -> None:
    body = (
        "<ListTopicsResponse><ListTopicsResult><Topics><member><TopicArn>a</TopicArn></member></Topics>"
        "</ListTopicsResult></ListTopicsResponse>"
    )
    listed = answer(body, action="ListTopics", protocol="query", service="sns")
    assert listed.result == {"Topics": [{"TopicArn": "a"}]}


def test_white_space_between_elements_is_no_text() -> None:
    body = "<A x='1'>\n  <B>\n    <C> </C>\n    <C/>\n  </B>\n</A>\n"
    assert answer(body).http.xml == {"A": {"@x": "1", "B": {"C": [" ", None]}}}
    assert answer("<A>\n  <B/>text</A>").http.xml == {"A": {"B": None, "#text": "\n  text"}}


@pytest.mark.parametrize(
    ("got", "difference"),
    [
        (answer('{"Colour": "red"}'), "members that AWS's model does not have: ['Colour']"),
        (answer('{"QueueUrls": [1]}'), "ListQueues.QueueUrls[0]: 1 is not a string"),
        (answer("nothing"), "the body is not JSON: 'nothing'"),
        (answer("<a>", protocol="query"), "the body is not XML: '<a>'"),
        (answer("<a/>", protocol="query"), "there is no element ListQueuesResponse"),
        (xml("ListQueues", "<Colour>red</Colour>"), "elements that AWS's model does not have: ['Colour']"),
        (answer("{}", status=400), "ListQueues was refused with 400: {}"),
    ],
)
def test_answer_that_aws_would_not_give_is_a_mismatch(got: Answer, difference: str) -> None:
    with pytest.raises(Mismatch) as mismatch:
        _ = got.result
    assert difference in str(mismatch.value)


def test_error_is_compared_with_code_message_status_and_shape() -> None:
    got = answer('{"__type": "com.amazonaws.sqs#Shape", "message": "words"}', status=400)
    got.refused("Code", "words", shape="Shape")
    got.refused("Code", {"json": "words", "query": "other words"})
    for code, message, status, shape in (
        ("Other", "words", 400, "Shape"),
        ("Code", "other", 400, "Shape"),
        ("Code", "words", 404, "Shape"),
        ("Code", "words", 400, "Other"),
    ):
        with pytest.raises(Mismatch):
            got.refused(code, message, status=status, shape=shape)


def test_success_is_not_the_error_that_was_expected() -> None:
    with pytest.raises(Mismatch, match="ListQueues was not refused"):
        answer("{}").refused("Code")


@pytest.mark.parametrize(
    ("body", "protocol"),
    [("[]", "json"), ("no json", "json"), ("<ErrorResponse><Other/></ErrorResponse>", "query"), ("<html>", "query")],
)
def test_error_that_cannot_be_read_is_a_difference(body: str, protocol: Protocol) -> None:
    with pytest.raises(Mismatch):
        _ = answer(body, protocol=protocol, status=400).error


def test_error_without_members_has_none() -> None:
    error = answer("<ErrorResponse><Error/></ErrorResponse>", protocol="query", status=400).error
    assert error == {"Code": "", "Message": "", "Type": ""}


@pytest.mark.parametrize(
    ("status", "body", "left"),
    [
        (200, "{}", []),
        (400, '{"message": "No."}', "DeleteQueue {'QueueUrl': 'http://q'}: Code No."),
        (500, "Sorry", "DeleteQueue {'QueueUrl': 'http://q'}: the body is not JSON: 'Sorry'"),
    ],
)
def test_refused_removal_is_reported_whatever_its_answer(status: int, body: str, left: str) -> None:
    cleaning = Cleaning(lambda _, action, __: answer(body, action=action, status=status))
    cleaning.note("CreateQueue", {}, answer('{"QueueUrl": "http://q"}', action="CreateQueue"))
    lines = cleaning.remove_everything()
    assert len(lines) == bool(left)
    assert not left or lines[0].startswith(left)
