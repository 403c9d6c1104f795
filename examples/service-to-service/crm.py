"""The CRM: it records the orders that it finds in its queue.

A standard queue may deliver a message twice, and a CRM that stops between recording and deleting gets it again. So an
order has a number, and is recorded once.
"""

import json
import sys

import boto3

QUEUE = "crm-orders"


class Crm:
    def __init__(self) -> None:
        self.orders: dict[int, str] = {}  # stands for a table with the order's number as its key
        self._sqs = boto3.client("sqs")
        self._queue_url = self._sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]

    def receive(self) -> None:
        """Wait for orders, up to the queue's 20 seconds, and record them."""
        received = self._sqs.receive_message(QueueUrl=self._queue_url, MaxNumberOfMessages=10)
        for message in received.get("Messages", []):
            try:
                self.record(message["Body"])
            except (KeyError, TypeError, ValueError) as error:
                print(f"crm: not recorded: {error!r}", file=sys.stderr)
                continue  # it comes again, and after five times goes to the dead-letter queue
            self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"])

    def record(self, body: str) -> None:
        order = json.loads(body)
        number, item = order["order"], order["item"]
        if number not in self.orders:
            self.orders[number] = item
            print(f"crm: order {number} of {item} recorded")


def main(wanted: float) -> None:
    crm = Crm()
    while len(crm.orders) < wanted:
        crm.receive()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else float("inf"))
