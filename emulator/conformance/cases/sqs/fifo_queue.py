"""A FIFO queue for cases about the order of messages."""

from collections.abc import Mapping
from typing import Any

from emulator.conformance.caller import Caller
from emulator.conformance.cases.sqs.messages import fifo_queue, send
from emulator.conformance.mismatch import same


class FifoQueue:
    """A FIFO queue whose messages are identified by their bodies. The group of a message is the part before the
    hyphen.
    """

    def __init__(
        self, aws: Caller, *bodies: str, batch: bool = False, attributes: Mapping[str, str] | None = None
    ) -> None:
        self._aws = aws
        self._batch = batch
        self.url = fifo_queue(aws, *bodies, **(attributes or {}))
        self._handles: dict[str, str] = {}  # by body, from the last receives

    def send(self, *bodies: str) -> None:
        send(self._aws, self.url, *bodies)

    def gives(self, count: int, *expected: str, **params: Any) -> None:
        """A receive of up to ``count`` messages, without waiting, must return these."""
        messages = self._aws.receive(self.url, MaxNumberOfMessages=count, **{"WaitTimeSeconds": 0, **params})
        same([message["Body"] for message in messages], list(expected), "the bodies")
        self._handles |= {message["Body"]: message["ReceiptHandle"] for message in messages}

    def show(self, *bodies: str) -> None:
        """Make messages in flight visible."""
        self.hide(0, *bodies)

    def hide(self, seconds: int, *bodies: str) -> None:
        """Change the visibility timeout of messages in flight."""
        self._call("ChangeMessageVisibility", bodies, VisibilityTimeout=seconds)

    def delete(self, *bodies: str) -> None:
        self._call("DeleteMessage", bodies)

    def _call(self, action: str, bodies: tuple[str, ...], **params: Any) -> None:
        """In one batch, or message by message."""
        handles = [self._handles[body] for body in bodies]
        if self._batch:
            entries = [{"Id": str(n), "ReceiptHandle": handle, **params} for n, handle in enumerate(handles)]
            answer = self._aws.sqs(f"{action}Batch", QueueUrl=self.url, Entries=entries)
            answer.gives(Successful=lambda got: len(got) == len(entries))
        else:
            for handle in handles:
                self._aws.sqs(action, QueueUrl=self.url, ReceiptHandle=handle, **params).succeeds()
