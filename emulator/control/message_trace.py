"""The trace of a message that was sent to a queue, from the queues' histories and the queue that contains it now."""

from collections.abc import Iterable
from itertools import islice

from emulator.aws.arns import Arn
from emulator.control.attribute_values import attribute_values
from emulator.control.queues import group_locks, stored
from emulator.control.trace_shapes import SHOWN_CHARACTERS, PublishTrace, Step
from emulator.control.trace_steps import QueueLife
from emulator.sns.notification import timestamp
from emulator.sqs.events import Moved, QueueEvent, Received, Sent
from emulator.sqs.exactly_once import sequence_number
from emulator.sqs.history import Ends
from emulator.sqs.message import Message
from emulator.sqs.queue import Queue
from emulator.timing.turns import Work, portions
from emulator.world.world import World

_LOOKED_AT_ONCE = 10_000  # messages, each of which costs next to nothing


def trace_of_message(world: World, message_id: str) -> Work[PublishTrace | None]:
    """The trace of a message, by any id it has had; None if the message is not known."""
    if not _events(world, message_id):
        for each in list(world.sqs.queues):
            message = yield from _in_queue(each, message_id)
            if message is not None:
                return _trace_of(message_id, [], [], (each, message))
    yield from world.sqs.catching_up(world.clocks.now_of)
    events = _events(world, message_id)
    if not events:
        return None
    life = _start(world, events)
    for portion in portions(events):
        for event in portion:
            life.follow(event)
        yield
    queue = world.sqs.queues.find(life.queue_arn)
    message = None if queue is None else (yield from _in_queue(queue, life.message_id))
    found = (queue, message) if queue is not None and message is not None else None
    return _trace_of(message_id, events, (yield from _steps(world, events)), found)


def _trace_of(
    message_id: str,
    events: list[QueueEvent],
    steps: list[Step],
    found: tuple[Queue, Message] | None,
) -> PublishTrace:
    """``found`` is the message in its queue, if it is still in one."""
    sent = next((event for event in events if isinstance(event, Sent)), None)
    first = sent or (events[0] if events else None)
    queue_arn, at = _origin(first, found)
    body, length = _body(sent, found)
    about = sent or (found and found[1])
    sequence = None if about is None or not queue_arn.endswith(".fifo") else sequence_number(about.sequence)
    arn = Arn.parse(queue_arn)
    assert arn is not None, "queues have ARNs"
    return PublishTrace(
        message_id=message_id,
        at=timestamp(at),
        account=arn.account,
        topic=None,
        target=None,
        queue=queue_arn,
        subject=None,
        message=body[:SHOWN_CHARACTERS],
        message_length=length,
        attributes=attribute_values(found[1].content.attributes) if found else {},
        group_id=about.group_id if about else None,
        deduplication_id=about.deduplication_id if about else None,
        sequence_number=sequence,
        steps=steps,
        subscriptions=[],
        omitted=_omitted(events, found),
        in_queue=stored(found[1], found[0], group_locks(found[0], [found[1]])) if found else None,
    )


def _origin(first: QueueEvent | None, found: tuple[Queue, Message] | None) -> tuple[str, float]:
    """The queue it was sent to, as far as known, and when."""
    if first is not None:
        return first.queue_arn, first.at
    assert found is not None, "it is known from either"
    queue, message = found
    return message.dead_letter_source or queue.arn, message.sent_at


def _body(sent: Sent | None, found: tuple[Queue, Message] | None) -> tuple[str, int]:
    """The text as far as known, and its full length."""
    if found is not None:
        body = found[1].body
        return body, len(body)
    return (sent.body, sent.body_length) if sent else ("", 0)


def _omitted(events: list[QueueEvent], found: tuple[Queue, Message] | None) -> int:
    """At least how many steps are missing: the sending, and receives that later ones imply."""
    if any(isinstance(event, Sent) for event in events):
        return 0
    received = next((event.receive_count - 1 for event in events if isinstance(event, Received)), None)
    if received is None:
        received = found[1].receive_count if found else 0
    return 1 + received


def _steps(world: World, events: list[QueueEvent]) -> Work[list[Step]]:
    life, steps = _start(world, events), list[Step]()
    for portion in portions(events):
        steps += [step for event in portion for step in life.steps(event)]
        yield
    arn = Arn.parse(life.queue_arn)
    assert arn is not None, "queues have ARNs"
    return [*steps, *life.rest(world.clocks.now_of(arn.account))]


def _start(world: World, events: list[QueueEvent]) -> QueueLife:
    return QueueLife(Ends(world.sqs.queues.history), events[0].queue_arn, events[0].message_id, events[0].at)


def _events(world: World, message_id: str) -> list[QueueEvent]:
    history = world.sqs.queues.history
    return history.of(_ids(history.moves(), message_id))


def _ids(moves: Iterable[Moved], message_id: str) -> set[str]:
    """All ids that a message has had, one after the other, through message move tasks."""
    ids = {message_id}
    moved = list(moves)
    for move in moved:  # onwards, since they are ordered by time
        if move.message_id in ids:
            ids.add(move.new_message_id)
    for move in reversed(moved):
        if move.new_message_id in ids:
            ids.add(move.message_id)
    return ids


def _in_queue(queue: Queue, message_id: str) -> Work[Message | None]:
    """The message with this id in ``queue``, as it is when the search ends. Empty queues take no turn."""
    position = 0
    while messages := list(islice(queue.contents.messages.after(position), _LOOKED_AT_ONCE)):
        for message in messages:
            if message.id == message_id:
                return message
        position = messages[-1].sequence
        yield
    return None
