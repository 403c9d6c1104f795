"""The outbox in a state document."""

from typing import Annotated

import msgspec

from emulator.sns.outbox_entry import Entry, Kind
from emulator.state.messages import StoredAttribute, message_attributes, stored_attributes
from emulator.state.part import NO_TIME, Placed, Time
from emulator.state.renaming import Renaming

_Number = Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,14}\Z")]


class StoredEntry(Placed, kw_only=True):
    """An entry of the outbox. ``topic`` and ``subscription`` are ARNs."""

    id: _Number = ""
    at: Time = NO_TIME
    type: Kind
    protocol: str
    endpoint: str
    message_id: str = ""
    body: str
    topic: str | None = None
    subscription: str | None = None
    subject: str | None = None
    details: dict[str, str] = {}
    attributes: dict[str, StoredAttribute] = {}
    token: str | None = None
    subscribe_url: str | None = None
    published: str | None = None  # the message as given to Publish, if it was published without a topic
    structure: str | None = None  # likewise its MessageStructure

    def rename(self, renaming: Renaming) -> None:
        super().rename(renaming)
        self.endpoint = renaming.endpoint(self.endpoint)
        self.topic = renaming.optional(self.topic)
        self.subscription = renaming.optional(self.subscription)
        self.subscribe_url = renaming.optional(self.subscribe_url)


def stored_entry(entry: Entry) -> StoredEntry:
    return StoredEntry(
        id=entry.id,
        at=entry.at,
        account=entry.account,
        region=entry.region,
        type=entry.kind,
        protocol=entry.protocol,
        endpoint=entry.endpoint,
        message_id=entry.message_id,
        body=entry.body,
        topic=entry.topic_arn,
        subscription=entry.subscription_arn,
        subject=entry.subject,
        details=dict(entry.details),
        attributes=stored_attributes(entry.attributes),
        token=entry.token,
        subscribe_url=entry.subscribe_url,
        published=entry.published,
        structure=entry.structure,
    )


def rebuilt_entry(stored: StoredEntry) -> Entry:
    return Entry(
        id=stored.id,
        at=stored.at,
        account=stored.account,
        region=stored.region,
        kind=stored.type,
        protocol=stored.protocol,
        endpoint=stored.endpoint,
        message_id=stored.message_id,
        body=stored.body,
        topic_arn=stored.topic,
        subscription_arn=stored.subscription,
        subject=stored.subject,
        details=stored.details,
        attributes=message_attributes(stored.attributes),
        token=stored.token,
        subscribe_url=stored.subscribe_url,
        published=stored.published,
        structure=stored.structure,
    )
