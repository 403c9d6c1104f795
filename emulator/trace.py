"""The trace: all events of the newest published messages.

It listens to both services. An event in a queue names the publish that its message came from. The trace keeps the
events as they are; the control interface turns them into words when they are read.

It is bounded by the number of publishes, of steps in total, and of characters in messages. The oldest publishes are
dropped first.
"""

from collections import OrderedDict
from collections.abc import Sequence

from msgspec import Struct, field

from emulator.aws.message_attribute import MessageAttribute
from emulator.aws.place import EVERYWHERE, Place
from emulator.events import Event
from emulator.part import Part
from emulator.sns.events import DeadLettered, Delivered, Published, SnsEvent
from emulator.sqs.events import Moved, QueueEvent
from emulator.turns import Work, portions


class Bounds(Struct, frozen=True):
    """How much is kept."""

    publishes: int = 1_000
    steps: int = 50_000
    steps_of_a_publish: int = 10_000
    characters: int = 8_000_000


DEFAULT_BOUNDS = Bounds()

_LOOKED_AT_ONCE = 2_000  # events


class Record(Struct, eq=False, gc=False):
    """One publish: the message, and the events about it in order. Steps beyond the bound are only counted."""

    published: Published
    characters: int
    steps: list[Event] = field(default_factory=list)
    omitted: int = 0


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

    def observe(self, *events: Event) -> None:
        """Begin with a publish, or add one or more events about one publish, if it is in the trace."""
        if not events:
            return
        first = events[0]
        if isinstance(first, Published):
            self._begin(first)
            return
        record = self._record_of(first)
        if record is not None:
            self._note(record, events)

    def _record_of(self, event: Event) -> Record | None:
        if isinstance(event, SnsEvent):
            return self._records.get(event.message_id)
        return self._records.get(event.origin or "") if isinstance(event, QueueEvent) else None

    def find(self, message_id: str) -> Record | None:
        """The record of the publish with this message id; None if it is not in the trace."""
        return self._records.get(message_id)

    def find_delivered(self, queue_message_id: str) -> Work[Record | None]:
        """The record of the publish that put a message with this id into a queue; None if there is none."""
        for record in list(reversed(self._records.values())):
            for events in portions(list(record.steps), _LOOKED_AT_ONCE):
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
        steps = record.steps
        room = self._bounds.steps_of_a_publish - len(steps)
        if len(events) > room:
            record.omitted += len(events) - room
            events = events[:room]
        steps += events
        self._steps += len(events)
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
        self._steps -= len(record.steps)
        self._characters -= record.characters


def _puts(event: Event, queue_message_id: str) -> bool:
    """Whether ``event`` put a message with this id into a queue."""
    match event:
        case Delivered(queue_message_id=message_id) | DeadLettered(queue_message_id=message_id):
            return message_id == queue_message_id
        case Moved(new_message_id=message_id):
            return message_id == queue_message_id
    return False


def _characters(published: Published) -> int:
    texts = len(published.message) + sum(map(len, published.texts.values()))
    return texts + sum(map(_length, published.attributes.values()))


def _length(attribute: MessageAttribute) -> int:
    return len(attribute.string_value or attribute.binary_value or "")
