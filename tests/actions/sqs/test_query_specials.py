"""What the query protocol of SQS has beside forms posted to the endpoint."""

from typing import Any

import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.actions.sqs.answers import bodies
from tests.actions.sqs.raw import RawCaller

ACCEPT_JSON = {"Accept": "application/json"}
NAMESPACE = "http://queue.amazonaws.com/doc/2012-11-05/"


@pytest.fixture
def path(json_sqs: Any, raw: RawCaller) -> str:
    """The path of a queue's URL."""
    json_sqs.create_queue(QueueName="queue")
    return f"/{raw.account}/queue"


# -- GET -----------------------------------------------------------------------------------


def test_get_on_a_queue_url_needs_no_version_and_no_queue_url(json_sqs: Any, raw: RawCaller, path: str) -> None:
    sent = raw.get(path, {"Action": "SendMessage", "MessageBody": "a b+c&d=ü"})
    assert sent.status == 200
    assert sent.headers["content-type"] == "text/xml"
    assert sent.text_of("MessageId")
    assert sent.text_of("RequestId") == sent.headers["x-amzn-requestid"]
    received = raw.get(path, {"Action": "ReceiveMessage", "AttributeName.1": "All"})
    assert received.text_of("Body") == "a b+c&d=ü"


def test_presigned_url_works_without_any_header(json_sqs: Any, raw: RawCaller, path: str) -> None:
    url = f"{raw.url}{path}?Action=SendMessage&Version=2012-11-05&MessageBody=presigned"
    request = AWSRequest("GET", url)
    SigV4QueryAuth(Credentials(raw.account, "any"), "sqs", "us-east-1", expires=60).add_auth(request)
    target = request.prepare().url.removeprefix(raw.url)
    assert raw.send("GET", target, {}).status == 200
    assert bodies(json_sqs.receive_message(QueueUrl="queue")) == ["presigned"]


def test_queue_that_does_not_exist_is_an_error_on_its_own_path(raw: RawCaller) -> None:
    answer = raw.get(f"/{raw.account}/nowhere", {"Action": "ReceiveMessage"})
    assert answer.xml_error == (
        400,
        "AWS.SimpleQueueService.NonExistentQueue",
        "The specified queue does not exist for this wsdl version.",
    )


# -- Actions and endpoints -----------------------------------------------------------------


def test_get_queue_url_is_valid_there_all_the_same(raw: RawCaller, path: str) -> None:
    answer = raw.get(path, {"Action": "GetQueueUrl", "QueueName": "queue"})
    assert answer.text_of("QueueUrl") == raw.url + path


def test_unknown_action_is_not_valid_for_the_endpoint(raw: RawCaller) -> None:
    answer = raw.query({"Action": "FooBar"})
    assert answer.xml_error == (400, "InvalidAction", "The action FooBar is not valid for this endpoint.")


def test_action_must_be_given(raw: RawCaller) -> None:
    answer = raw.query({"QueueName": "queue"})
    assert answer.xml_error == (400, "MissingAction", "The request must contain the parameter Action.")


def test_answer_is_exactly_the_xml_of_sqs(raw: RawCaller) -> None:
    created = raw.query({"Action": "CreateQueue", "QueueName": "queue"})
    request_id = created.headers["x-amzn-requestid"]
    assert created.body.decode() == (
        f'<?xml version="1.0"?><CreateQueueResponse xmlns="{NAMESPACE}"><CreateQueueResult>'
        f"<QueueUrl>{raw.url}/{raw.account}/queue</QueueUrl></CreateQueueResult>"
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></CreateQueueResponse>"
    )
    deleted = raw.query({"Action": "DeleteQueue", "QueueUrl": "queue"})
    request_id = deleted.headers["x-amzn-requestid"]
    assert deleted.body.decode() == (
        f'<?xml version="1.0"?><DeleteQueueResponse xmlns="{NAMESPACE}">'
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></DeleteQueueResponse>"
    )


# -- Accept: application/json --------------------------------------------------------------


def test_messages_are_rendered_as_json_unchanged(json_sqs: Any, raw: RawCaller, path: str) -> None:
    body = '\r\n&quot; <"> \t ü'
    json_sqs.send_message(QueueUrl="queue", MessageBody=body)
    answer = raw.query({"Action": "ReceiveMessage"}, path=path, headers=ACCEPT_JSON)
    (message,) = answer.json["ReceiveMessageResponse"]["ReceiveMessageResult"]["messages"]
    assert message["Body"] == body


def test_error_is_rendered_as_json_for_who_asks(raw: RawCaller, path: str) -> None:
    answer = raw.get(path, {"Action": "ReceiveMessage", "MaxNumberOfMessages": "11"}, headers=ACCEPT_JSON)
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/json"
    assert answer.json["Error"] == {
        "Type": "Sender",
        "Code": "InvalidParameterValue",
        "Message": (
            "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided."
        ),
    }
