"""boto3, the AWS SDK for Python."""

import json
import os
import threading
import urllib.request
from typing import Any

import boto3
import pytest

sqs = boto3.client("sqs")
sns = boto3.client("sns")


def emulator(path: str, **body: Any) -> None:
    """Ask the control interface for something."""
    url = f"{os.environ['AWS_ENDPOINT_URL']}/_emulator/{path}"
    urllib.request.urlopen(url, json.dumps(body).encode(), 60).close()


def receive(queue: str, **wanted: Any) -> list[dict[str, Any]]:
    wanted = {"MessageAttributeNames": ["All"], "MessageSystemAttributeNames": ["All"], **wanted}
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
    assert (
        sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"][
            "ApproximateNumberOfMessagesNotVisible"
        ]
        == "0"
    )


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
    with pytest.raises(sqs.exceptions.QueueDoesNotExist, match=r"The specified queue does not exist\."):
        sqs.get_queue_url(QueueName="none")
    with pytest.raises(sns.exceptions.NotFoundException, match="Topic does not exist"):
        sns.publish(TopicArn="arn:aws:sns:us-east-1:000000000000:none", Message="x")


def retries() -> None:
    emulator("faults", service="sqs", action="CreateQueue", error="ServiceUnavailable", first=1)
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


print("version", boto3.__version__)
for name, check in {
    "messages": messages,
    "batches": batches,
    "long polling": long_polling,
    "FIFO": fifo,
    "dead letters": dead_letters,
    "paginators": paginators,
    "exceptions": exceptions,
    "retries": retries,
    "topics": topics,
}.items():
    check()
    print("passed", name, flush=True)
