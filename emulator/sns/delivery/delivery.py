"""One message on its way to one subscriber, and the attempts to bring it there."""

from collections.abc import Callable

from msgspec import Struct

from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sns.delivery.http_policy import HttpPolicy


class Attempt(Struct, frozen=True):
    """One call of an endpoint, and how it ended."""

    number: int  # from 1
    at: float  # when it ended, in seconds since the epoch
    status: int | None  # None where there was no answer
    answer: str  # its first characters, or why there was none
    delivered: bool
    next_at: float | None  # when it is tried again; None where it is not


Told = Callable[[Attempt], None]


class Delivery:
    """One message on its way to one subscriber; ``told`` hears of every attempt."""

    __slots__ = (
        "account",
        "attempts",
        "due",
        "last",
        "message",
        "policy",
        "subscriber",
        "subscription_arn",
        "told",
        "waits",
    )

    def __init__(
        self,
        account: str,
        subscription_arn: str,
        message: HttpMessage,
        policy: HttpPolicy,
        told: Told,
        *,
        subscriber: str | None = None,
    ) -> None:
        self.account = account  # of the topic; its clock says when an attempt is due
        self.subscriber = subscriber or account  # the account that made the subscription
        self.subscription_arn = subscription_arn
        self.message = message
        self.policy = policy
        self.told = told
        self.attempts = 0
        self.due = 0.0  # when the next attempt is, or was to be, in seconds since the epoch
        self.waits = False  # for the time when it is due
        self.last: Attempt | None = None
