"""What a document leaves open of a queue and its messages."""

from hashlib import sha256

from emulator.aws.principals import user_id
from emulator.sqs.attributes import defaults
from emulator.sqs.queues import HANDLE_KEY_BYTES
from emulator.state.messages import StoredMessage
from emulator.state.part import Maker, owner_of, time_or
from emulator.state.queues import StoredQueue, StoredTenant
from emulator.timing.turns import Work, portions


class Numbers:
    """The sequence numbers of a queue's messages, where some messages had none: by those that the document gives."""

    def __init__(self, new: dict[int, int] | None) -> None:
        """``new`` is None if each message has a number."""
        self._new = new

    def of(self, given: list[int]) -> list[int]:
        """What these numbers are now. A message that had none cannot be meant."""
        new = self._new
        return given if new is None else [new[number] for number in given if number in new]


ALL_GIVEN = Numbers(None)


def completing_queue(queue: StoredQueue, maker: Maker) -> Work[Numbers]:
    """Complete a queue, in portions."""
    account = owner_of(queue.arn)
    now, fifo = maker.now(account), queue.arn.endswith(".fifo")
    if fifo:
        queue.attributes.setdefault("FifoQueue", "true")
    queue.attributes = {**defaults(fifo=fifo), **queue.attributes}
    queue.created_at = time_or(queue.created_at, now)
    queue.modified_at = time_or(queue.modified_at, queue.created_at)
    queue.handle_key = queue.handle_key or maker.ids.random_bytes(HANDLE_KEY_BYTES)
    numbers = yield from _numbering(queue)
    for portion in portions(queue.messages):
        for message in portion:
            _complete_message(message, queue, now, maker)
        yield
    for used_ids in portions(queue.used_ids):
        for used in used_ids:
            used.message_id = used.message_id or maker.ids.uuid()
            used.used_at = time_or(used.used_at, now)
        yield
    for attempt in queue.attempts:
        attempt.received_at = time_or(attempt.received_at, now)
        attempt.messages = numbers.of(attempt.messages)
    if queue.chaos is not None:
        queue.chaos.delivered = numbers.of(queue.chaos.delivered)
    if not fifo:
        yield from _completing_tenants(queue)
    return numbers


def _numbering(queue: StoredQueue) -> Work[Numbers]:
    """Number the messages if some have no number: those follow the one before, and others make room for them."""
    all_given = True
    for portion in portions(queue.messages):
        all_given = all_given and all(message.sequence for message in portion)
        yield
    if all_given:
        queue.last_sequence = queue.last_sequence or (queue.messages[-1].sequence if queue.messages else 0)
        return ALL_GIVEN
    previous, new = 0, dict[int, int]()
    for portion in portions(queue.messages):
        for message in portion:
            number = max(message.sequence, previous + 1)
            if message.sequence:
                new[message.sequence] = number
            message.sequence = previous = number
        yield
    queue.last_sequence = max(queue.last_sequence, previous)
    return Numbers(new)


def _complete_message(message: StoredMessage, queue: StoredQueue, now: float, maker: Maker) -> None:
    message.id = message.id or maker.ids.uuid()
    message.sender_id = message.sender_id or user_id(owner_of(queue.arn))
    message.sent_at = time_or(message.sent_at, now)
    match message.state:
        case "delayed":
            visible_at = now + _seconds(queue, "DelaySeconds")
        case "in_flight":
            visible_at = now + _seconds(queue, "VisibilityTimeout")
            message.receive_count = message.receive_count or 1
        case _:
            visible_at = message.sent_at
    message.visible_at = time_or(message.visible_at, visible_at)
    message.receive_count = max(message.receive_count, message.received_elsewhere)
    if message.receive_count and message.first_received_at is None:
        message.first_received_at = message.sent_at
    if queue.arn.endswith(".fifo") and message.deduplication_id is None:
        by_content = queue.attributes.get("ContentBasedDeduplication") == "true"
        message.deduplication_id = sha256(message.body.encode()).hexdigest() if by_content else maker.ids.uuid()


def _seconds(queue: StoredQueue, attribute: str) -> int:
    """The value of an attribute; 0 if it is none, which is refused later."""
    value = queue.attributes.get(attribute, "")
    return int(value) if value.isascii() and value.isdecimal() else 0


def _completing_tenants(queue: StoredQueue) -> Work[None]:
    """Each group with messages that are not delayed is a tenant, which sent when its last message was sent."""
    sent_at: dict[str, float] = {}
    for portion in portions(queue.messages):
        for message in portion:
            if message.group_id is not None and message.state != "delayed":
                sent_at[message.group_id] = max(sent_at.get(message.group_id, 0.0), message.sent_at)
        yield
    for tenant in queue.tenants:
        tenant.sent_at = time_or(tenant.sent_at, sent_at.get(tenant.group_id, 0.0))
    known = {tenant.group_id for tenant in queue.tenants}
    queue.tenants += [StoredTenant(group_id=group, sent_at=at) for group, at in sent_at.items() if group not in known]
