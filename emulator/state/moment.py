"""What there is at one moment, taken in portions while the emulator goes on.

First each queue, topic and subscription is taken in its turn. Then, in one turn, those are taken again that have
changed since: these are few, and to look for them costs little. Lists that may be very long, such as the messages of a
queue, are not copied. They are read later, by readers that give them as they were at the moment.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from msgspec import Struct

from emulator.aws.deduplication import DeduplicationWindow
from emulator.aws.place import Place
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic
from emulator.sqs.message import Message
from emulator.sqs.move_task import MoveTask
from emulator.sqs.queue import Queue
from emulator.sqs.random_order import RandomOrder
from emulator.sqs.snapshot import Snapshot
from emulator.state.deduplication import used_id
from emulator.state.document import State
from emulator.state.emulated import Emulated
from emulator.state.exporting import Forms, export_at_present
from emulator.state.messages import StoredMessage, stored_message
from emulator.state.move_tasks import StoredMoveTask, task_without_messages
from emulator.state.part import Part
from emulator.state.queues import StoredQueue, queue_without_contents
from emulator.state.subscriptions import StoredSubscription, stored_subscription
from emulator.state.topics import StoredTopic, archived, topic_without_contents
from emulator.timing.turns import PORTION, Work, at_once, emptied, portions

ROWS_AT_ONCE = 200  # elements of a list, at most, between two turns of the event loop
_TAKEN_AT_ONCE = 50  # queues, topics or subscriptions

Thing = TypeVar("Thing", Queue, Topic, Subscription)
Reader = Iterator[list[Any]]  # gives the elements of a list, some between two turns

# Stands in the place of the elements of a list. Nothing else is encoded to this: texts have no bare quotation marks,
# and sequence numbers begin with 1.
PLACEHOLDER: Any = StoredMessage(sequence=-1, body="")


class _Taken(Struct):
    """A part of a document, in which a placeholder stands for each list that ``readers`` give, in their order."""

    is_current: Callable[[], bool]  # False once the thing has changed
    stored: Any
    readers: list[Reader]
    end: Callable[[], None]  # when nothing is read any more


class Moment:
    """What a document shows: ``state`` has it once ``taking`` has ended. Call ``end`` when it has been read."""

    def __init__(self, emulated: Emulated, account: str | None) -> None:
        self._emulated = emulated
        self._place = Place(account)
        self._taken: dict[object, _Taken] = {}  # by the queue, topic or subscription
        self._readers: dict[int, list[Reader]] = {}  # by the identity of a part in the document
        self._numbers: dict[str, dict[str, int]] = {}  # by ARN of a queue with a task: of messages, by their ids
        self._lists: list[list[Any]] = []  # of the document, that may be very long
        self.state: State

    def taking(self) -> Work[None]:
        """Take what there is. All of it is as it is in the last turn."""
        emulated, place = self._emulated, self._place
        yield from self._take_all(list(emulated.sqs.queues.within(place)), self._take_queue)
        yield from self._take_all(emulated.sns.topics.within(place), _take_topic)
        yield from self._take_all(list(emulated.sns.subscriptions), _take_subscription)
        taken = False
        while not taken:
            yield from emulated.catching_up(place)
            yield  # what falls due meanwhile will happen at the next call, also where the document is restored
            taken = not emulated.sns.replays.is_under_way()
        self._numbers = {task.handle.source_arn: {} for task in emulated.sqs.move_tasks if task.status == "RUNNING"}
        forms = Forms(self._queue, self._task, self._topic, self._subscription)
        self.state = export_at_present(emulated, place.account, forms)
        self._lists = [self.state.queues, self.state.topics, self.state.subscriptions]

    def _take_all(self, things: list[Thing], take: Callable[[Thing], _Taken]) -> Work[None]:
        for portion in portions(things, _TAKEN_AT_ONCE):
            for thing in portion:
                self._take(thing, take)
            yield

    def _take(self, thing: object, take: Callable[[Any], _Taken]) -> _Taken:
        taken = self._taken[thing] = take(thing)
        if taken.readers:
            self._readers[id(taken.stored)] = taken.readers
        return taken

    def readers_of(self, stored: Part) -> list[Reader]:
        """The readers of the lists in ``stored``, for which placeholders stand there."""
        return self._readers.get(id(stored), [])

    def end(self) -> None:
        """Nothing is read any more."""
        at_once(self.ending())

    def ending(self) -> Work[None]:
        """As ``end``, in portions: to free what was taken takes long, too."""
        yield from emptied(self._readers, *self._lists)
        while self._taken:
            for _ in range(min(PORTION, len(self._taken))):
                self._taken.popitem()[1].end()
            yield

    def _current(self, thing: object, take: Callable[[Any], _Taken]) -> Any:
        """The part for ``thing`` as it is now."""
        taken = self._taken.get(thing)
        if taken is None or not taken.is_current():
            if taken is not None:
                taken.end()
                self._readers.pop(id(taken.stored), None)
            taken = self._take(thing, take)
        return taken.stored

    def _queue(self, queue: Queue) -> StoredQueue:
        taken = self._taken.get(queue)
        stored: StoredQueue = (  # as ``_current``, with a call less for each of ten thousand queues
            taken.stored if taken is not None and taken.is_current() else self._current(queue, self._take_queue)
        )
        return stored

    def _topic(self, topic: Topic) -> StoredTopic:
        stored: StoredTopic = self._current(topic, _take_topic)
        return stored

    def _subscription(self, subscription: Subscription) -> StoredSubscription:
        stored: StoredSubscription = self._current(subscription, _take_subscription)
        return stored

    def _task(self, task: MoveTask) -> StoredMoveTask:
        stored = task_without_messages(task)
        if task.left:
            stored.left = [PLACEHOLDER]
            self._readers[id(stored)] = [_numbers(task.left, self._numbers[task.handle.source_arn])]
        return stored

    def _take_queue(self, queue: Queue) -> _Taken:
        stored, contents = queue_without_contents(queue), queue.contents
        readers: list[Reader] = []
        ends: list[Callable[[], None]] = []
        snapshot = contents.begin_snapshot() if contents.messages else None
        if snapshot is not None:
            stored.messages = [PLACEHOLDER]
            ends.append(lambda: contents.end_snapshot(snapshot))
            rows = iter(lambda: snapshot.next(ROWS_AT_ONCE), [])
            readers.append(self._messages(rows, queue.arn))
        if queue.exactly_once is not None and len(queue.exactly_once.window):
            stored.used_ids = [PLACEHOLDER]
            _read_window(queue.exactly_once.window, readers, ends)

        return _Taken(_unchanged(queue, snapshot), stored, readers, _once(ends))

    def _messages(self, rows: Iterator[list[Message]], queue_arn: str) -> Reader:
        for messages in rows:
            numbers = self._numbers.get(queue_arn)
            if numbers is not None:
                numbers.update((message.id, message.sequence) for message in messages)
            yield [stored_message(message) for message in messages]


def _unchanged(queue: Queue, snapshot: Snapshot | None) -> Callable[[], bool]:
    """A function that says whether ``queue`` still is as it is now. It is fast: one turn asks it of each queue."""
    contents, attributes, tags = queue.contents, queue.attributes, queue.tags
    modified_at, purged_at = queue.modified_at, queue.purged_at
    messages, order = contents.messages, contents.order
    last_sequence = messages.last_sequence

    def is_current() -> bool:
        return (
            messages.last_sequence == last_sequence
            and contents.messages is messages
            and contents.order is order
            and queue.attributes is attributes
            and queue.tags is tags
            and queue.modified_at == modified_at
            and queue.purged_at == purged_at
            and (snapshot is None or not snapshot.changed)
        )

    if not queue.fifo and not isinstance(order, RandomOrder):
        return is_current
    rest = _rest(queue)
    return lambda: is_current() and _rest(queue) == rest


def _rest(queue: Queue) -> object:
    """What else changes when something about ``queue`` does: what few queues have."""
    if queue.exactly_once is not None:
        return len(queue.exactly_once.window), len(queue.exactly_once.attempts)
    return None if queue.contents.chaos is None else queue.contents.chaos.state


def _take_topic(topic: Topic) -> _Taken:
    stored = topic_without_contents(topic)
    readers: list[Reader] = []
    ends: list[Callable[[], None]] = []
    if len(topic.window):
        stored.used_ids = [PLACEHOLDER]
        _read_window(topic.window, readers, ends)
    if topic.archive is not None and stored.archive is not None and (kept := topic.archive.kept):
        stored.archive.messages = [PLACEHOLDER]
        readers.append([archived(each) for each in portion] for portion in portions(kept, ROWS_AT_ONCE))
    version = topic.version
    return _Taken(lambda: topic.version == version, stored, readers, _once(ends))


def _take_subscription(subscription: Subscription) -> _Taken:
    stored = stored_subscription(subscription)
    version = subscription.version
    return _Taken(lambda: subscription.version == version, stored, [], _nothing)


def _read_window(window: DeduplicationWindow, readers: list[Reader], ends: list[Callable[[], None]]) -> None:
    reading = window.begin_reading()
    ends.append(reading.end)
    readers.append(list(map(used_id, portion)) for portion in portions(reading, ROWS_AT_ONCE))


def _numbers(left: tuple[Message, ...], numbers: Mapping[str, int]) -> Reader:
    """The numbers of the messages that a task has left. Those of its source have been read before."""
    for messages in portions(left, ROWS_AT_ONCE):
        yield [numbers[message.id] for message in messages if message.id in numbers]


def _once(ends: list[Callable[[], None]]) -> Callable[[], None]:
    """A function that makes these calls; the second time it does nothing."""

    def end() -> None:
        while ends:
            ends.pop()()

    return end


def _nothing() -> None:
    """What is not read need not be ended."""
