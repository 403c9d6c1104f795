"""The office: it pushes prices to a till, by the till's own queue. It never connects to the till."""

import json
import sys
import time

import boto3


class Office:
    def __init__(self, till: str) -> None:
        self._sqs = boto3.client("sqs")
        self._queue_url = self._sqs.get_queue_url(QueueName=till)["QueueUrl"]

    def push(self, item: str, cents: int, version: int) -> None:
        """``version`` grows with each price of the item: a standard queue keeps no order."""
        price = {"item": item, "cents": cents, "version": version}
        self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=json.dumps(price))


def main(till: str, prices: list[str]) -> None:
    office = Office(till)
    for price in prices:
        item, _, cents = price.partition("=")
        office.push(item, int(cents), version=time.time_ns())
        print(f"office: {item} is {cents} cents from now on")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
