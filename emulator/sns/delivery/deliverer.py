"""The interface between fan-out and the protocols: a deliverer reaches the subscribers of one protocol."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from msgspec import Struct

from emulator.sns.delivery.envelope import Confirmation, Envelopes
from emulator.sns.events import DeliveryEvent
from emulator.sns.filter_policy import FilterPolicy
from emulator.sns.subscription import Subscription


class Undeliverable(Struct, frozen=True):
    """A message that can never arrive; ``reason`` is for people."""

    reason: str


Outcome = str | Undeliverable  # the id of the message at its receiver, or why it did not arrive

# Makes an event from the fields that all events about a delivery have, and the id of the message at its receiver.
Arrival = Callable[[float, str, Subscription, FilterPolicy | None, str], DeliveryEvent]


class Deliverer(Protocol):
    """Delivers messages to the subscribers of one protocol."""

    @property
    def arrival(self) -> Arrival:
        """Makes the event for a message that was handed over to a subscriber."""
        ...

    @property
    def final(self) -> bool:
        """Whether a message has arrived once it is handed over. If not, the deliverer counts it when it arrives."""
        ...

    def deliver(
        self, envelopes: Envelopes, subscriptions: Sequence[Subscription], at: float
    ) -> Iterable[tuple[Subscription, Outcome]]:
        """Deliver a notification to the subscribers. Each delivery is made when its outcome is taken from the
        iterator.
        """
        ...

    def ask_to_confirm(self, confirmation: Confirmation, subscription: Subscription) -> None:
        """Deliver the request to confirm a pending subscription."""
        ...


class RetryingDeliverer(Deliverer, Protocol):
    """A deliverer whose messages arrive, or fail, after the call."""

    def forget(self, subscription: Subscription) -> None:
        """Make no more attempts for a subscription that was ended."""
        ...
