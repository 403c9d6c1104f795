"""The worker: it refunds one cancellation after the other, each of which may take long.

The visibility timeout is short, so that the cancellation of a worker that dies is soon taken by another one. While a
worker lives, its heartbeat extends the timeout.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3

QUEUE = "cancellations"
VISIBILITY_SECONDS = 60  # that of the queue
HEARTBEAT_SECONDS = 20.0


@contextmanager
def repeated(call: Callable[[], object], every: float) -> Iterator[None]:
    """Call again and again, in a thread, until the end of the block."""
    ended = threading.Event()

    def repeat() -> None:
        while not ended.wait(every):
            call()

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


class Worker:
    def __init__(self, refund: Callable[[str], None], heartbeat_seconds: float = HEARTBEAT_SECONDS) -> None:
        self._refund = refund
        self._heartbeat_seconds = heartbeat_seconds
        self._sqs = boto3.client("sqs")
        self._queue_url = self._sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]

    def work(self) -> int:
        """Wait for a cancellation, up to the queue's 20 seconds, and refund it; how many were refunded."""
        messages = self._sqs.receive_message(QueueUrl=self._queue_url).get("Messages", [])
        return sum(self._process(message) for message in messages)

    def _process(self, message: dict[str, Any]) -> bool:
        held = {"QueueUrl": self._queue_url, "ReceiptHandle": message["ReceiptHandle"]}

        def extend() -> None:
            self._sqs.change_message_visibility(**held, VisibilityTimeout=VISIBILITY_SECONDS)

        try:
            with repeated(extend, self._heartbeat_seconds):
                self._refund(message["Body"])
        except ValueError as error:  # it comes again, and after three times goes to the dead-letter queue
            print(f"worker: {message['Body']} failed: {error}", file=sys.stderr)
            return False
        self._sqs.delete_message(**held)
        return True


def refund_slowly(booking: str) -> None:
    time.sleep(0.2)  # stands for the bank
    print(f"worker: {booking} refunded")


def main(wanted: float) -> None:
    worker = Worker(refund_slowly)
    refunded = 0
    while refunded < wanted:
        refunded += worker.work()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else float("inf"))
