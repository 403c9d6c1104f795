"""The AWS CLI, version 1, as shell scripts call it."""

import base64
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from matrix_program import ENDPOINT, control, report

AWS = (str(Path(sys.executable).with_name("aws")), "--endpoint-url", ENDPOINT)


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = (*AWS, *arguments, "--output", "json")
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environment)


def aws(*arguments: str, **environment: str) -> Any:
    """What the command prints, which is JSON or nothing."""
    done = run(*arguments, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout else {}


def queue_of(name: str, **attributes: str) -> str:
    url: str = aws("sqs", "create-queue", "--queue-name", name, "--attributes", json.dumps(attributes))["QueueUrl"]
    return url


def arn_of(queue: str) -> str:
    found = aws("sqs", "get-queue-attributes", "--queue-url", queue, "--attribute-names", "QueueArn")
    arn: str = found["Attributes"]["QueueArn"]
    return arn


def send(queue: str, body: str, *options: str) -> Any:
    return aws("sqs", "send-message", "--queue-url", queue, "--message-body", body, *options)


def receive(queue: str, *options: str) -> list[dict[str, Any]]:
    everything = ("--message-attribute-names", "All", "--message-system-attribute-names", "All")
    messages: list[dict[str, Any]] = aws("sqs", "receive-message", "--queue-url", queue, *everything, *options).get(
        "Messages", []
    )
    return messages


def of(message: dict[str, Any]) -> tuple[str, str]:
    return "--receipt-handle", message["ReceiptHandle"]


def messages() -> None:
    queue = queue_of("orders")
    attributes = {
        "customer": {"DataType": "String", "StringValue": "Zoë"},
        "total": {"DataType": "Number.int", "StringValue": "12"},
        "receipt": {"DataType": "Binary", "BinaryValue": "raw"},
    }
    send(queue, "coffee & tea", "--message-attributes", json.dumps(attributes))
    [message] = receive(queue)
    assert message["Body"] == "coffee & tea"
    assert base64.b64decode(message["MessageAttributes"]["receipt"].pop("BinaryValue")).decode() == "raw"
    del attributes["receipt"]["BinaryValue"]
    assert message["MessageAttributes"] == attributes
    aws("sqs", "delete-message", "--queue-url", queue, *of(message))
    found = aws("sqs", "get-queue-attributes", "--queue-url", queue, "--attribute-names", "All")["Attributes"]
    assert found["ApproximateNumberOfMessagesNotVisible"] == "0"


def batches() -> None:
    queue = queue_of("batches")
    entries = [{"Id": str(number), "MessageBody": f"order {number}"} for number in range(9)]
    batch = json.dumps([*entries, {"Id": "bad", "MessageBody": "\x00"}])
    sent = aws("sqs", "send-message-batch", "--queue-url", queue, "--entries", batch)
    [failed] = sent["Failed"]
    assert (failed["Id"], failed["Code"], failed["SenderFault"]) == ("bad", "InvalidMessageContents", True)
    received = receive(queue, "--max-number-of-messages", "10")
    assert {message["Body"] for message in received} == {entry["MessageBody"] for entry in entries}
    handles = [{"Id": str(at), "ReceiptHandle": each["ReceiptHandle"]} for at, each in enumerate(received)]
    deleted = aws("sqs", "delete-message-batch", "--queue-url", queue, "--entries", json.dumps(handles))
    assert len(deleted["Successful"]) == len(entries)


def long_polling() -> None:
    queue = queue_of("polled")
    sender = threading.Timer(0.2, send, (queue, "at last"))
    sender.start()
    [message] = receive(queue, "--wait-time-seconds", "20")
    sender.join()
    assert message["Body"] == "at last"


def visibility() -> None:
    queue = queue_of("slow")
    send(queue, "long work")
    [message] = receive(queue)
    longer = ("--visibility-timeout", "600")
    aws("sqs", "change-message-visibility", "--queue-url", queue, *of(message), *longer)
    control("clock", advance=300)
    assert receive(queue) == []
    control("clock", advance=300)
    [message] = receive(queue)
    assert message["Attributes"]["ApproximateReceiveCount"] == "2"


def fifo() -> None:
    queue = queue_of("line.fifo", FifoQueue="true")
    numbers = [
        send(queue, body, "--message-group-id", "g", "--message-deduplication-id", body)["SequenceNumber"]
        for body in ("first", "second", "second", "third")
    ]
    assert numbers[1] == numbers[2]
    received = receive(queue, "--max-number-of-messages", "10")
    assert [message["Body"] for message in received] == ["first", "second", "third"]
    assert [message["Attributes"]["SequenceNumber"] for message in received] == sorted(set(numbers))


def dead_letters() -> None:
    dead = queue_of("dead")
    redrive = json.dumps({"deadLetterTargetArn": arn_of(dead), "maxReceiveCount": 1})
    queue = queue_of("work", RedrivePolicy=redrive)
    send(queue, "poison")
    [message] = receive(queue)
    aws("sqs", "change-message-visibility", "--queue-url", queue, *of(message), "--visibility-timeout", "0")
    assert receive(queue) == []
    tasks = ("sqs", "list-message-move-tasks", "--source-arn", arn_of(dead))
    started = aws("sqs", "start-message-move-task", "--source-arn", arn_of(dead))
    assert started["TaskHandle"]
    [message] = receive(queue, "--wait-time-seconds", "20")
    assert message["Body"] == "poison"
    [task] = aws(*tasks)["Results"]
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 1)
    aws("sqs", "change-message-visibility", "--queue-url", queue, *of(message), "--visibility-timeout", "0")
    assert receive(queue) == []
    [message] = receive(dead)
    assert message["Attributes"]["DeadLetterQueueSourceArn"] == arn_of(queue)


