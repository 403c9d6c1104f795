"""The archive of a FIFO topic: the published messages, kept for the retention period of the topic's ArchivePolicy.

https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-topic-owner.html
"""

import json
from collections import deque
from collections.abc import Collection, Iterator

from emulator.aws.limits import ARCHIVE_DAYS_MAX
from emulator.sns.changes import KeptArchive
from emulator.sns.json_document import JsonError, dump_compact, parse_object
from emulator.sns.notification import Notification, milliseconds
from emulator.sns.rejections import RejectedValue
from emulator.timing.turns import emptied, portions

_PERIOD = "MessageRetentionPeriod"
_DAY = 86_400

# AWS sets no limit. This one bounds our memory: beyond it the oldest messages are dropped.
_CAPACITY = 64 * 1024 * 1024  # bytes
_DROPPED_AT_ONCE = 1_000  # messages, which take about a millisecond
_REPLAYED_AT_ONCE = 50  # messages
_OVERHEAD = 1_024  # bytes that a message takes besides its text and attributes


def archive_policy(value: str) -> str:
    """An ArchivePolicy as a topic keeps it; "" for ``{}``, which ends archiving. RejectedValue if AWS refuses it."""
    try:
        document = parse_object(value)
    except JsonError as error:
        raise RejectedValue(f"ArchivePolicy: failed to parse JSON. {error.detail}") from error
    if not document:
        return ""
    days = document.pop(_PERIOD, None)
    if document:
        raise RejectedValue(f"ArchivePolicy: invalid JSON. Attribute {next(iter(document))} is unknown.")
    number = _whole_number(days)
    if number is None or not 1 <= number <= ARCHIVE_DAYS_MAX:
        raise RejectedValue(f"ArchivePolicy: {_PERIOD} must be an integer from 1 to {ARCHIVE_DAYS_MAX}")
    return dump_compact({_PERIOD: str(number)})


def retention_seconds(policy: str) -> int:
    """The retention period of an ArchivePolicy, in seconds."""
    return int(json.loads(policy)[_PERIOD]) * _DAY


def _whole_number(days: object) -> int | None:
    if isinstance(days, str) and days.isascii() and days.isdigit():
        return int(days[:10])
    return days if isinstance(days, int) and not isinstance(days, bool) else None


class Archive:
    """Archived messages, in the order in which they were published."""

    def __init__(self, retention: int, now: float) -> None:
        self.retention = retention  # seconds
        self.since = now  # messages published at or after this time are archived, until they expire
        self._kept: deque[Notification] = deque()
        self._size = 0  # bytes
        self.replays = 0  # how many replays were begun

    def beginning(self, now: float) -> float:
        """The earliest time from which messages can be replayed, in seconds since the epoch."""
        return max(self.since, now - self.retention)

    def keep(self, notification: Notification) -> None:
        self._kept.append(notification)
        self._size += _size(notification)
        while self._size > _CAPACITY:
            self.since = max(self.since, self._kept[0].published_at)
            self._drop_oldest()

    @property
    def kept(self) -> list[Notification]:
        """The archived messages, oldest first."""
        return [notification for notification in self._kept if notification.published_at >= self.since]

    def emptied(self) -> Iterator[None]:
        """Drop all messages, some with each step. For an archive that is not used any more."""
        yield from emptied(self._kept)

    def restore(self, kept: KeptArchive) -> None:
        """Take over the messages of a recorded archive."""
        self.since, self.replays = kept.since, kept.replays
        self._kept.clear()
        self._size = 0
        self.restore_some(kept.messages)

    def restore_some(self, messages: Collection[Notification]) -> None:
        """Take over messages that are newer than all others."""
        self._kept.extend(messages)
        self._size += sum(map(_size, messages))

    def whole(self) -> KeptArchive:
        """The archive in full, for a change or a state document."""
        return KeptArchive(self.since, self.replays, self.kept)

    def keep_for(self, retention: int, now: float) -> None:
        """Change the retention period. A longer one does not bring back what has expired."""
        self.since = self.beginning(now)
        self.retention = retention
        self.drop_before(self.beginning(now))

    def has_expired(self, now: float) -> bool:
        """Whether some messages have reached the end of the retention period since ``drop_before``."""
        beginning = self.beginning(now)
        return bool(self._kept) and self.since < beginning and self._kept[0].published_at < beginning

    def drop_before(self, since: float) -> None:
        """Drop the messages published before ``since``, some of them now and the others in ``drop_some``."""
        self.since = max(self.since, since)
        self.drop_some()

    def drop_some(self) -> None:
        """Free some of the messages that were dropped."""
        for _ in range(_DROPPED_AT_ONCE):
            if not self._kept or self._kept[0].published_at >= self.since:
                break
            self._drop_oldest()

    def count_replay(self, replays: int) -> None:
        """Set how many replays were begun."""
        self.replays = replays

    def replayed(self, start: int, end: int | None) -> Iterator[list[Notification]]:
        """The messages from ``start`` to ``end`` (milliseconds, both included) that are archived now, in portions, with
        the deduplication ids of the latest replay.

        A FIFO queue would drop a message whose deduplication id it has seen within five minutes, so each replay gives
        its messages ids of their own.
        """
        kept, replays = self.kept, self.replays
        for portion in portions(kept, _REPLAYED_AT_ONCE):
            yield [
                notification.replayed_as(f"{notification.message_id}-replay-{replays}")
                for notification in portion
                if start <= (at := milliseconds(notification.published_at)) and (end is None or at <= end)
            ]

    def _drop_oldest(self) -> None:
        self._size -= _size(self._kept.popleft())


def _size(notification: Notification) -> int:
    return notification.size + _OVERHEAD
