"""What reaches the subscribers of a protocol, as fan-out knows it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from msgspec import Struct

from emulator.sns.delivery.envelope import Confirmation, Envelopes
from emulator.sns.events import DeliveryEvent
from emulator.sns.filter_policy import FilterPolicy
from emulator.sns.subscription import Subscription


class Undeliverable(Struct, frozen=True):
    """A message can never arrive; ``reason`` is for people."""

    reason: str


Outcome = str | Undeliverable  # the id that the message has where it arrived, or why it did not

# Made of what each event about a delivery holds, and of the id that the message has where it arrived.
Arrival = Callable[[float, str, Subscription, FilterPolicy | None, str], DeliveryEvent]


class Deliverer(Protocol):
    """How subscribers of one protocol are reached."""

    @property
    def arrival(self) -> Arrival:
        """The event of having handed a message over to a subscriber."""
        ...

    @property
    def final(self) -> bool:
        """Whether a message that was handed over has arrived. If not, the deliverer counts it when it has."""
        ...

    def deliver(
        self, envelopes: Envelopes, subscriptions: Sequence[Subscription], at: float
    ) -> Iterable[tuple[Subscription, Outcome]]:
        """Hand a notification over to each of the subscribers, as the outcomes are read."""
        ...

    def ask_to_confirm(self, confirmation: Confirmation, subscription: Subscription) -> None:
        """Hand over the request to confirm a pending subscription."""
        ...


class RetryingDeliverer(Deliverer, Protocol):
    """A deliverer whose messages arrive after the call, or fail."""

    def forget(self, subscription: Subscription) -> None:
        """Make no more attempts for a subscription that has ended."""
        ...
