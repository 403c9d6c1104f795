"""Where tests look for what a topic has published."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Inbox:
    """A queue that is to get what a topic publishes."""

    client: Any
    url: str
    arn: str

    def messages(self) -> list[dict[str, Any]]:
        """All messages that can be received now, taken out of the queue; Publish does not answer before they are in."""
        taken: list[dict[str, Any]] = []
        while found := self.client.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        ).get("Messages"):
            taken += found
            for message in found:
                self.client.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return taken

    def bodies(self) -> list[str]:
        return [message["Body"] for message in self.messages()]

    def envelopes(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies()]

    def delete(self) -> None:
        self.client.delete_queue(QueueUrl=self.url)
