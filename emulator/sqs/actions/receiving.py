"""ReceiveMessage."""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any, Final

from api_shapes import sqs
from emulator.actions.registry import NotYetError, action
from emulator.aws.checksums import md5_of_attributes
from emulator.aws.errors import InvalidParameterValue
from emulator.aws.limits import RECEIVE_MESSAGES_MAX, VISIBILITY_TIMEOUT_MAX, WAIT_SECONDS_MAX
from emulator.aws.message_attribute import MessageAttribute
from emulator.aws.sqs_errors import OverLimit, QueueDoesNotExist
from emulator.sqs.actions.addressing import SqsContext, addressed_queue, time_at
from emulator.sqs.actions.attributes import READABLE
from emulator.sqs.actions.catching_up import queue_caught_up
from emulator.sqs.attributes import unknown_attribute
from emulator.sqs.catching_up import Budget
from emulator.sqs.content_text import body_md5_of, body_of
from emulator.sqs.message import Delivery, Message
from emulator.sqs.queue import Queue
from emulator.sqs.sending import check_attempt_id
from emulator.sqs.system_attributes import SYSTEM_ATTRIBUTES
from emulator.timing.turns import next_turn

_ALL = "All"
_EVERY_ATTRIBUTE: Final = frozenset((_ALL, ".*", "*"))

# AWS's own lines: https://github.com/Cbsoftware/pressureNET-server/issues/74
_TOO_MANY_IN_FLIGHT: Final = (
    "Too many messages have been received without being deleted.\n"
    "Please delete your received messages or let them timeout before receiving more."
)


@action(sqs.RECEIVE_MESSAGE, owner_only=False, about="queue_url")
def receive_message(
    ctx: SqsContext, request: sqs.ReceiveMessageRequest
) -> sqs.ReceiveMessageResult | Coroutine[Any, Any, sqs.ReceiveMessageResult]:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html"""
    queue = addressed_queue(ctx, request.queue_url)
    _check(request)
    attempt_id = request.receive_request_attempt_id if queue.fifo else None
    seconds = queue.attributes.wait_time_seconds if request.wait_time_seconds is None else request.wait_time_seconds

    def take() -> list[Delivery]:
        if queue.deleted:
            raise QueueDoesNotExist
        return queue.receive(
            request.max_number_of_messages or 1,
            request.visibility_timeout,
            time_at(ctx, queue),
            attempt_id,
        )

    # Earlier receives are served first, but a repeated attempt gets its result at once.
    in_line = seconds and attempt_id is None and ctx.state.waiting.has_parked(queue)
    deliveries = [] if in_line else take()
    if not deliveries and queue.cut_short and not in_line:
        raise NotYetError
    if deliveries or not seconds:
        if not deliveries and queue.full and not queue.fifo:
            raise OverLimit(_TOO_MANY_IN_FLIGHT)
        return _result(request, queue, deliveries)
    return _receive_later(ctx, request, queue, seconds, take)


async def _receive_later(
    ctx: SqsContext,
    request: sqs.ReceiveMessageRequest,
    queue: Queue,
    seconds: int,
    take: Callable[[], list[Delivery]],
) -> sqs.ReceiveMessageResult:
    """The result of a receive that waits up to ``seconds`` for a message."""
    clock = ctx.clocks.of(queue.identity.account)
    behind = False  # whether the queue had not caught up when it was last asked

    def take_at_present() -> list[Delivery]:
        """Messages, or none while the queue catches up, so that other callers are answered in between."""
        nonlocal behind
        behind = not queue.deleted and _is_behind(queue, clock.now())
        return [] if behind else take()

    deliveries = await ctx.state.waiting.wait(queue, clock, seconds, take_at_present)
    if behind and not deliveries:
        await queue_caught_up(ctx, queue)
        deliveries = take()
    while not deliveries and queue.cut_short:
        await next_turn()
        deliveries = take()
    return _result(request, queue, deliveries)


def _is_behind(queue: Queue, now: float) -> bool:
    """Let the queue catch up within one turn. Returns whether it is still behind."""
    return queue.is_due(now) and not queue.catch_up(now, Budget())


def _check(request: sqs.ReceiveMessageRequest) -> None:
    count, timeout, wait = request.max_number_of_messages, request.visibility_timeout, request.wait_time_seconds
    if count is not None and not 1 <= count <= RECEIVE_MESSAGES_MAX:
        raise InvalidParameterValue.of(
            "MaxNumberOfMessages", count, f"Must be between 1 and {RECEIVE_MESSAGES_MAX}, if provided."
        )
    if wait is not None and not 0 <= wait <= WAIT_SECONDS_MAX:
        raise InvalidParameterValue.of("WaitTimeSeconds", wait, f"Must be >= 0 and <= {WAIT_SECONDS_MAX}, if provided.")
    if timeout is not None and not 0 <= timeout <= VISIBILITY_TIMEOUT_MAX:
        raise InvalidParameterValue.of(
            "VisibilityTimeout", timeout, f"Must be >= 0 and <= {VISIBILITY_TIMEOUT_MAX}, if provided."
        )
    for name in _system_names(request):
        if name != _ALL and name not in SYSTEM_ATTRIBUTES and name not in READABLE:
            raise unknown_attribute(name)
    check_attempt_id(request.receive_request_attempt_id)


def _system_names(request: sqs.ReceiveMessageRequest) -> list[str]:
    return (request.attribute_names or []) + (request.message_system_attribute_names or [])


def _result(request: sqs.ReceiveMessageRequest, queue: Queue, deliveries: list[Delivery]) -> sqs.ReceiveMessageResult:
    if not deliveries:
        queue.totals.count_empty_receive()
        return sqs.ReceiveMessageResult()
    system_names = _system_names(request)
    wanted_system = SYSTEM_ATTRIBUTES if _ALL in system_names else system_names
    wanted = request.message_attribute_names or []
    return sqs.ReceiveMessageResult(messages=[_shown(delivery, wanted_system, wanted) for delivery in deliveries])


def _shown(delivery: Delivery, system_names: Iterable[str], names: list[str]) -> sqs.Message:
    message = delivery.message
    content = message.content
    attributes = _selected(content.attributes, names) if names and content.attributes else None
    return sqs.Message(
        message_id=message.id,
        receipt_handle=delivery.receipt_handle,
        md5_of_body=body_md5_of(content),
        body=body_of(content),
        attributes=_system_attributes(message, system_names),
        md5_of_message_attributes=md5_of_attributes(attributes) if attributes else None,
        message_attributes={
            name: sqs.MessageAttributeValue(
                string_value=value.string_value, binary_value=value.binary_value, data_type=value.data_type
            )
            for name, value in attributes.items()
        }
        if attributes
        else None,
    )


def _system_attributes(message: Message, names: Iterable[str]) -> dict[str, str] | None:
    values = {}
    for name in names:
        read = SYSTEM_ATTRIBUTES.get(name)
        value = None if read is None else read(message)
        if value is not None:
            values[name] = value
    return values or None


def _selected(attributes: Mapping[str, MessageAttribute], names: list[str]) -> Mapping[str, MessageAttribute]:
    """The attributes that ``names`` ask for: all, by name, or by a prefix before ``.*``."""
    if not _EVERY_ATTRIBUTE.isdisjoint(names):
        return attributes
    prefixes = tuple(name[:-2] for name in names if name.endswith(".*"))
    return {name: value for name, value in attributes.items() if name in names or name.startswith(prefixes)}
