"""The website: it accepts cancellations at once, however long the refunds take."""

import sys

import boto3

QUEUE = "cancellations"


class Website:
    def __init__(self) -> None:
        self._sqs = boto3.client("sqs")
        self._queue_url = self._sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]

    def cancel(self, booking: str) -> None:
        self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=booking)


def main(bookings: list[str]) -> None:
    website = Website()
    for booking in bookings:
        website.cancel(booking)
        print(f"website: cancellation of {booking} accepted")


if __name__ == "__main__":
    main(sys.argv[1:])
