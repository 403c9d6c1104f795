"""Routes that show and clear the outbox."""

from typing import Annotated, Literal

import msgspec

from emulator.aws.place import Place
from emulator.control.attribute_values import attribute_values
from emulator.control.explanation import AttributeValue
from emulator.control.parameters import ALL, Account, AccountQuery, Removed
from emulator.sns.notification import timestamp
from emulator.sns.outbox_entry import Entry, Kind
from emulator.sns.phone_numbers import as_kept
from emulator.world.world import World


class OutboxQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which entries to return: the newest of those that match what is given."""

    protocol: Literal["sms", "email", "email-json", "application", "lambda", "firehose"] | None = None
    topic: str | None = None  # ARN
    endpoint: str | None = None
    message_id: str | None = None
    account: Account | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 100


class ShownEntry(msgspec.Struct, omit_defaults=True):
    """A message for one receiver; what does not apply is left out."""

    id: str
    at: str
    account: str
    type: Kind
    protocol: str
    endpoint: str
    message_id: str
    body: str
    topic: str | None = None  # ARN
    subscription: str | None = None  # ARN
    subject: str | None = None
    details: dict[str, str] = {}
    attributes: dict[str, AttributeValue] = {}
    token: str | None = None
    subscribe_url: str | None = None


class ShownEntries(msgspec.Struct):
    entries: list[ShownEntry]


def list_outbox(world: World, query: OutboxQuery) -> ShownEntries:
    """The messages for phones, mailboxes, devices, functions and streams, newest last."""
    entries = world.sns.outbox.newest(
        query.limit,
        protocol=query.protocol,
        topic_arn=query.topic,
        endpoint=None if query.endpoint is None else as_kept(query.endpoint),
        message_id=query.message_id,
        account=query.account,
    )
    return ShownEntries([_shown(entry) for entry in entries])


def clear_outbox(world: World, query: AccountQuery) -> Removed:
    """Drop the entries of the outbox: all, or those of one account."""
    outbox = world.sns.outbox
    before = len(outbox)
    outbox.clear(Place(query.account))
    return Removed(query.account or ALL, before - len(outbox))


def _shown(entry: Entry) -> ShownEntry:
    return ShownEntry(
        id=entry.id,
        at=timestamp(entry.at),
        account=entry.account,
        type=entry.kind,
        protocol=entry.protocol,
        endpoint=entry.endpoint,
        message_id=entry.message_id,
        body=entry.body,
        topic=entry.topic_arn,
        subscription=entry.subscription_arn,
        subject=entry.subject,
        details=dict(entry.details),
        attributes=attribute_values(entry.attributes),
        token=entry.token,
        subscribe_url=entry.subscribe_url,
    )
