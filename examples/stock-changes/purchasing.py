"""Purchasing: it orders what is low or sold out. The filter policy of its subscription keeps all else away."""

import json
import sys

import boto3

QUEUE = "purchasing"


def receive() -> list[str]:
    """Wait for changes, up to the queue's 20 seconds; the items to order."""
    sqs = boto3.client("sqs")
    queue_url = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    items = []
    for message in sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages", []):
        change = json.loads(message["Body"])
        print(f"purchasing: {change['item']} is {change['event']}")
        items.append(change["item"])
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
    return items


def main(wanted: float) -> None:
    received = 0
    while received < wanted:
        received += len(receive())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else float("inf"))
