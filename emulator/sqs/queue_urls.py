"""Queue URLs: what we hand out, and what we understand.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
"""

from msgspec import Struct


class QueueAddress(Struct, frozen=True):
    """The part of a queue URL that counts; ``account`` is None in a bare queue name."""

    account: str | None
    name: str


def queue_url(endpoint: str, account: str, name: str) -> str:
    """``endpoint`` is scheme, host and port, e.g. ``http://localhost:4566``."""
    return f"{endpoint}/{account}/{name}"


def parse_queue_url(url: str) -> QueueAddress:
    """A URL with any host, a path, or a bare name: what counts are its last two segments."""
    segments = url.rsplit("/", 2)
    if len(segments) == 3 and segments[1].isdigit() and segments[2]:
        return QueueAddress(segments[1], segments[2])
    _, _, path = url.rpartition("://")
    segments = path.rstrip("/").rsplit("/", 2)
    if len(segments) > 1 and segments[-2].isdigit():
        return QueueAddress(segments[-2], segments[-1])
    return QueueAddress(None, segments[-1])
