"""Actions on message move tasks, which name their queues by ARN."""

from collections.abc import Coroutine
from functools import partial
from typing import Any

from api_shapes import sqs
from emulator.actions.registry import action, perform_later
from emulator.aws.errors import InvalidParameterValue
from emulator.aws.limits import MOVE_RATE_MAX, MOVE_TASKS_LISTED_MAX
from emulator.sqs.actions.addressing import SqsContext, authorize, time_at
from emulator.sqs.actions.catching_up import at_present
from emulator.sqs.inventory import LOOKED_AT_ONCE, Inventory
from emulator.sqs.move_task import MoveTask, TaskHandle
from emulator.sqs.move_tasks import no_such_resource
from emulator.sqs.queue import Queue
from emulator.timing.turns import in_turns


@action(sqs.START_MESSAGE_MOVE_TASK, about="source_arn")
def start_message_move_task(
    ctx: SqsContext, request: sqs.StartMessageMoveTaskRequest
) -> sqs.StartMessageMoveTaskResult | Coroutine[Any, Any, sqs.StartMessageMoveTaskResult]:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html"""
    _check_range("MaxNumberOfMessagesPerSecond", request.max_number_of_messages_per_second, MOVE_RATE_MAX)
    source, destination = _ends(ctx, request)
    ctx.state.move_tasks.check_start(source, destination, time_at(ctx, source))
    inventory = Inventory(source)
    if len(source.contents.messages) > LOOKED_AT_ONCE:
        return _start_later(inventory, ctx, request)
    return _start(inventory, ctx, request)


async def _start_later(
    inventory: Inventory, ctx: SqsContext, request: sqs.StartMessageMoveTaskRequest
) -> sqs.StartMessageMoveTaskResult:
    """Take stock of a source with a great many messages first, while other callers are answered."""
    await in_turns(inventory.work())
    return await perform_later(partial(_start, inventory), ctx, request)


def _start(
    inventory: Inventory, ctx: SqsContext, request: sqs.StartMessageMoveTaskRequest
) -> sqs.StartMessageMoveTaskResult:
    source, destination = _ends(ctx, request)
    rate = request.max_number_of_messages_per_second
    task = ctx.state.move_tasks.start(source, destination, rate, time_at(ctx, source), inventory)
    return sqs.StartMessageMoveTaskResult(task_handle=str(task.handle))


def _ends(ctx: SqsContext, request: sqs.StartMessageMoveTaskRequest) -> tuple[Queue, Queue | None]:
    """The source and the destination, which have caught up, as have the sources of all running tasks."""
    destination_arn = request.destination_arn
    source = _queue_by_arn(ctx, "SourceArn", request.source_arn)
    destination = None if destination_arn is None else _queue_by_arn(ctx, "DestinationArn", destination_arn)
    for each in ctx.state.move_tasks.running_sources(source.identity.account):
        at_present(ctx, each)
    return source, destination


@action(sqs.LIST_MESSAGE_MOVE_TASKS, reads=True, about="source_arn")
def list_message_move_tasks(
    ctx: SqsContext, request: sqs.ListMessageMoveTasksRequest
) -> sqs.ListMessageMoveTasksResult:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html"""
    _check_range("MaxResults", request.max_results, MOVE_TASKS_LISTED_MAX)
    source = _queue_by_arn(ctx, "SourceArn", request.source_arn)
    tasks = ctx.state.move_tasks.recent(source, time_at(ctx, source))[: request.max_results or 1]
    return sqs.ListMessageMoveTasksResult(results=[_shown(task) for task in tasks] or None)


@action(sqs.CANCEL_MESSAGE_MOVE_TASK)
def cancel_message_move_task(
    ctx: SqsContext, request: sqs.CancelMessageMoveTaskRequest
) -> sqs.CancelMessageMoveTaskResult:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CancelMessageMoveTask.html"""
    handle = TaskHandle.parse(request.task_handle)
    source = _queue_by_arn(ctx, "SourceArn", handle.source_arn)
    task = ctx.state.move_tasks.cancel(source, handle.task_id, time_at(ctx, source))
    return sqs.CancelMessageMoveTaskResult(approximate_number_of_messages_moved=task.moved)


def _shown(task: MoveTask) -> sqs.ListMessageMoveTasksResultEntry:
    return sqs.ListMessageMoveTasksResultEntry(
        task_handle=str(task.handle) if task.status == "RUNNING" else None,
        status=task.status,
        source_arn=task.handle.source_arn,
        destination_arn=task.destination_arn,
        max_number_of_messages_per_second=task.rate,
        approximate_number_of_messages_moved=task.moved,
        approximate_number_of_messages_to_move=task.to_move,
        failure_reason=task.failure_reason,
        started_timestamp=int(task.started_at * 1000),
    )


def _queue_by_arn(ctx: SqsContext, parameter: str, arn: str) -> Queue:
    """The queue of this region with this ARN; an error about ``parameter`` where there is none."""
    queue = ctx.state.queues.find(arn)
    if queue is None or queue.identity.region != ctx.region:
        raise no_such_resource(parameter)
    authorize(ctx, queue)
    return at_present(ctx, queue)


def _check_range(parameter: str, value: int | None, limit: int) -> None:
    if value is not None and not 1 <= value <= limit:
        raise InvalidParameterValue.of(parameter, value, f"Must be between 1 and {limit}, if provided.")
