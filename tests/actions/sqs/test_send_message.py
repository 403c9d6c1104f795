from typing import Any

import pytest
from botocore.exceptions import ClientError


def test_answer_carries_the_message_id_and_the_digest_of_the_body(sqs: Any, queue_url: str) -> None:
    sent = sqs.send_message(QueueUrl=queue_url, MessageBody="hello")
    assert sent["MD5OfMessageBody"] == "5d41402abc4b2a76b9719d911017c592"
    received = sqs.receive_message(QueueUrl=queue_url)["Messages"][0]
    assert received["MessageId"] == sent["MessageId"]
    assert "MD5OfMessageAttributes" not in sent
    assert "SequenceNumber" not in sent


def test_queue_that_does_not_exist_is_named_in_the_callers_protocol(sqs: Any, queue_url: str, protocol: str) -> None:
    with pytest.raises(ClientError) as refused:
        sqs.send_message(QueueUrl=queue_url + "-not", MessageBody="hello")
    error = refused.value.response["Error"]
    assert error["Code"] == "AWS.SimpleQueueService.NonExistentQueue"
    wsdl = " for this wsdl version" if protocol == "query" else ""
    assert error["Message"] == f"The specified queue does not exist{wsdl}."
