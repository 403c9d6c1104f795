"""Queues, with all that is in them."""

from typing import Annotated

import msgspec

from emulator.aws.limits import RECEIVE_MESSAGES_MAX
from emulator.sqs.arrival_order import ArrivalOrder
from emulator.sqs.attempts import ReceiveAttempts
from emulator.sqs.chaos import StandardQueueChaos
from emulator.sqs.group_order import GroupOrder
from emulator.sqs.identity import identity_of
from emulator.sqs.message import Message
from emulator.sqs.queue import Queue
from emulator.sqs.queues import HANDLE_KEY_BYTES, Queues
from emulator.sqs.tenants import TenantActivity
from emulator.state.deduplication import UsedId, restoring_window, used_id
from emulator.state.messages import StoredMessage, restoring_messages, stored_message
from emulator.state.part import NO_TIME, Count, DocumentError, Named, Part, Time, at, check_unique, read_arn
from emulator.state.renaming import Renaming
from emulator.structures.parted import PartedSet
from emulator.timing.turns import Work, emptied, portions

_Key = Annotated[bytes, msgspec.Meta(min_length=HANDLE_KEY_BYTES, max_length=HANDLE_KEY_BYTES)]


class StoredTenant(Part, kw_only=True):
    """A tenant of a fair queue, by the group of its messages: when it last sent, and until when it counts as noisy."""

    group_id: str
    sent_at: Time = NO_TIME
    noisy_until: Time | None = None


class StoredChaos(Part):
    """The chaos of a standard queue; ``delivered`` has the sequence numbers of the messages delivered last."""

    state: bytes
    delivered: list[Count] = []


class StoredAttempt(Part, kw_only=True):
    """A receive with a ReceiveRequestAttemptId: the sequence numbers of what it got.

    They are left out where it cannot be repeated, since a message was deleted or changed.
    """

    id: str
    received_at: Time = NO_TIME
    messages: Annotated[list[Count], msgspec.Meta(max_length=RECEIVE_MESSAGES_MAX)] = []


class StoredQueue(Named, kw_only=True):
    """A queue. ``handle_key`` is what its receipt handles are sealed with. ``rename`` leaves out the messages.

    ``group_order`` has the message groups that can be received from, in the order in which receives serve them; it is
    left out where that is the order in which their first messages were sent.
    """

    attributes: dict[str, str] = {}
    created_at: Time = NO_TIME
    modified_at: Time = NO_TIME
    handle_key: _Key = b""
    tags: dict[str, str] = {}
    purged_at: Time | None = None
    last_sequence: Count = 0
    messages: list[StoredMessage] = []
    tenants: list[StoredTenant] = []
    chaos: StoredChaos | None = None
    used_ids: list[UsedId] = []
    attempts: list[StoredAttempt] = []
    group_order: list[str] = []

    def rename(self, renaming: Renaming) -> None:
        super().rename(renaming)
        self.attributes = renaming.settings(self.attributes)


class RestingName(Named):
    """A queue that was deleted less than a minute ago, so that its name cannot be used."""

    deleted_at: Time = NO_TIME


def stored_queue(queue: Queue) -> StoredQueue:
    """The queue with its messages."""
    stored = queue_without_contents(queue)
    stored.messages = list(map(stored_message, queue))
    if queue.exactly_once is not None:
        stored.used_ids = list(map(used_id, queue.exactly_once.window.entries()))
    return stored


def queue_without_contents(queue: Queue) -> StoredQueue:
    """The queue without its messages and its deduplication ids."""
    stored = StoredQueue(
        arn=queue.arn,
        attributes=queue.attributes.values,
        tags=queue.tags,
        created_at=queue.created_at,
        modified_at=queue.modified_at,
        purged_at=queue.purged_at,
        handle_key=queue.handle_key,
        last_sequence=queue.contents.messages.last_sequence,
    )
    contents, chaos, exactly_once = queue.contents, queue.contents.chaos, queue.exactly_once
    if contents.arrival is not None and contents.arrival.tenants is not None:
        stored.tenants = [
            StoredTenant(group_id=group, sent_at=sent_at, noisy_until=noisy_until)
            for group, (sent_at, noisy_until) in contents.arrival.tenants.activity().items()
        ]
    if chaos is not None:
        stored.chaos = StoredChaos(state=chaos.state, delivered=chaos.last_delivered)
    if exactly_once is not None:
        stored.attempts = [
            StoredAttempt(
                id=attempt_id,
                received_at=attempt.since,
                messages=[delivery.message.sequence for delivery in attempt.deliveries],
            )
            for attempt_id, attempt in exactly_once.attempts.worth_keeping()
        ]
    if contents.groups is not None:
        line = contents.groups.line
        stored.group_order = [] if line == contents.groups.line_by_age else line
    return stored


