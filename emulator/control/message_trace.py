"""The trace of a message that was sent to a queue, from the queues' histories and the queue that contains it now."""

from collections.abc import Iterable

from emulator.aws.arns import Arn
from emulator.control.attribute_values import attribute_values
from emulator.control.queues import group_locks, stored
from emulator.control.trace_shapes import SHOWN_CHARACTERS, PublishTrace, Step
from emulator.control.trace_steps import QueueLife
from emulator.sns.notification import timestamp
from emulator.sqs.events import Moved, QueueEvent, Received, Sent
from emulator.sqs.exactly_once import sequence_number
from emulator.sqs.message import Message
from emulator.sqs.queue import Queue
from emulator.world import World


def trace_of_message(world: World, message_id: str) -> PublishTrace | None:
    """The trace of a message, by any id it has had; None if the message is not known."""
    events = _events(world, message_id)
    if not events:
        found = _in_any_queue(world.sqs.queues, message_id)
        return None if found is None else _trace_of(world, message_id, [], found)
    # First do what is due in its queues.
    for queue_arn in {event.queue_arn for event in events} | {_life(world, events).queue_arn}:
        _at_present(world, queue_arn)
    events = _events(world, message_id)
    life = _life(world, events)
    queue = world.sqs.queues.find(life.queue_arn)
    message = None if queue is None else _in_queue(queue, life.message_id)
    return _trace_of(world, message_id, events, (queue, message) if queue is not None and message is not None else None)


def _trace_of(
    world: World, message_id: str, events: list[QueueEvent], found: tuple[Queue, Message] | None
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
        steps=_steps(world, events),
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


def _steps(world: World, events: list[QueueEvent]) -> list[Step]:
    if not events:
        return []
    life = _start(world, events)
    steps = [step for event in events for step in life.steps(event)]
    arn = Arn.parse(life.queue_arn)
    assert arn is not None, "queues have ARNs"
    return [*steps, *life.rest(world.clocks.now_of(arn.account))]


def _start(world: World, events: list[QueueEvent]) -> QueueLife:
    return QueueLife(world.sqs.queues.history, events[0].queue_arn, events[0].message_id, events[0].at)


def _life(world: World, events: list[QueueEvent]) -> QueueLife:
    """The message after these events."""
    life = _start(world, events)
    for event in events:
        for _ in life.steps(event):
            pass
    return life


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


def _at_present(world: World, queue_arn: str) -> None:
    queue = world.sqs.queues.find(queue_arn)
    if queue is not None:
        queue.advance(world.clocks.now_of(queue.identity.account))


def _in_any_queue(queues: Iterable[Queue], message_id: str) -> tuple[Queue, Message] | None:
    for queue in queues:
        message = _in_queue(queue, message_id)
        if message is not None:
            return queue, message
    return None


def _in_queue(queue: Queue, message_id: str) -> Message | None:
    return next((message for message in queue if message.id == message_id), None)
