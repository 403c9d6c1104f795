"""What a refusal by SQS looks like, to the byte: each one a test provokes is compared with the table below.

The sources are the service model with its error traits, and answers of AWS.
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

SQS = "com.amazonaws.sqs"
CORAL = "com.amazon.coral.service"


class Form(NamedTuple):
    """How an error goes by on AWS JSON, and its HTTP status."""

    shape: str
    status: int = 400
    namespace: str = SQS


# By the code of the query protocol, which is also the first part of x-amzn-query-error.
FORMS: dict[str, Form] = {
    "AWS.SimpleQueueService.NonExistentQueue": Form("QueueDoesNotExist"),
    "QueueAlreadyExists": Form("QueueNameExists"),
    "AWS.SimpleQueueService.QueueDeletedRecently": Form("QueueDeletedRecently"),
    "AWS.SimpleQueueService.PurgeQueueInProgress": Form("PurgeQueueInProgress", 403),
    "ReceiptHandleIsInvalid": Form("ReceiptHandleIsInvalid", 404),
    "InvalidAttributeName": Form("InvalidAttributeName"),
    "InvalidAttributeValue": Form("InvalidAttributeValue"),
    "InvalidMessageContents": Form("InvalidMessageContents"),
    "AWS.SimpleQueueService.EmptyBatchRequest": Form("EmptyBatchRequest"),
    "AWS.SimpleQueueService.TooManyEntriesInBatchRequest": Form("TooManyEntriesInBatchRequest"),
    "AWS.SimpleQueueService.BatchEntryIdsNotDistinct": Form("BatchEntryIdsNotDistinct"),
    "AWS.SimpleQueueService.InvalidBatchEntryId": Form("InvalidBatchEntryId"),
    "AWS.SimpleQueueService.BatchRequestTooLong": Form("BatchRequestTooLong"),
    "AWS.SimpleQueueService.UnsupportedOperation": Form("UnsupportedOperation"),
    "OverLimit": Form("OverLimit", 403),
    "ResourceNotFoundException": Form("ResourceNotFoundException", 404),
    "InvalidParameterValue": Form("InvalidParameterValueException", 400, CORAL),
    "MissingParameter": Form("MissingRequiredParameterException", 400, CORAL),
}

# The one message that AWS words differently on the query protocol.
QUERY_MESSAGES = {"The specified queue does not exist.": "The specified queue does not exist for this wsdl version."}


def assert_refused(call: Callable[..., Any], code: str, message: str, /, **params: Any) -> None:
    """``call``, a method of a client, answers with exactly this error, in the form of the client's protocol."""
    client = call.__self__  # type: ignore[attr-defined]
    answers: list[dict[str, Any]] = []

    def keep(response_dict: dict[str, Any], **_: Any) -> None:
        answers.append(response_dict)

    client.meta.events.register("before-parse.sqs", keep, unique_id="keep")
    try:
        with pytest.raises(ClientError) as refused:
            call(**params)
    finally:
        client.meta.events.unregister("before-parse.sqs", unique_id="keep")
    (answer,) = answers
    request_id = answer["headers"]["x-amzn-RequestId"]
    form = FORMS[code]
    error = refused.value.response["Error"]
    if client.meta.service_model.resolved_protocol == "query":
        message = QUERY_MESSAGES.get(message, message)
        assert error == {"Code": code, "Message": message, "Type": "Sender", "Detail": None}
        assert answer["headers"]["Content-Type"] == "text/xml"
        assert answer["body"].decode() == xml_error(code, message, request_id)
    else:
        assert error == {"Code": code, "Message": message, "Type": "Sender", "QueryErrorCode": form.shape}
        assert answer["headers"]["Content-Type"] == "application/x-amz-json-1.0"
        assert answer["headers"]["x-amzn-query-error"] == f"{code};Sender"
        assert json.loads(answer["body"]) == {"__type": f"{form.namespace}#{form.shape}", "message": message}
        if form.namespace == SQS:
            assert isinstance(refused.value, getattr(client.exceptions, form.shape))
    assert answer["status_code"] == form.status
    assert refused.value.response["ResponseMetadata"]["RequestId"] == request_id


def assert_no_such_queue(call: Callable[..., Any], /, **params: Any) -> None:
    assert_refused(call, "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.", **params)


def xml_error(code: str, message: str, request_id: str) -> str:
    text = message.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return (
        '<?xml version="1.0"?><ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error>'
        f"<Type>Sender</Type><Code>{code}</Code><Message>{text}</Message><Detail/></Error>"
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    )


def failed_entry(id: str, code: str, message: str) -> dict[str, object]:
    """An entry of a batch that AWS refuses on its own."""
    return {"Id": id, "SenderFault": True, "Code": code, "Message": message}
