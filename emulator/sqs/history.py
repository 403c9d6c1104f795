"""The history of messages: the newest events about those that did not come from a topic.

It is always on, so an entry must cost next to nothing. The events that every message has are stored as tuples of the
event's type and its values; the event itself is made only when a trace is read. Events about messages from topics are
kept by the trace of their publish.
"""

from collections import deque
from collections.abc import Callable, Container, Iterator
from typing import Any

from emulator.aws.arns import Arn
from emulator.aws.place import Place
from emulator.sqs.events import Moved, Purged, QueueDeleted, QueueEvent, Sent

Entry = QueueEvent | Purged | QueueDeleted | tuple[Any, ...]
End = Purged | QueueDeleted

ENTRIES_MAX = 8_000  # some 4 MB
SHOWN_CHARACTERS = 256  # of the body of a message, once it is gone

_ARN, _ID = 2, 3  # where a tuple has the queue and the message


class History:
    """The newest events, the oldest first. ``remember`` adds one."""

    __slots__ = ("_entries", "remember")

    def __init__(self, entries_max: int = ENTRIES_MAX) -> None:
        self._entries: deque[Entry] = deque(maxlen=entries_max)
        self.remember: Callable[[Entry], None] = self._entries.append

    def of(self, message_ids: Container[str]) -> list[QueueEvent]:
        """What happened to a message, or to the messages that a move task made of it."""
        found: list[QueueEvent] = []
        for entry in self._entries:
            if isinstance(entry, tuple):
                if entry[_ID] in message_ids:
                    found.append(entry[0](*entry[1:]))
            elif isinstance(entry, QueueEvent) and entry.message_id in message_ids:
                found.append(entry)
        return found

    def end_after(self, queue_arn: str, at: float, event: QueueEvent | None) -> End | None:
        """The first time since ``at`` that the queue was purged or deleted; None if it was not.

        What happened at the same time, but before ``event``, does not count.
        """
        ends: list[End] = []
        for entry in self._entries:
            if isinstance(entry, Purged | QueueDeleted):
                if entry.queue_arn == queue_arn and entry.at >= at:
                    ends.append(entry)
            elif event is not None and _is(entry, event):
                ends.clear()  # these were before, though at the same time
        return ends[0] if ends else None

    def emptied_queues(self) -> frozenset[str]:
        """The ARNs of the queues that were purged or deleted."""
        return frozenset(entry.queue_arn for entry in self._entries if isinstance(entry, Purged | QueueDeleted))

    def moves(self) -> Iterator[Moved]:
        """The messages that move tasks have moved."""
        return (entry for entry in self._entries if isinstance(entry, Moved))

    def events(self) -> Iterator[QueueEvent]:
        """What happened to messages until now, the oldest first."""
        for entry in tuple(self._entries):
            if isinstance(entry, tuple):
                yield entry[0](*entry[1:])
            elif isinstance(entry, QueueEvent):
                yield entry

    def sendings(self) -> list[Sent]:
        """The messages that queues accepted, the newest first."""
        return [Sent(*entry[1:]) for entry in reversed(self._entries) if isinstance(entry, tuple) and entry[0] is Sent]

    def forget(self, place: Place) -> None:
        """Drop what happened in ``place``."""
        if place.everywhere:
            self._entries.clear()
            return
        dropped: dict[str, bool] = {}  # by ARN
        kept: list[Entry] = []
        for entry in self._entries:
            queue_arn = entry[_ARN] if isinstance(entry, tuple) else entry.queue_arn
            if queue_arn not in dropped:
                arn = Arn.parse(queue_arn)
                assert arn is not None, "queues have ARNs"
                dropped[queue_arn] = place.covers(arn.account, arn.region)
            if not dropped[queue_arn]:
                kept.append(entry)
        self._entries.clear()
        self._entries.extend(kept)


class Ends:
    """The times at which queues were purged or deleted, as far as the history knew them when this was made."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._queues = history.emptied_queues()  # most traces concern none of these, and need not search the history

    def after(self, queue_arn: str, at: float, event: QueueEvent | None) -> End | None:
        """As ``History.end_after``."""
        return self._history.end_after(queue_arn, at, event) if queue_arn in self._queues else None


def _is(entry: Entry, event: QueueEvent) -> bool:
    if isinstance(entry, tuple):
        return bool(entry[_ID] == event.message_id and entry[0] is type(event) and entry[1] == event.at)
    return entry is event
