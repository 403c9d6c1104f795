"""Actions on the attributes of a queue."""

from collections.abc import Callable, Mapping

from api_shapes import sqs
from emulator.actions.registry import action
from emulator.aws.errors import MissingParameter
from emulator.sqs.actions.addressing import SqsContext, addressed_queue, time_at
from emulator.sqs.attributes import ATTRIBUTES, unknown_attribute
from emulator.sqs.message import Counts
from emulator.sqs.queue import Queue

_READ_ONLY: Mapping[str, Callable[[Queue, Counts], object]] = {
    "QueueArn": lambda queue, _: queue.arn,
    "ApproximateNumberOfMessages": lambda _, counts: counts.visible,
    "ApproximateNumberOfMessagesNotVisible": lambda _, counts: counts.in_flight,
    "ApproximateNumberOfMessagesDelayed": lambda _, counts: counts.delayed,
    "CreatedTimestamp": lambda queue, _: int(queue.created_at),
    "LastModifiedTimestamp": lambda queue, _: int(queue.modified_at),
}


READABLE = frozenset(_READ_ONLY) | frozenset(ATTRIBUTES)


@action(sqs.GET_QUEUE_ATTRIBUTES, reads=True, owner_only=False, about="queue_url")
def get_queue_attributes(ctx: SqsContext, request: sqs.GetQueueAttributesRequest) -> sqs.GetQueueAttributesResult:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html"""
    queue = addressed_queue(ctx, request.queue_url)
    names = request.attribute_names or []
    for name in names:
        if name != "All" and name not in READABLE:
            raise unknown_attribute(name)
    counts = queue.counts(time_at(ctx, queue))
    values = {name: str(read(queue, counts)) for name, read in _READ_ONLY.items()} | queue.attributes.shown()
    wanted = values if "All" in names else {name: values[name] for name in names if name in values}
    return sqs.GetQueueAttributesResult(attributes=wanted or None)


@action(sqs.SET_QUEUE_ATTRIBUTES, about="queue_url")
def set_queue_attributes(ctx: SqsContext, request: sqs.SetQueueAttributesRequest) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"""
    queue = addressed_queue(ctx, request.queue_url)
    if not request.attributes:
        raise MissingParameter.of("Attribute.Name")
    ctx.state.queues.set_attributes(queue, request.attributes, time_at(ctx, queue))
