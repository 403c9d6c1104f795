"""Queue URLs: how they are written in answers, and read from requests.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
"""

from typing import Final

from emulator.sqs.queue_address import QueueAddress

# Those that were read before, as clients use the same ones all day. Clients can send long ones, which are not kept.
KNOWN: Final[dict[str, QueueAddress]] = {}
_MOST_KNOWN: Final = 1_000
_KNOWN_LENGTH: Final = 256


def queue_url(endpoint: str, account: str, name: str) -> str:
    """The URL of a queue. ``endpoint`` is scheme, host and port, such as ``http://localhost:4566``."""
    return f"{endpoint}/{account}/{name}"


def parse_queue_url(url: str) -> QueueAddress:
    """Read a URL with any host, a path, or a bare name. Only its last two segments count."""
    return KNOWN.get(url) or _newly_read(url)


def _newly_read(url: str) -> QueueAddress:
    address = _address(url)
    if len(url) <= _KNOWN_LENGTH:
        if len(KNOWN) >= _MOST_KNOWN:
            KNOWN.clear()
        KNOWN[url] = address
    return address


def _address(url: str) -> QueueAddress:
    segments = url.rsplit("/", 2)
    if len(segments) == 3 and segments[1].isdigit() and segments[2]:
        return QueueAddress(segments[1], segments[2])
    _, _, path = url.rpartition("://")
    segments = path.rstrip("/").rsplit("/", 2)
    if len(segments) > 1 and segments[-2].isdigit():
        return QueueAddress(segments[-2], segments[-1])
    return QueueAddress(None, segments[-1])
