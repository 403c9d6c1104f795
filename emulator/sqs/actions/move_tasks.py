"""Actions on message move tasks, which name their queues by ARN."""

from api_shapes import sqs
from emulator.actions import action
from emulator.aws.errors import InvalidParameterValue
from emulator.aws.limits import MOVE_RATE_MAX, MOVE_TASKS_LISTED_MAX
from emulator.sqs.actions.addressing import SqsContext, authorize, time_at
from emulator.sqs.actions.catching_up import at_present
from emulator.sqs.move_tasks import MoveTask, TaskHandle, no_such_resource
from emulator.sqs.queue import Queue


@action(sqs.START_MESSAGE_MOVE_TASK, about="source_arn")
def start_message_move_task(
    ctx: SqsContext, request: sqs.StartMessageMoveTaskRequest
) -> sqs.StartMessageMoveTaskResult:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html"""
    rate, destination_arn = request.max_number_of_messages_per_second, request.destination_arn
    _check_range("MaxNumberOfMessagesPerSecond", rate, MOVE_RATE_MAX)
    source = _queue_by_arn(ctx, "SourceArn", request.source_arn)
    destination = None if destination_arn is None else _queue_by_arn(ctx, "DestinationArn", destination_arn)
    for each in ctx.state.move_tasks.running_sources(source.identity.account):
        at_present(ctx, each)
    task = ctx.state.move_tasks.start(source, destination, rate, time_at(ctx, source))
    return sqs.StartMessageMoveTaskResult(task_handle=str(task.handle))


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