def paginators() -> None:
    created = [queue_of(f"page-{number}") for number in range(5)]
    listing = ("sqs", "list-queues", "--queue-name-prefix", "page-", "--page-size", "2")
    assert sorted(aws(*listing)["QueueUrls"]) == created
    first = aws(*listing, "--max-items", "3")
    rest = aws(*listing, "--starting-token", first["NextToken"])
    assert len(first["QueueUrls"]) == 3
    assert sorted(first["QueueUrls"] + rest["QueueUrls"]) == created


def exceptions() -> None:
    done = run("sqs", "get-queue-url", "--queue-name", "none")
    assert done.returncode != 0
    assert "NonExistentQueue) when calling the GetQueueUrl operation: The specified queue does not exist" in done.stderr
    done = run("sns", "publish", "--topic-arn", "arn:aws:sns:us-east-1:000000000000:none", "--message", "x")
    assert done.returncode != 0
    assert "(NotFound) when calling the Publish operation: Topic does not exist" in done.stderr


def retries() -> None:
    control("faults", service="sqs", action="CreateQueue", error="ServiceUnavailable", first=1)
    create = ("sqs", "create-queue", "--queue-name", "retried")
    assert run(*create, AWS_MAX_ATTEMPTS="1").returncode != 0
    control("faults", service="sqs", action="CreateQueue", error="ServiceUnavailable", first=1)
    assert aws(*create)["QueueUrl"].endswith("/retried")


def topics() -> None:
    topic = aws("sns", "create-topic", "--name", "sales")["TopicArn"]
    queue = queue_of("coffee")
    wanted = {"RawMessageDelivery": "true", "FilterPolicy": json.dumps({"drink": ["coffee"]})}
    target = ("--protocol", "sqs", "--notification-endpoint", arn_of(queue))
    aws("sns", "subscribe", "--topic-arn", topic, *target, "--attributes", json.dumps(wanted))
    for drink in ("tea", "coffee"):
        attribute = json.dumps({"drink": {"DataType": "String", "StringValue": drink}})
        aws("sns", "publish", "--topic-arn", topic, "--message", f"one {drink}", "--message-attributes", attribute)
    [message] = receive(queue, "--max-number-of-messages", "10")
    assert message["Body"] == "one coffee"
    assert message["MessageAttributes"]["drink"]["StringValue"] == "coffee"


def topic_batches() -> None:
    topic = aws("sns", "create-topic", "--name", "line.fifo", "--attributes", "FifoTopic=true")["TopicArn"]
    queue = queue_of("behind.fifo", FifoQueue="true")
    target = ("--protocol", "sqs", "--notification-endpoint", arn_of(queue))
    aws("sns", "subscribe", "--topic-arn", topic, *target, "--attributes", "RawMessageDelivery=true")
    numbers = [*range(9), 0]
    entries = [
        {"Id": str(at), "Message": f"step {number}", "MessageGroupId": "g", "MessageDeduplicationId": str(number)}
        for at, number in enumerate(numbers)
    ]
    batch = ("--publish-batch-request-entries", json.dumps(entries))
    published = aws("sns", "publish-batch", "--topic-arn", topic, *batch)
    assert [entry["Id"] for entry in published["Successful"]] == [entry["Id"] for entry in entries]
    received = receive(queue, "--max-number-of-messages", "10")
    assert [message["Body"] for message in received] == [f"step {number}" for number in range(9)]


version = subprocess.run([AWS[0], "--version"], capture_output=True, text=True, check=True).stdout
report(
    version.split()[0].removeprefix("aws-cli/"),
    {
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
    },
)
