"""LocalStack's routes for messages to phones and devices and for subscription tokens, in LocalStack's form.

https://docs.localstack.cloud/aws/services/sns/#developer-endpoints
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from emulator.configuration.values import DEFAULT_ACCOUNT, DEFAULT_REGION
from emulator.control.attribute_values import attribute_values
from emulator.control.explanation import AttributeValue
from emulator.control.parameters import Account
from emulator.control.refusals import NotFoundError
from emulator.sns.outbox_entry import Entry
from emulator.sns.phone_numbers import as_kept
from emulator.world.world import World

Shown = TypeVar("Shown")


class _Place(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    account_id: Account = DEFAULT_ACCOUNT
    region: str = DEFAULT_REGION


class PushQuery(_Place, rename="camel", forbid_unknown_fields=True):
    """Whose messages to devices, and to which device."""

    endpoint_arn: str | None = None


class TextQuery(_Place, rename="camel", forbid_unknown_fields=True):
    """Whose text messages, and to which number."""

    phone_number: str | None = None


class TokenPath(msgspec.Struct):
    """Which subscription, by its ARN."""

    arn: str


class PushMessage(msgspec.Struct, rename="pascal"):
    """A message to a device. If it was published without a topic, it is shown as it was published."""

    target_arn: str
    topic_arn: str | None
    subscription_arn: str | None
    message_id: str
    message: str
    message_attributes: dict[str, AttributeValue] | None
    message_structure: str | None
    subject: str | None


class TextMessage(msgspec.Struct, rename="pascal"):
    """A message to a phone."""

    phone_number: str
    topic_arn: str | None
    subscription_arn: str | None
    message_id: str
    message: str
    message_attributes: dict[str, AttributeValue]
    message_structure: str | None
    subject: str | None


class PushMessages(msgspec.Struct):
    """By the ARN of the device's endpoint."""

    platform_endpoint_messages: dict[str, list[PushMessage]]
    region: str


class TextMessages(msgspec.Struct):
    """By phone number."""

    sms_messages: dict[str, list[TextMessage]]
    region: str


class SubscriptionToken(msgspec.Struct):
    subscription_token: str
    subscription_arn: str


def show_push_messages(world: World, query: PushQuery) -> PushMessages:
    """The messages for devices."""
    entries = filter(_to("application", query, query.endpoint_arn), world.sns.outbox)
    return PushMessages(_by_endpoint(entries, _push_message), query.region)


def forget_push_messages(world: World, query: PushQuery) -> None:
    """Drop the messages for devices."""
    world.sns.outbox.remove(_to("application", query, query.endpoint_arn))


def show_text_messages(world: World, query: TextQuery) -> TextMessages:
    """The messages for phones."""
    entries = filter(_to("sms", query, query.phone_number), world.sns.outbox)
    return TextMessages(_by_endpoint(entries, _text_message), query.region)


def forget_text_messages(world: World, query: TextQuery) -> None:
    """Drop the messages for phones."""
    world.sns.outbox.remove(_to("sms", query, query.phone_number))


def show_subscription_token(world: World, path: TokenPath) -> SubscriptionToken:
    """The token with which a subscription can be confirmed, even after it was confirmed."""
    subscription = world.sns.subscriptions.get(path.arn)
    if subscription is None or subscription.token is None:
        raise NotFoundError(f"No token of a subscription {path.arn}.")
    return SubscriptionToken(subscription.token, path.arn)


def _to(protocol: str, place: _Place, endpoint: str | None) -> Callable[[Entry], bool]:
    wanted = None if endpoint is None else as_kept(endpoint)
    return lambda entry: (
        entry.protocol == protocol
        and entry.account == place.account_id
        and entry.region == place.region
        and wanted in (None, entry.endpoint)
    )


def _by_endpoint(entries: Iterable[Entry], show: Callable[[Entry], Shown]) -> dict[str, list[Shown]]:
    found: dict[str, list[Shown]] = {}
    for entry in entries:
        found.setdefault(entry.endpoint, []).append(show(entry))
    return found


def _push_message(entry: Entry) -> PushMessage:
    return PushMessage(
        target_arn=entry.endpoint,
        topic_arn=entry.topic_arn,
        subscription_arn=entry.subscription_arn,
        message_id=entry.message_id,
        message=entry.body if entry.published is None else entry.published,
        message_attributes=attribute_values(entry.attributes) or None,
        message_structure=entry.structure,
        subject=entry.subject,
    )


def _text_message(entry: Entry) -> TextMessage:
    return TextMessage(
        phone_number=entry.endpoint,
        topic_arn=entry.topic_arn,
        subscription_arn=entry.subscription_arn,
        message_id=entry.message_id,
        message=entry.body if entry.published is None else entry.published,
        message_attributes=attribute_values(entry.attributes),
        message_structure=entry.structure,
        subject=entry.subject,
    )
