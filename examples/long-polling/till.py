"""The till: it waits for prices by long polling.

A request waits at SQS for up to 20 seconds and is answered as soon as there is a message. So prices arrive at once, a
quiet till makes three requests a minute, and no connection comes in from outside.
"""

import json
import sys

import boto3

WAIT_SECONDS = 20  # the longest wait that there is


class Till:
    def __init__(self, name: str) -> None:
        self.prices: dict[str, int] = {}  # in cents
        self.requests = 0
        self._versions: dict[str, int] = {}
        self._sqs = boto3.client("sqs")
        self._queue_url = self._sqs.get_queue_url(QueueName=name)["QueueUrl"]

    def poll(self) -> int:
        """Wait for prices; how many came."""
        self.requests += 1
        answer = self._sqs.receive_message(
            QueueUrl=self._queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=WAIT_SECONDS
        )
        messages = answer.get("Messages", [])
        for message in messages:
            self._take(**json.loads(message["Body"]))
            self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"])
        return len(messages)

    def _take(self, item: str, cents: int, version: int) -> None:
        if version > self._versions.get(item, 0):
            self._versions[item] = version
            self.prices[item] = cents
            print(f"till: {item} is {cents} cents")


def main(name: str, wanted: float) -> None:
    till = Till(name)
    received = 0
    while received < wanted:
        received += till.poll()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else float("inf"))
