"""Deliveries under way to HTTP endpoints and to functions that have a URL, in a state document."""

from collections.abc import Mapping
from typing import Annotated

import msgspec

from emulator.sns.delivery.delivery import Attempt, DeadLetter, Delivery, DeliveryContent, DeliveryType
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sns.delivery.queues import MessageHeader
from emulator.sns.delivery.retries import RETRY_SECONDS_MAX
from emulator.sns.subscription import Subscription
from emulator.state.messages import StoredAttribute, message_attributes, stored_attributes
from emulator.state.part import NO_TIME, AccountId, DocumentError, Part, Time, checking_unique
from emulator.state.renaming import Renaming
from emulator.timing.turns import Work

_Number = Annotated[int, msgspec.Meta(ge=1, lt=2**53)]
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=RETRY_SECONDS_MAX)]
_Url = Annotated[str, msgspec.Meta(pattern="^[Hh][Tt][Tt][Pp][Ss]?://")]


class StoredAttempt(Part, kw_only=True):
    """A failed attempt; ``status`` is left out if there was no answer."""

    at: Time = NO_TIME
    next_at: Time = NO_TIME
    answer: str
    status: int | None = None


class StoredDeadLetter(Part):
    """What a dead-letter queue gets, besides the body, if the delivery fails for good. ``topic`` is an ARN."""

    topic: str
    trace_header: str | None = None
    group_id: str | None = None  # if it is a standard queue
    fifo_group_id: str | None = None  # if it is a FIFO queue
    fifo_deduplication_id: str | None = None
    attributes: dict[str, StoredAttribute] = {}


class StoredDelivery(Part, kw_only=True):
    """A delivery. ``account`` is the topic's. ``subscription`` is an ARN, that of the function for an event to a
    function.
    """

    number: _Number = 0
    account: AccountId
    owner: AccountId
    type: DeliveryType
    subscription: str
    url: _Url
    headers: dict[str, str]
    body: str
    retry_delays: list[_Seconds]
    due: Time = NO_TIME
    seconds_between: _Seconds = 0.0
    message_id: str | None = None
    outbox_entry: str | None = None
    attempts: list[StoredAttempt] = []
    dead_letter: StoredDeadLetter | None = None

    @property
    def owners(self) -> tuple[str, ...]:
        """The topic's account, and the account that made the subscription."""
        return (self.account, self.owner)

    def rename(self, renaming: Renaming) -> None:
        self.account = renaming.text(self.account)
        self.owner = renaming.text(self.owner)
        self.subscription = renaming.text(self.subscription)
        self.headers = renaming.settings(self.headers)
        if self.dead_letter is not None:
            self.dead_letter.topic = renaming.text(self.dead_letter.topic)


def stored_delivery(delivery: Delivery) -> StoredDelivery:
    content = delivery.content
    return StoredDelivery(
        number=delivery.number,
        account=content.account,
        owner=content.owner,
        type=content.type,
        subscription=content.subscription_arn,
        url=content.request.url,
        headers=dict(content.request.headers),
        body=content.request.body.decode(),
        retry_delays=list(content.retry_delays),
        seconds_between=content.seconds_between,
        due=delivery.due,
        message_id=content.message_id,
        outbox_entry=content.entry_id,
        attempts=[_stored_attempt(attempt) for attempt in delivery.attempts],
        dead_letter=None if content.dead_letter is None else _stored_dead_letter(content.dead_letter),
    )


def rebuilt_delivery(stored: StoredDelivery, subscriptions: Mapping[str, Subscription]) -> Delivery:
    """The delivery, not under way yet. Raises DocumentError if its subscription does not exist."""
    subscription = subscriptions.get(stored.subscription)
    if subscription is None and stored.type != "FunctionEvent":
        raise DocumentError(f"There is no subscription {stored.subscription}", ".subscription")
    if (stored.type == "Notification") != (stored.dead_letter is not None):
        raise DocumentError("A delivery must have a dead letter if it is of a message, and only then", ".dead_letter")
    if stored.type == "FunctionEvent" and stored.outbox_entry is None:
        raise DocumentError("A delivery to a function must have an entry of the outbox", ".outbox_entry")
    if len(stored.attempts) > len(stored.retry_delays):
        raise DocumentError("There are more attempts than the retries allow", ".attempts")
    content = DeliveryContent(
        stored.type,
        stored.account,
        stored.owner,
        stored.subscription,
        HttpMessage(stored.url, stored.headers, stored.body.encode()),
        tuple(stored.retry_delays),
        stored.seconds_between,
        message_id=stored.message_id,
        dead_letter=None if stored.dead_letter is None else _dead_letter(stored.dead_letter, stored.message_id),
        entry_id=stored.outbox_entry,
    )
    attempts = [
        Attempt(number, attempt.at, attempt.status, attempt.answer, False, attempt.next_at)
        for number, attempt in enumerate(stored.attempts, 1)
    ]
    return Delivery(content, subscription, number=stored.number, due=stored.due, attempts=attempts)


def checking_numbers(stored: list[StoredDelivery]) -> Work[None]:
    """Raise DocumentError if two deliveries of an account have the same number."""
    yield from checking_unique("delivery", ((each.account, each.number) for each in stored))


def _stored_attempt(attempt: Attempt) -> StoredAttempt:
    assert attempt.next_at is not None, "the delivery would have ended"
    return StoredAttempt(at=attempt.at, next_at=attempt.next_at, answer=attempt.answer, status=attempt.status)


def _stored_dead_letter(dead_letter: DeadLetter) -> StoredDeadLetter:
    header = dead_letter.header
    return StoredDeadLetter(
        topic=header.topic_arn,
        trace_header=header.trace_header,
        group_id=header.group_id,
        fifo_group_id=header.fifo_ids[0],
        fifo_deduplication_id=header.fifo_ids[1],
        attributes=stored_attributes(dead_letter.attributes),
    )


def _dead_letter(stored: StoredDeadLetter, message_id: str | None) -> DeadLetter:
    fifo_ids = (stored.fifo_group_id, stored.fifo_deduplication_id)
    header = MessageHeader(stored.topic, message_id, stored.trace_header, stored.group_id, fifo_ids)
    return DeadLetter(header, message_attributes(stored.attributes))
