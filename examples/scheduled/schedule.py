"""A schedule: messages that are received when they are due, by the delay of SQS.

SQS delays a message for 15 minutes at most. One that is due later is sent again whenever a delay has passed. Every hop
is two requests, and a hop that is repeated sends the message twice. So this is for minutes and hours; for days and
months use EventBridge Scheduler.
"""

import json
import time
from collections.abc import Callable
from math import ceil

import boto3

LONGEST_DELAY = 900  # seconds, the most that SQS has


class Schedule:
    def __init__(self, queue: str, now: Callable[[], float] = time.time) -> None:
        self._now = now  # seconds since the epoch
        self._sqs = boto3.client("sqs")
        self._queue_url = self._sqs.get_queue_url(QueueName=queue)["QueueUrl"]

    def add(self, text: str, due: float) -> None:
        """``due`` is in seconds since the epoch."""
        delay = min(LONGEST_DELAY, max(0, ceil(due - self._now())))
        body = json.dumps({"text": text, "due": due})
        self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=body, DelaySeconds=delay)

    def receive(self) -> list[str]:
        """Wait up to the queue's 20 seconds; what is due. Some may come a second later, and one may come twice."""
        due = []
        received = self._sqs.receive_message(QueueUrl=self._queue_url, MaxNumberOfMessages=10)
        for message in received.get("Messages", []):
            entry = json.loads(message["Body"])
            if entry["due"] <= self._now():
                due.append(entry["text"])
            else:
                self.add(entry["text"], entry["due"])
            self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"])
        return due
