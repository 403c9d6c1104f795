"""The shop: it takes orders, and leaves them in the queue of the CRM.

It neither calls the CRM nor waits for it.
"""

import json
import sys

import boto3

QUEUE = "crm-orders"


class Shop:
    def __init__(self) -> None:
        self._sqs = boto3.client("sqs")
        self._queue_url = self._sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]

    def place_order(self, number: int, item: str) -> None:
        order = {"order": number, "item": item}
        self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=json.dumps(order))


def main(items: list[str]) -> None:
    shop = Shop()
    for number, item in enumerate(items, start=1):
        shop.place_order(number, item)
        print(f"shop: order {number} of {item} placed")


if __name__ == "__main__":
    main(sys.argv[1:])
