"""The trace: all events of the newest published messages.

It listens to both services. An event in a queue names the publish that its message came from. The trace keeps the
events as they are; the control interface turns them into words when they are read.

It is bounded by the number of publishes, of steps in total, and of characters in messages. The oldest publishes are
dropped first.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from emulator.aws.place import EVERYWHERE, Place
from emulator.foundation.events import Event
from emulator.foundation.part import Part
from emulator.sns.events import (
    DeadLettered,
    Delivered,
    DeliveredTogether,
    FilteredOutTogether,
    Published,
    SnsEvent,
    Together,
    each,
)
from emulator.sqs.events import Moved, QueueEvent
from emulator.timing.turns import Work, portions


class Bounds(Struct, frozen=True):
    """How much is kept."""

    publishes: int = 1_000
    steps: int = 50_000
    steps_of_a_publish: int = 10_000
    characters: int = 8_000_000


DEFAULT_BOUNDS = Bounds()

_LOOKED_AT_ONCE = 2_000  # events


class Record(Struct, eq=False, gc=False):
    """One publish: the message, and the events about it in order. Steps beyond the bound are only counted.

    ``entries`` are the events as they were reported: many of one kind may be one entry.
    """

    published: Published
    characters: int
    entries: list[Event] = field(default_factory=list)
    length: int = 0  # events
    omitted: int = 0

    def steps(self) -> Iterator[Event]:
        """The events until now, each by itself."""
        for entry in list(self.entries):
            yield from each(entry)


class Trace(Part):
    """Records of publishes, by message id. Hand ``observe`` to both services."""

    service = "sns"

    def __init__(self, bounds: Bounds = DEFAULT_BOUNDS) -> None:
        self._bounds = bounds
        # By message id, oldest first. In a plain dict, finding the first key gets slower with each key removed before.
        self._records: OrderedDict[str, Record] = OrderedDict()
        self._steps = 0
        self._characters = 0

    def __len__(self) -> int:
        """The number of publishes in the trace."""
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        """The records, oldest first; nothing may be published meanwhile."""
        return iter(self._records.values())

    def observe(self, *events: Event) -> None:
        """Begin with a publish, or add one or more events about one publish, if it is in the trace."""
        if not events:
            return
        first = events[0]
        if type(first) is Published:  # faster than ``isinstance``, as are the following look-ups by type
            self._begin(first)
            return
        record = self._record_of(first)
        if record is not None:
            self._note(record, events)

    def _record_of(self, event: Event) -> Record | None:
        field = _ID_FIELDS.get(type(event))
        if field is None:
            field = _ID_FIELDS[type(event)] = _id_field(type(event))
        return self._records.get(getattr(event, field)) if field else None

    def find(self, message_id: str) -> Record | None:
        """The record of the publish with this message id; None if it is not in the trace."""
        return self._records.get(message_id)

    def find_delivered(self, queue_message_id: str) -> Work[Record | None]:
        """The record of the publish that put a message with this id into a queue; None if there is none."""
        for record in list(reversed(self._records.values())):
            for events in portions(list(record.entries), _LOOKED_AT_ONCE):
                if any(_puts(event, queue_message_id) for event in events):
                    return record
                yield
        return None

    def newest(self, limit: int, *, topic_arn: str | None = None, account: str | None = None) -> list[Record]:
        """Up to ``limit`` of the newest records, of one topic or account if given; the newest last."""
        found: list[Record] = []
        for record in reversed(self._records.values()):
            if len(found) == limit:
                break
            published = record.published
            if topic_arn in (None, published.topic_arn) and account in (None, published.account):
                found.append(record)
        return found[::-1]

    def reset(self, place: Place = EVERYWHERE) -> None:
        """Forget what was published in a place."""
        for record in list(self._records.values()):
            if place.covers(record.published.account, record.published.region):
                self._forget(record)

    def _begin(self, published: Published) -> None:
        record = self._records[published.message_id] = Record(published, _characters(published))
        self._characters += record.characters
        while len(self._records) > self._bounds.publishes or self._characters > self._bounds.characters:
            if not self._forget_oldest():
                break

    def _note(self, record: Record, events: Sequence[Event]) -> None:
        for event in events:
            length = event.length if type(event) in _TOGETHER and isinstance(event, Together) else 1
            room = self._bounds.steps_of_a_publish - record.length
            if length > room:
                record.omitted += length - room
                if not room:
                    continue
                if isinstance(event, Together):
                    event = event.shortened(room)
                length = room
            record.entries.append(event)
            record.length += length
            self._steps += length
        while self._steps > self._bounds.steps:
            if not self._forget_oldest():
                break

    def _forget_oldest(self) -> bool:
        """Forget the oldest record, unless it is the only one."""
        if len(self._records) < 2:
            return False
        self._forget(next(iter(self._records.values())))
        return True

    def _forget(self, record: Record) -> None:
        del self._records[record.published.message_id]
        self._steps -= record.length
        self._characters -= record.characters


_TOGETHER: frozenset[type[Event]] = frozenset((DeliveredTogether, FilteredOutTogether))

# By type of event, which of its fields has the id of the publish; empty if it is about none.
_ID_FIELDS: dict[type[Event], str] = {}


def _id_field(kind: type[Event]) -> str:
    if issubclass(kind, SnsEvent):
        return "message_id"
    return "origin" if issubclass(kind, QueueEvent) else ""


def _puts(event: Event, queue_message_id: str) -> bool:
    """Whether ``event`` put a message with this id into a queue."""
    match event:
        case DeliveredTogether():
            return event.has(queue_message_id)
        case Delivered(queue_message_id=message_id) | DeadLettered(queue_message_id=message_id):
            return message_id == queue_message_id
        case Moved(new_message_id=message_id):
            return message_id == queue_message_id
    return False


def _characters(published: Published) -> int:
    characters = len(published.message)
    for text in published.texts.values():
        characters += len(text)
    if published.attributes:
        for attribute in published.attributes.values():
            characters += len(attribute.string_value or attribute.binary_value or "")
    return characters
