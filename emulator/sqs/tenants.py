"""Fair queues: the tenants of a standard queue, and which of them are noisy.

A tenant is the messages with one MessageGroupId. A message without one is a tenant of its own and is never noisy.
Messages of quiet tenants are received before those of noisy ones, in their usual order. Of several noisy tenants, the
one with the fewest messages in flight comes first. Nothing but the order changes.

A tenant becomes noisy when more than 10 % of the messages in flight, and at least 30, are its own. It becomes quiet
again when it has no visible message left, or has sent none for five minutes. Its share is checked whenever one of its
messages is received or would be the next.

AWS also calls a tenant noisy that takes more than 10 % of "recent" processing time. It does not say how far back that
goes, and with the few messages of a test nearly every tenant would be noisy: this rule is left out here.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from emulator.sqs.message import Message, MessageState
from emulator.structures.lazy_heap import LazyHeap
from emulator.structures.pages import Pages
from emulator.timing.turns import emptied, emptied_values

_NOISY_IN_FLIGHT_MIN = 30
_NOISY_PART = 10  # more than the tenth part of the messages in flight
_QUIET_AFTER_SECONDS = 300  # after the last message was sent


# Called with a message group and the time until which it is noisy, or None if it is quiet.
NoiseChanged = Callable[[str, float | None], None]


class Rank(NamedTuple):
    """The place of a tenant among the others. The smallest is served next."""

    noisy: bool
    in_flight: int  # of a noisy tenant; 0 for a quiet one
    sequence: int  # of its first visible message


class TenantActivity(NamedTuple):
    """The state of a tenant that cannot be derived from its messages; see ``Tenant``."""

    sent_at: float
    noisy_until: float | None


class Tenant:
    """The messages of one tenant that are not delayed."""

    __slots__ = ("in_flight", "noisy_until", "rank", "ready", "sent_at", "visible")

    def __init__(self, ready: LazyHeap[int]) -> None:
        self.ready = ready  # sequence numbers of visible messages
        self.visible = 0
        self.in_flight = 0
        self.sent_at = 0.0  # when its last message became visible for the first time
        self.noisy_until: float | None = None  # when to check whether it still sends; None: it is quiet
        self.rank: Rank | None = None  # None: it has nothing to receive


class Tenants:
    """The order of the messages that have a group id."""

    __slots__ = ("_line", "_messages", "_noise_changed", "_noisy", "_tenants")

    def __init__(self, messages: Pages[Message], noise_changed: NoiseChanged) -> None:
        self._messages = messages  # all messages of the queue
        self._noise_changed = noise_changed
        self._tenants: dict[str, Tenant] = {}
        self._line = LazyHeap[Rank](self._has_rank)
        self._noisy = LazyHeap[tuple[float, str]](self._is_noisy)  # noisy tenants: until when, and the group id

    def emptied(self) -> Iterator[None]:
        """Forget all tenants, some with each step. For tenants that are not used any more."""
        yield from emptied(*self._line.containers, *self._noisy.containers)
        yield from emptied_values(self._tenants, lambda tenant: tenant.ready.containers)

    # -- Who is next -----------------------------------------------------------------------

    def first(self, alone: int | None, in_flight: int, now: float) -> Rank | None:
        """The rank of the tenant to be served next; ``in_flight`` is the number of messages in flight in the queue.

        None if no tenant has a visible message, or if ``alone``, the first message without a group, comes first.
        """
        self._quieten(now)
        while (rank := self._line.first()) is not None:
            if alone is not None and (rank.noisy or alone < rank.sequence):
                return None
            tenant = self._tenant_of(self._messages[rank.sequence])
            if rank.noisy or now >= tenant.sent_at + _QUIET_AFTER_SECONDS or not _takes_much(tenant, in_flight):
                return rank
            self._call_noisy(_group_of(self._messages[rank.sequence]), tenant)
        return None

    def pop(self, rank: Rank) -> int:
        """Take out the first message of the tenant whose rank ``first`` has returned."""
        tenant = self._tenant_of(self._messages[rank.sequence])
        tenant.ready.pop()
        self._line_up(tenant)
        return rank.sequence

    def put_back(self, message: Message) -> None:
        """Put back ``message``, which was popped and is still visible."""
        tenant = self._tenant_of(message)
        tenant.ready.add(message.sequence)
        self._line_up(tenant)

    # -- What happens to messages ----------------------------------------------------------

    def arrive(self, message: Message) -> None:
        """``message`` is visible for the first time."""
        group_id = _group_of(message)
        tenant = self._tenants.get(group_id)
        if tenant is None:
            tenant = self._tenants[group_id] = Tenant(LazyHeap(self._is_visible))
        if message.visible_at >= tenant.sent_at + _QUIET_AFTER_SECONDS:
            tenant.noisy_until = None
        tenant.sent_at = message.visible_at
        tenant.visible += 1
        self.put_back(message)

    def rejoin(self, message: Message) -> None:
        """``message`` is in flight in a queue that is being restored."""
        tenant = self._tenants.setdefault(_group_of(message), Tenant(LazyHeap(self._is_visible)))
        tenant.in_flight += 1

    def depart(self, message: Message, in_flight: int) -> None:
        """``message`` was visible and is in flight now, one of ``in_flight`` of the queue."""
        tenant = self._tenant_of(message)
        tenant.in_flight += 1
        self._leave(tenant)
        if tenant.noisy_until is None and tenant.visible and _takes_much(tenant, in_flight):
            self._call_noisy(_group_of(message), tenant)

    def come_back(self, message: Message) -> None:
        """``message`` was in flight and is visible again."""
        tenant = self._tenant_of(message)
        tenant.in_flight -= 1
        tenant.visible += 1
        self.put_back(message)

    def settle(self, message: Message, left: MessageState) -> None:
        """``message`` was removed from the queue; it was visible or in flight."""
        tenant = self._tenant_of(message)
        if left == MessageState.VISIBLE:
            self._leave(tenant)
        else:
            tenant.in_flight -= 1
            self._line_up(tenant)
        if not tenant.visible and not tenant.in_flight:
            del self._tenants[_group_of(message)]

    def _leave(self, tenant: Tenant) -> None:
        """One of its messages is no longer visible."""
        tenant.visible -= 1
        if not tenant.visible:
            tenant.noisy_until = None
        tenant.ready.compact(tenant.visible)
        self._line_up(tenant)

    # -- State that messages do not show ---------------------------------------------------

    def activity(self) -> dict[str, TenantActivity]:
        """The activity of every tenant, by message group."""
        return {group: TenantActivity(tenant.sent_at, tenant.noisy_until) for group, tenant in self._tenants.items()}

    def __len__(self) -> int:
        return len(self._tenants)

    def restore(self, activity: Mapping[str, TenantActivity]) -> bool:
        """Set the activity of tenants that are known by their messages. Returns False if one is not.

        From now on they are in the order of ``activity``: the messages that made the first ones known may be gone.
        """
        for group, (sent_at, noisy_until) in activity.items():
            tenant = self._tenants.pop(group, None)
            if tenant is None:
                return False
            self._tenants[group] = tenant
            tenant.sent_at = sent_at
            self.set_noise(group, noisy_until)
        return True

    def set_noise(self, group_id: str, noisy_until: float | None) -> None:
        """Make the tenant noisy until ``noisy_until``, or (None) quiet."""
        tenant = self._tenants[group_id]
        tenant.noisy_until = noisy_until
        if noisy_until is not None:
            self._noisy.add((noisy_until, group_id))
        self._line_up(tenant)

    # -- Noise -----------------------------------------------------------------------------

    def _call_noisy(self, group_id: str, tenant: Tenant) -> None:
        tenant.noisy_until = tenant.sent_at + _QUIET_AFTER_SECONDS
        self._noisy.add((tenant.noisy_until, group_id))
        self._noisy.compact(len(self._tenants))
        self._line_up(tenant)
        self._noise_changed(group_id, tenant.noisy_until)

    def _quieten(self, now: float) -> None:
        """Make noisy tenants quiet that have sent nothing for five minutes."""
        while (first := self._noisy.first()) is not None and first[0] <= now:
            tenant = self._tenants[first[1]]
            if now < tenant.sent_at + _QUIET_AFTER_SECONDS:
                self._call_noisy(first[1], tenant)
            else:
                tenant.noisy_until = None
                self._line_up(tenant)
                self._noise_changed(first[1], None)

    # -- Lines -----------------------------------------------------------------------------

    def _line_up(self, tenant: Tenant) -> None:
        """Update the tenant's rank, after anything that may have changed it."""
        sequence = tenant.ready.first()
        noisy = tenant.noisy_until is not None
        rank = None if sequence is None else Rank(noisy, tenant.in_flight if noisy else 0, sequence)
        if rank != tenant.rank:
            tenant.rank = rank
            if rank is not None:
                self._line.add(rank)
                self._line.compact(len(self._tenants))

    def _tenant_of(self, message: Message) -> Tenant:
        return self._tenants[_group_of(message)]

    def _is_visible(self, sequence: int) -> bool:
        message = self._messages.get(sequence)
        return message is not None and message.state == MessageState.VISIBLE

    def _has_rank(self, rank: Rank) -> bool:
        message = self._messages.get(rank.sequence)
        return message is not None and self._tenant_of(message).rank == rank

    def _is_noisy(self, entry: tuple[float, str]) -> bool:
        until, group_id = entry
        tenant = self._tenants.get(group_id)
        return tenant is not None and tenant.noisy_until == until


def _takes_much(tenant: Tenant, in_flight: int) -> bool:
    return tenant.in_flight >= _NOISY_IN_FLIGHT_MIN and tenant.in_flight * _NOISY_PART > in_flight


def _group_of(message: Message) -> str:
    assert message.group_id is not None, "a message without a group is no tenant's"
    return message.group_id
