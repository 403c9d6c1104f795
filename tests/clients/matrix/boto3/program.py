"""boto3, the AWS SDK for Python: old versions too, which do not read AWS_ENDPOINT_URL."""

import json
import os
import threading
from typing import Any

import boto3
import botocore
import pytest
from matrix_program import control, report

sqs = boto3.client("sqs", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
sns = boto3.client("sns", endpoint_url=os.environ["AWS_ENDPOINT_URL"])

# The name of 2024, and the one before.
RECEIVE = sqs.meta.service_model.operation_model("ReceiveMessage").input_shape.members
SYSTEM_ATTRIBUTES = "MessageSystemAttributeNames" if "MessageSystemAttributeNames" in RECEIVE else "AttributeNames"


def receive(queue: str, **wanted: Any) -> list[dict[str, Any]]:
    wanted = {"MessageAttributeNames": ["All"], SYSTEM_ATTRIBUTES: ["All"], **wanted}
    messages: list[dict[str, Any]] = sqs.receive_message(QueueUrl=queue, **wanted).get("Messages", [])
    return messages


def messages() -> None:
    queue = sqs.create_queue(QueueName="orders")["QueueUrl"]
    attributes = {
        "customer": {"DataType": "String", "StringValue": "Zoë"},
        "total": {"DataType": "Number.int", "StringValue": "12"},
        "receipt": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    }
    sqs.send_message(QueueUrl=queue, MessageBody="coffee & tea", MessageAttributes=attributes)
    [message] = receive(queue)
    assert message["Body"] == "coffee & tea"
    assert message["MessageAttributes"] == attributes
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert found["ApproximateNumberOfMessagesNotVisible"] == "0"


def batches() -> None:
    queue = sqs.create_queue(QueueName="batches")["QueueUrl"]
    entries = [{"Id": str(number), "MessageBody": f"order {number}"} for number in range(9)]
    sent = sqs.send_message_batch(QueueUrl=queue, Entries=[*entries, {"Id": "bad", "MessageBody": "\x00"}])
    assert [entry["Id"] for entry in sent["Successful"]] == [entry["Id"] for entry in entries]
    [failed] = sent["Failed"]
    assert (failed["Id"], failed["Code"], failed["SenderFault"]) == ("bad", "InvalidMessageContents", True)
    received = receive(queue, MaxNumberOfMessages=10)
    assert {message["Body"] for message in received} == {entry["MessageBody"] for entry in entries}
    handles = [{"Id": str(at), "ReceiptHandle": each["ReceiptHandle"]} for at, each in enumerate(received)]
    assert len(sqs.delete_message_batch(QueueUrl=queue, Entries=handles)["Successful"]) == len(entries)


def long_polling() -> None:
    queue = sqs.create_queue(QueueName="polled")["QueueUrl"]
    sender = threading.Timer(0.2, sqs.send_message, kwargs={"QueueUrl": queue, "MessageBody": "at last"})
    sender.start()
    [message] = receive(queue, WaitTimeSeconds=20)
    sender.join()
    assert message["Body"] == "at last"


def visibility() -> None:
    queue = sqs.create_queue(QueueName="slow", Attributes={"VisibilityTimeout": "30"})["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="long work")
    [message] = receive(queue)
    sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=600)
    control("clock", advance=300)
    assert receive(queue) == []
    control("clock", advance=300)
    [message] = receive(queue)
    assert message["Attributes"]["ApproximateReceiveCount"] == "2"
    assert receive(queue) == []


def fifo() -> None:
    queue = sqs.create_queue(QueueName="line.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    numbers = [
        sqs.send_message(QueueUrl=queue, MessageBody=body, MessageGroupId="g", MessageDeduplicationId=body)[
            "SequenceNumber"
        ]
        for body in ("first", "second", "second", "third")
    ]
    assert numbers[1] == numbers[2]
    received = receive(queue, MaxNumberOfMessages=10)
    assert [message["Body"] for message in received] == ["first", "second", "third"]
    sequence = [message["Attributes"]["SequenceNumber"] for message in received]
    assert sequence == sorted(set(numbers))


def dead_letters() -> None:
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    queue = sqs.create_queue(QueueName="work", Attributes={"RedrivePolicy": redrive})["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="poison")
    for _ in range(2):
        [message] = receive(queue)
        sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    assert receive(queue) == []
    [message] = receive(dead)
    assert message["Body"] == "poison"
    assert message["Attributes"]["DeadLetterQueueSourceArn"].endswith(":work")


def paginators() -> None:
    created = {sqs.create_queue(QueueName=f"page-{number}")["QueueUrl"] for number in range(7)}
    pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix="page-", PaginationConfig={"PageSize": 3})
    listed = [page["QueueUrls"] for page in pages]
    assert [len(page) for page in listed] == [3, 3, 1]
    assert {url for page in listed for url in page} == created


def exceptions() -> None:
    with pytest.raises(sqs.exceptions.QueueDoesNotExist, match="The specified queue does not exist"):
        sqs.get_queue_url(QueueName="none")
    with pytest.raises(sns.exceptions.NotFoundException, match="Topic does not exist"):
        sns.publish(TopicArn="arn:aws:sns:us-east-1:000000000000:none", Message="x")


def retries() -> None:
    control("faults", service="sqs", action="CreateQueue", error="ServiceUnavailable", first=1)
    created = sqs.create_queue(QueueName="retried")
    assert created["ResponseMetadata"]["RetryAttempts"] == 1


def topics() -> None:
    topic = sns.create_topic(Name="sales")["TopicArn"]
    queue = sqs.create_queue(QueueName="coffee")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    wanted = {"RawMessageDelivery": "true", "FilterPolicy": json.dumps({"drink": ["coffee"]})}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=wanted)
    for drink in ("tea", "coffee"):
        attribute = {"DataType": "String", "StringValue": drink}
        sns.publish(TopicArn=topic, Message=f"one {drink}", MessageAttributes={"drink": attribute})
    [message] = receive(queue, MaxNumberOfMessages=10)
    assert message["Body"] == "one coffee"
    assert message["MessageAttributes"]["drink"]["StringValue"] == "coffee"


def topic_batches() -> None:
    topic = sns.create_topic(Name="line.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    queue = sqs.create_queue(QueueName="behind.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    numbers = [*range(9), 0]
    entries = [
        {"Id": str(at), "Message": f"step {number}", "MessageGroupId": "g", "MessageDeduplicationId": str(number)}
        for at, number in enumerate(numbers)
    ]
    published = sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
    assert [entry["Id"] for entry in published["Successful"]] == [entry["Id"] for entry in entries]
    received = receive(queue, MaxNumberOfMessages=10)
    assert [message["Body"] for message in received] == [f"step {number}" for number in range(9)]


CHECKS = {
    "messages": messages,
    "batches": batches,
    "long polling": long_polling,
    "visibility": visibility,
    "FIFO": fifo,
    "dead letters": dead_letters,
    "paginators": paginators,
    "exceptions": exceptions,
    "retries": retries,
    "topics": topics,
    "topic batches": topic_batches,
}
if not sqs.can_paginate("list_queues"):
    del CHECKS["paginators"]
if not hasattr(sns, "publish_batch"):
    del CHECKS["topic batches"]
report(f"boto3 {boto3.__version__}, botocore {botocore.__version__}", CHECKS)
