"""The archive of a FIFO topic: what was published, kept for as long as the topic's ArchivePolicy says.

https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-topic-owner.html
"""

import json
from collections import deque
from collections.abc import Iterable, Iterator

from emulator.aws.limits import ARCHIVE_DAYS_MAX
from emulator.sns.json_document import JsonError, dump_compact, parse_object
from emulator.sns.notification import Notification, milliseconds
from emulator.sns.rejections import RejectedValue

_PERIOD = "MessageRetentionPeriod"
_DAY = 86_400

# AWS sets no limit; our memory does. Beyond it the oldest messages go first.
_CAPACITY = 64 * 1024 * 1024  # bytes
_OVERHEAD = 1_024  # bytes which a message takes beside its text and attributes


def archive_policy(value: str) -> str:
    """An ArchivePolicy as a topic keeps it, "" for ``{}``, which ends archiving; RejectedValue if AWS refuses it."""
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
    """How long a kept ArchivePolicy has messages kept."""
    return int(json.loads(policy)[_PERIOD]) * _DAY


def _whole_number(days: object) -> int | None:
    if isinstance(days, str) and days.isascii() and days.isdigit():
        return int(days[:10])
    return days if isinstance(days, int) and not isinstance(days, bool) else None


class Archive:
    """Messages in the order of their publishing."""

    def __init__(self, retention: int, now: float) -> None:
        self.retention = retention  # seconds
        self.beginning = now  # nothing from before this point in time can be replayed
        self._kept: deque[Notification] = deque()
        self._size = 0  # bytes
        self.replays = 0  # that were begun

    def keep(self, notification: Notification) -> None:
        self.expire(notification.published_at)
        self._kept.append(notification)
        self._size += _size(notification)
        while self._size > _CAPACITY:
            self.beginning = max(self.beginning, self._kept[0].published_at)
            self._drop_oldest()

    @property
    def kept(self) -> list[Notification]:
        """The oldest first."""
        return list(self._kept)

    def restore(self, beginning: float, replays: int, kept: Iterable[Notification]) -> None:
        """Go on as an archive that held these."""
        self.beginning, self.replays = beginning, replays
        self._kept = deque(kept)
        self._size = sum(map(_size, self._kept))

    def expire(self, now: float) -> None:
        """Forget what the retention period is over for; a longer period does not bring it back."""
        self.beginning = max(self.beginning, now - self.retention)
        while self._kept and self._kept[0].published_at < self.beginning:
            self._drop_oldest()

    def replay(self, start: int, end: int | None) -> Iterator[Notification]:
        """The messages from ``start`` to ``end`` (milliseconds, both included), marked as replayed.

        A FIFO queue would drop a message whose deduplication id it has seen within five minutes, so each replay
        gives its messages ids of their own.
        """
        self.replays += 1
        number = self.replays
        for notification in list(self._kept):
            at = milliseconds(notification.published_at)
            if start <= at and (end is None or at <= end):
                yield notification.replayed_as(f"{notification.message_id}-replay-{number}")

    def _drop_oldest(self) -> None:
        self._size -= _size(self._kept.popleft())


def _size(notification: Notification) -> int:
    return notification.size + _OVERHEAD
