"""What cases about messages start with, and the messages of common errors."""

from typing import Any

from emulator.conformance.answer import Result
from emulator.conformance.caller import Caller
from emulator.conformance.fixtures import Fixture

NO_QUEUE_CODE = "AWS.SimpleQueueService.NonExistentQueue"
NO_QUEUE_WORDS = {
    "json": "The specified queue does not exist.",
    "query": "The specified queue does not exist for this wsdl version.",
}
NOT_FOR_THIS_TYPE = "The request include parameter that is not valid for this queue type."
EXPIRED = "The receipt handle has expired."

# URLs of new queues.
SMALL_QUEUE = Fixture("SMALL_QUEUE", lambda aws: aws.queue({"MaximumMessageSize": "1024"}))
BY_CONTENT = Fixture("BY_CONTENT", lambda aws: fifo_queue(aws))


def invalid(parameter: str, value: object, reason: str) -> str:
    """The message of InvalidParameterValue."""
    return f"Value {value} for parameter {parameter} is invalid. Reason: {reason}"


def missing(parameter: str) -> str:
    """The message of MissingParameter."""
    return f"The request must contain the parameter {parameter}."


def failed(id: str, code: str, message: object = str) -> Result:
    """The entry of a batch that fails by itself."""
    return {"Id": id, "Code": code, "Message": message, "SenderFault": True}


def fifo_queue(aws: Caller, *bodies: str, **attributes: str) -> str:
    """The URL of a FIFO queue that deduplicates by content, with these messages."""
    queue = aws.fifo_queue({"ContentBasedDeduplication": "true", **attributes})
    send(aws, queue, *bodies)
    return queue


def send(aws: Caller, queue: str, *bodies: str, **params: Any) -> None:
    """Send a message for each body. On a FIFO queue its group is the part of the body before the hyphen."""
    for body in bodies:
        group = {"MessageGroupId": body.partition("-")[0]} if queue.endswith(".fifo") else {}
        aws.sqs("SendMessage", QueueUrl=queue, MessageBody=body, **group, **params).succeeds()


def held(aws: Caller, queue: str, *bodies: str, **params: Any) -> list[str]:
    """The receipt handles of new messages, now in flight, in the order of the bodies."""
    send(aws, queue, *bodies)
    by_body = {message["Body"]: message["ReceiptHandle"] for message in aws.received(queue, len(bodies), **params)}
    return [by_body[body] for body in bodies]


def bodies(aws: Caller, queue: str, count: int = 10, **params: Any) -> list[str]:
    """The bodies that one receive returns."""
    return [message["Body"] for message in aws.receive(queue, MaxNumberOfMessages=count, **params)]


def nothing_left(aws: Caller, queue: str) -> bool:
    """Whether a receive that does not wait returns nothing."""
    return not aws.receive(queue, WaitTimeSeconds=0)


def change(aws: Caller, queue: str, handle: str, timeout: int) -> None:
    aws.sqs("ChangeMessageVisibility", QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=timeout).succeeds()


def delete(aws: Caller, queue: str, *handles: str) -> None:
    for handle in handles:
        aws.sqs("DeleteMessage", QueueUrl=queue, ReceiptHandle=handle).succeeds()
