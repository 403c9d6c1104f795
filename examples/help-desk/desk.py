"""The help desk's queues, as customers and agents use them.

Priority is two queues, because SQS has no priorities: agents look into the urgent one first. Fairness is the message
group of a standard queue: a customer with many tickets does not delay the others. Order is a FIFO queue with the ticket
as its message group: the comments on one ticket come in order, those on others beside them.
"""

import json
from typing import Any

import boto3

URGENT, NORMAL, COMMENTS = "urgent-tickets", "tickets", "comments.fifo"


class Desk:
    def __init__(self) -> None:
        self._sqs = boto3.client("sqs")
        self._urls = {name: self._sqs.get_queue_url(QueueName=name)["QueueUrl"] for name in (URGENT, NORMAL, COMMENTS)}

    def open(self, customer: str, problem: str, *, urgent: bool = False) -> None:
        self._send(URGENT if urgent else NORMAL, customer, {"customer": customer, "problem": problem})

    def comment(self, ticket: str, text: str) -> None:
        """The same comment on a ticket within five minutes is taken once."""
        self._send(COMMENTS, ticket, {"ticket": ticket, "text": text})

    def next_tickets(self, most: int = 1) -> list[dict[str, Any]]:
        """Urgent tickets if there are any, and other ones if not; a ticket that is not closed comes again."""
        return self._receive(URGENT, most) or self._receive(NORMAL, most)

    def next_comments(self) -> list[dict[str, Any]]:
        return self._receive(COMMENTS, 10)

    def close(self, received: dict[str, Any]) -> None:
        """Be done with a ticket or a comment."""
        self._sqs.delete_message(QueueUrl=self._urls[received["queue"]], ReceiptHandle=received["receipt"])

    def _send(self, queue: str, group: str, content: dict[str, str]) -> None:
        self._sqs.send_message(QueueUrl=self._urls[queue], MessageBody=json.dumps(content), MessageGroupId=group)

    def _receive(self, queue: str, most: int) -> list[dict[str, Any]]:
        """Without a wait: there is another queue to look into."""
        answer = self._sqs.receive_message(QueueUrl=self._urls[queue], MaxNumberOfMessages=most, WaitTimeSeconds=0)
        return [
            json.loads(message["Body"]) | {"queue": queue, "receipt": message["ReceiptHandle"]}
            for message in answer.get("Messages", [])
        ]
