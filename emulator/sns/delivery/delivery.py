"""One message for one HTTP endpoint: what is posted, and the state of its delivery."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from emulator.aws.message_attribute import MessageAttribute
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sns.delivery.queues import MessageHeader, QueueMessage
from emulator.sns.subscription import Subscription

# What is delivered: a message type of SNS, or an event for a Lambda function that has a URL.
DeliveryType = Literal["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation", "FunctionEvent"]


class Attempt(Struct, frozen=True):
    """One call of an endpoint, and its result."""

    number: int  # from 1
    at: float  # when the call ended, in seconds since the epoch
    status: int | None  # None if there was no answer
    answer: str  # the first characters of the answer, or why there was none
    delivered: bool
    next_at: float | None  # when the next attempt is made; None if there is none


class DeadLetter(Struct, frozen=True):
    """What the dead-letter queue gets, besides the posted body, if the delivery fails for good."""

    header: MessageHeader
    attributes: Mapping[str, MessageAttribute] = field(default_factory=dict)


class DeliveryContent(Struct, frozen=True, omit_defaults=True):
    """What is delivered, where, and by which policy. Immutable."""

    type: DeliveryType
    account: str  # of the topic; attempts are made by this account's clock
    owner: str  # the account that made the subscription
    subscription_arn: str  # or the ARN of the function
    request: HttpMessage
    retry_delays: tuple[float, ...]  # seconds before each retry
    seconds_between: float = 0.0  # minimum between two attempts of this subscriber
    message_id: str | None = None
    dead_letter: DeadLetter | None = None
    entry_id: str | None = None  # outbox entry of an event for a function


class Delivery:
    """A delivery that is under way. Only the ``Schedule`` of its account changes it."""

    __slots__ = ("attempts", "content", "due", "number", "subscription", "undelivered", "waits")

    def __init__(
        self,
        content: DeliveryContent,
        subscription: Subscription | None = None,
        *,
        number: int = 0,
        due: float = 0.0,
        attempts: list[Attempt] | None = None,
        undelivered: QueueMessage | None = None,
    ) -> None:
        self.content = content
        # What the dead-letter queue gets if there is no such function; a restart forgets it.
        self.undelivered = undelivered
        self.subscription = subscription  # None for an event for a function
        self.number = number  # unique in its account
        self.due = due  # when the next attempt is or was due, in seconds since the epoch
        self.attempts = attempts or []
        self.waits = False  # whether it waits for the time ``due``

    @property
    def account(self) -> str:
        return self.content.account

    @property
    def subscription_arn(self) -> str:
        return self.content.subscription_arn

    @property
    def request(self) -> HttpMessage:
        return self.content.request

    @property
    def last(self) -> Attempt | None:
        """The last attempt that was made."""
        return self.attempts[-1] if self.attempts else None

    def link(self, subscription: Subscription | None) -> None:
        """This is the subscription that the delivery is for."""
        self.subscription = subscription

    def queue_message(self) -> QueueMessage:
        """The message for the subscription's dead-letter queue: the body that was posted."""
        dead_letter = self.content.dead_letter
        assert dead_letter is not None, "only notifications are dead-lettered"
        return QueueMessage(dead_letter.header, self.request.body.decode(), dead_letter.attributes)