def empty_queue(queues: Queues, stored: StoredQueue) -> Queue:
    """The queue before it is filled, not entered in ``queues``. DocumentError or a ServiceError where it cannot be."""
    arn = read_arn(stored.arn, "sqs")
    identity = identity_of(arn.resource, arn.account, arn.region)
    queue = queues.rebuild(identity, stored.attributes, stored.tags, stored.handle_key, stored.created_at)
    queue.resume(stored.modified_at, stored.purged_at)
    return queue


def filling(queue: Queue, stored: StoredQueue) -> Work[None]:
    """Put what is ``stored`` into an empty queue, in portions. DocumentError where it cannot be."""
    yield from restoring_messages(queue, stored.messages, stored.last_sequence)
    arrival, groups, exactly_once = queue.contents.arrival, queue.contents.groups, queue.exactly_once
    if arrival is not None:
        _refuse(queue, used_ids=stored.used_ids, attempts=stored.attempts, group_order=stored.group_order)
        yield from _restoring_tenants(arrival, stored.tenants)
        if stored.chaos is not None:
            queue.contents.set_chaos(_chaos(stored.chaos))
    if groups is not None and exactly_once is not None:
        _refuse(queue, tenants=stored.tenants, chaos=stored.chaos)
        yield from restoring_window(exactly_once.window, stored.used_ids)
        _restore_attempts(queue, exactly_once.attempts, stored.attempts)
        yield from _restoring_group_order(groups, stored.group_order)


def _refuse(queue: Queue, **parts: object) -> None:
    """DocumentError where there are ``parts`` that this kind of queue does not have."""
    for name, part in parts.items():
        if part:
            raise DocumentError(f"A {'FIFO' if queue.fifo else 'standard'} queue has no {name}", f".{name}")


def _restoring_tenants(arrival: ArrivalOrder, stored: list[StoredTenant]) -> Work[None]:
    tenants = arrival.tenants
    known = PartedSet[str]()
    for portion in portions(stored):
        activity = {tenant.group_id: TenantActivity(tenant.sent_at, tenant.noisy_until) for tenant in portion}
        if tenants is None or not all(known.add(tenant.group_id) for tenant in portion):
            raise _wrong_tenants()
        if not tenants.restore(activity):
            raise _wrong_tenants()
        yield
    if len(stored) != (0 if tenants is None else len(tenants)):
        raise _wrong_tenants()
    yield from emptied(*known.containers)


def _wrong_tenants() -> DocumentError:
    return DocumentError("Each group that has messages which are not delayed is a tenant, once", ".tenants")


def _chaos(stored: StoredChaos) -> StandardQueueChaos:
    try:
        return StandardQueueChaos.resumed(stored.state, stored.delivered)
    except ValueError as error:
        raise DocumentError(f"This is the state of no chaos: {error}", ".chaos.state") from None


def _restore_attempts(queue: Queue, attempts: ReceiveAttempts, stored: list[StoredAttempt]) -> None:
    check_unique("attempt", (attempt.id for attempt in stored))
    for number, attempt in enumerate(stored):
        with at(f".attempts[{number}]"):
            messages = [_in_flight(queue.contents.messages.get(sequence), sequence) for sequence in attempt.messages]
            deliveries = [queue.delivered(message, attempt.received_at) for message in messages]
            if deliveries:
                attempts.remember(attempt.id, deliveries, attempt.received_at)
            else:
                attempts.remember_void(attempt.id, attempt.received_at)


def _restoring_group_order(order: GroupOrder, groups: list[str]) -> Work[None]:
    """Let the groups stand in line in this order. None of them: in that of their first messages, as they do."""
    if not groups:
        return
    lined_up = PartedSet[str]()
    for portion in portions(groups):
        if not all(map(lined_up.add, portion)) or not order.line_up(portion):
            raise _wrong_group_order()
        yield
    if len(groups) != order.receivable():
        raise _wrong_group_order()
    yield from emptied(*lined_up.containers)


def _wrong_group_order() -> DocumentError:
    return DocumentError("Each group that can be received from stands here, once", ".group_order")


def _in_flight(message: Message | None, sequence: int) -> Message:
    if message is None or not message.in_flight:
        raise DocumentError(f"No message with the sequence number {sequence} is in flight", ".messages")
    return message
