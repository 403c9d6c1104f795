"""One published message on its way to a topic's subscribers."""

from collections.abc import Mapping
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from emulator.aws.message_attribute import MessageAttribute, attributes_size


class Notification(Struct, frozen=True, gc=False):
    """The same for every subscriber, with one id and one time; which text each gets is by its protocol."""

    message_id: str
    topic_arn: str
    published_at: float  # seconds since the epoch
    message: str  # the text of every protocol that ``by_protocol`` does not name
    by_protocol: Mapping[str, str]
    attributes: Mapping[str, MessageAttribute]
    subject: str | None = None
    group_id: str | None = None
    deduplication_id: str | None = None  # of FIFO topics: given, or made from the content
    sequence_number: str | None = None  # of FIFO topics
    trace_header: str | None = None
    replayed: bool = False  # out of the topic's archive

    def message_for(self, protocol: str) -> str:
        return self.by_protocol.get(protocol, self.message)

    @property
    def size(self) -> int:
        """Bytes of all texts and attributes."""
        size = attributes_size(self.attributes) if self.attributes else 0
        for text in self.by_protocol.values():
            size += len(text) if text.isascii() else len(text.encode())
        return size

    def replayed_as(self, deduplication_id: str) -> "Notification":
        """The same once more, out of the archive."""
        return replace(self, replayed=True, deduplication_id=deduplication_id)


def timestamp(seconds: float) -> str:
    """A point in time as SNS writes it: UTC, with milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(seconds: float) -> int:
    """A point in time in whole milliseconds, as ``timestamp`` cuts it."""
    return round(seconds * 1_000_000) // 1_000
