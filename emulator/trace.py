"""The trace: of the newest published messages, all that happened to them.

It listens to both services. A message in a queue is known by its id there, so queues need not know where their
messages come from. What it keeps are the events themselves; whoever reads it makes sense of them.

It is bounded in three ways: publishes, steps of all of them together, and characters of the messages. The oldest
publishes are forgotten first.
"""

from collections import OrderedDict

from msgspec import Struct

from emulator.aws.message_attribute import MessageAttribute
from emulator.events import Event
from emulator.sns.events import DeadLettered, Delivered, Published, SnsEvent
from emulator.sqs.events import Moved, QueueEvent


class Bounds(Struct, frozen=True):
    """How much is kept."""

    publishes: int = 1_000
    steps: int = 50_000
    steps_of_a_publish: int = 10_000
    characters: int = 8_000_000


DEFAULT_BOUNDS = Bounds()

_ARRIVED = (Delivered, DeadLettered)  # in a queue


class Record:
    """One publish: what came in, and what happened next, in order. Steps beyond the bound are only counted."""

    __slots__ = ("characters", "omitted", "published", "queue_message_ids", "steps")

    def __init__(self, published: Published) -> None:
        self.published = published
        self.characters = _characters(published)
        self.steps: list[Event] = []
        self.omitted = 0
        self.queue_message_ids: list[str] = []


class Trace:
    """Records of publishes, by message id. Hand ``observe`` to both services."""

    def __init__(self, bounds: Bounds = DEFAULT_BOUNDS) -> None:
        self._bounds = bounds
        # By message id, oldest first. In a plain dict the first one is the slower to find the more were forgotten.
        self._records: OrderedDict[str, Record] = OrderedDict()
        self._by_queue_message: dict[str, Record] = {}
        self._steps = 0
        self._characters = 0

    def observe(self, event: Event) -> None:
        """Note an event, if it concerns a publish that is still known."""
        if isinstance(event, QueueEvent):
            record = self._by_queue_message.get(event.message_id)
            if record is not None and self._note(record, event) and isinstance(event, Moved):
                self._follow(event.new_message_id, record)
        elif isinstance(event, Published):
            self._begin(event)
        elif isinstance(event, SnsEvent):
            record = self._records.get(event.message_id)
            if record is not None and self._note(record, event) and isinstance(event, _ARRIVED):
                self._follow(event.queue_message_id, record)

    def find(self, message_id: str) -> Record | None:
        """The record of the publish that was answered with this id."""
        return self._records.get(message_id)

    def newest(self, limit: int, *, topic_arn: str | None = None, account: str | None = None) -> list[Record]:
        """Up to ``limit`` records, of one topic or account or of all; the newest last."""
        found: list[Record] = []
        for record in reversed(self._records.values()):
            if len(found) == limit:
                break
            published = record.published
            if topic_arn in (None, published.topic_arn) and account in (None, published.account):
                found.append(record)
        return found[::-1]

    def reset(self, account: str | None = None, region: str | None = None) -> None:
        """Forget everything, or what was published in one account, one region, or both."""
        for record in list(self._records.values()):
            published = record.published
            if account in (None, published.account) and region in (None, published.region):
                self._forget(record)

    def _begin(self, published: Published) -> None:
        record = self._records[published.message_id] = Record(published)
        self._characters += record.characters
        while len(self._records) > self._bounds.publishes or self._characters > self._bounds.characters:
            if not self._forget_oldest():
                break

    def _note(self, record: Record, event: Event) -> bool:
        """Add a step; False where the record has no room for it, or had to make room itself."""
        if len(record.steps) >= self._bounds.steps_of_a_publish:
            record.omitted += 1
            return False
        record.steps.append(event)
        self._steps += 1
        if self._steps > self._bounds.steps:
            self._forget_oldest()
        return record.published.message_id in self._records

    def _follow(self, queue_message_id: str, record: Record) -> None:
        """From now on what happens to this message in a queue belongs to ``record``.

        A FIFO queue may have taken it for a duplicate; then the message it holds is that of an earlier record.
        """
        if queue_message_id not in self._by_queue_message:
            self._by_queue_message[queue_message_id] = record
            record.queue_message_ids.append(queue_message_id)

    def _forget_oldest(self) -> bool:
        """Forget the oldest record, unless it is the only one."""
        if len(self._records) < 2:
            return False
        self._forget(next(iter(self._records.values())))
        return True

    def _forget(self, record: Record) -> None:
        del self._records[record.published.message_id]
        for queue_message_id in record.queue_message_ids:
            del self._by_queue_message[queue_message_id]
        self._steps -= len(record.steps)
        self._characters -= record.characters


def _characters(published: Published) -> int:
    texts = len(published.message) + sum(map(len, published.texts.values()))
    return texts + sum(map(_length, published.attributes.values()))


def _length(attribute: MessageAttribute) -> int:
    return len(attribute.string_value or attribute.binary_value or "")
