"""Applies recorded changes: in order, to an empty service, they give the state in which they were recorded.

No events are reported, and no clock is needed. The ledger of the service must not record meanwhile.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from emulator.aws.accepted import Accepted
from emulator.aws.arns import Arn
from emulator.aws.place import Place
from emulator.sqs import changes, life_cycle
from emulator.sqs.attributes import QueueAttributes
from emulator.sqs.changes import SqsChange
from emulator.sqs.chaos import StandardQueueChaos
from emulator.sqs.exactly_once import ExactlyOnce
from emulator.sqs.identity import identity_of
from emulator.sqs.message import new_message
from emulator.sqs.message_content import NO_ATTRIBUTES, Content, Recipe, RecipeReader
from emulator.sqs.move_task import MoveTask, RemainingMoves, TaskSettings
from emulator.sqs.move_tasks import MoveTasks
from emulator.sqs.queue import Queue
from emulator.sqs.queues import Queues


class Replayed(Protocol):
    """The service to which changes are applied."""

    @property
    def queues(self) -> Queues: ...

    @property
    def move_tasks(self) -> MoveTasks: ...

    @property
    def read_recipe(self) -> RecipeReader: ...


def apply(service: Replayed, change: SqsChange) -> None:
    """Apply ``change``, which was recorded after all that were applied before."""
    CHANGES[type(change)](service, change)


def _queue_of(service: Replayed, change: changes.QueueChange) -> Queue:
    queue = service.queues.find(change.queue)
    assert queue is not None, "a change of a queue is recorded while there is the queue"
    return queue


# -- Queues --------------------------------------------------------------------------------------


def _create_queue(service: Replayed, change: changes.QueueCreated) -> None:
    arn = Arn.parse(change.queue)
    assert arn is not None, "queues have ARNs"
    identity = identity_of(arn.resource, arn.account, arn.region)
    service.queues.enter(
        service.queues.rebuild(identity, change.attributes, change.tags, change.handle_key, change.created_at)
    )


def _set_attributes(service: Replayed, change: changes.QueueAttributesSet) -> None:
    queue = _queue_of(service, change)
    attributes = QueueAttributes(change.attributes, fifo=queue.fifo, region=queue.identity.region)
    queue.replace_attributes(attributes, change.modified_at)


def _tag_queue(service: Replayed, change: changes.QueueTagged) -> None:
    _queue_of(service, change).set_tags(change.tags)


def _set_chaos(service: Replayed, change: changes.ChaosSet) -> None:
    chaos = None if change.state is None else StandardQueueChaos.resumed(change.state, change.delivered)
    _queue_of(service, change).contents.set_chaos(chaos)


def _purge_queue(service: Replayed, change: changes.QueuePurged) -> None:
    _queue_of(service, change).empty_at(change.at)


def _delete_queue(service: Replayed, change: changes.QueueDeleted) -> None:
    queue = _queue_of(service, change)
    service.queues.drop(queue, change.reserved_since)
    queue.close()


def _reset(service: Replayed, change: changes.QueuesReset) -> None:
    service.queues.reset(Place(change.account, change.region))


# -- Messages ------------------------------------------------------------------------------------


def _place_message(service: Replayed, change: changes.MessagePlaced) -> None:
    message = new_message(
        change.id,
        _content(service, change.content),
        change.group_id,
        change.deduplication_id,
        change.dead_letter_source,
        change.received_elsewhere,
    )
    _queue_of(service, change).contents.replay_placed(message, change)


def _content(
    service: Replayed, content: changes.WrittenContent | changes.RenderedContent | changes.SharedContent
) -> Content:
    if isinstance(content, changes.SharedContent):
        return _shared_content(service, content)
    source = content.body if isinstance(content, changes.WrittenContent) else _recipe(service, content)
    return Content(source, content.sender_id, content.attributes or NO_ATTRIBUTES, trace_header=content.trace_header)


def _shared_content(service: Replayed, content: changes.SharedContent) -> Content:
    queue = service.queues.find(content.queue)
    assert queue is not None, "content is shared with a message that is in its queue"
    return queue.contents.messages[content.sequence].content


def _recipe(service: Replayed, content: changes.RenderedContent) -> Recipe:
    if content.beside is None:
        return service.read_recipe(content.recipe, None)
    other = _shared_content(service, content.beside).source
    assert not isinstance(other, str), "it was recorded as a recipe, too"
    return service.read_recipe(content.recipe, other)


def _change_delay(service: Replayed, change: changes.DelayChanged) -> None:
    contents = _queue_of(service, change).contents
    contents.change_delay(contents.messages[change.sequence], change.visible_at)


def _hide_message(service: Replayed, change: changes.MessageHidden) -> None:
    _queue_of(service, change).contents.replay_hidden(change)


def _show_message(service: Replayed, change: changes.MessageShown) -> None:
    contents = _queue_of(service, change).contents
    contents.show(contents.messages[change.sequence])


def _remove_message(service: Replayed, change: changes.MessageGone) -> None:
    contents = _queue_of(service, change).contents
    contents.remove(contents.messages[change.sequence], life_cycle.EXPIRED)


def _set_tenant_noise(service: Replayed, change: changes.TenantNoiseChanged) -> None:
    arrival = _queue_of(service, change).contents.arrival
    assert arrival is not None, "a standard queue"
    assert arrival.tenants is not None, "it has had messages in groups"
    arrival.tenants.set_noise(change.group_id, change.noisy_until)


# -- FIFO queues ---------------------------------------------------------------------------------


def _exactly_once(service: Replayed, change: changes.QueueChange) -> ExactlyOnce:
    exactly_once = _queue_of(service, change).exactly_once
    assert exactly_once is not None, "a FIFO queue"
    return exactly_once


def _use_deduplication_id(service: Replayed, change: changes.DeduplicationIdUsed) -> None:
    accepted = Accepted(change.message_id, change.sequence_number)
    _exactly_once(service, change).window.remember(int(change.digest, 16), accepted, change.at)


def _forget_deduplication_ids(service: Replayed, change: changes.DeduplicationIdsForgotten) -> None:
    window = _exactly_once(service, change).window
    for digest in change.digests:
        window.drop(int(digest, 16))


def _make_attempt(service: Replayed, change: changes.AttemptMade) -> None:
    queue = _queue_of(service, change)
    messages = [queue.contents.messages[sequence] for sequence in change.messages]
    deliveries = [queue.delivered(message, change.at) for message in messages]
    _exactly_once(service, change).attempts.remember(change.attempt_id, deliveries, change.at)


def _void_attempt(service: Replayed, change: changes.AttemptVoided) -> None:
    _exactly_once(service, change).attempts.void_attempt(change.attempt_id)


def _forget_attempt(service: Replayed, change: changes.AttemptForgotten) -> None:
    _exactly_once(service, change).attempts.drop(change.attempt_id)


# -- Message move tasks --------------------------------------------------------------------------


def _start_task(service: Replayed, change: changes.MoveTaskStarted) -> None:
    source, tasks = _queue_of(service, change), service.move_tasks
    settings = TaskSettings(change.task_id, change.destination, change.rate, change.started_at, change.to_move)
    task = tasks.task(source, settings)
    destinations = {origin: tasks.origin(destination) for origin, destination in change.destinations}
    task.go(RemainingMoves(source, destinations))
    tasks.enter(source, task)


def _task_of(service: Replayed, change: changes.MoveTaskProgressed | changes.MoveTaskEnded) -> MoveTask:
    tasks = service.move_tasks.known(_queue_of(service, change))
    return next(task for task in tasks if task.handle.task_id == change.task_id)


def _progress_task(service: Replayed, change: changes.MoveTaskProgressed) -> None:
    _task_of(service, change).replay_progress(change)


def _end_task(service: Replayed, change: changes.MoveTaskEnded) -> None:
    _task_of(service, change).end(change.status, change.failure_reason)


# The function that applies each kind of change.
CHANGES: Mapping[type[SqsChange], Callable[[Replayed, Any], None]] = {
    changes.QueueCreated: _create_queue,
    changes.QueueAttributesSet: _set_attributes,
    changes.QueueTagged: _tag_queue,
    changes.ChaosSet: _set_chaos,
    changes.QueuePurged: _purge_queue,
    changes.QueueDeleted: _delete_queue,
    changes.QueuesReset: _reset,
    changes.MessagePlaced: _place_message,
    changes.DelayChanged: _change_delay,
    changes.MessageHidden: _hide_message,
    changes.MessageShown: _show_message,
    changes.MessageGone: _remove_message,
    changes.TenantNoiseChanged: _set_tenant_noise,
    changes.DeduplicationIdUsed: _use_deduplication_id,
    changes.DeduplicationIdsForgotten: _forget_deduplication_ids,
    changes.AttemptMade: _make_attempt,
    changes.AttemptVoided: _void_attempt,
    changes.AttemptForgotten: _forget_attempt,
    changes.MoveTaskStarted: _start_task,
    changes.MoveTaskProgressed: _progress_task,
    changes.MoveTaskEnded: _end_task,
}
