"""The outbox, as the control routes show it."""

import msgspec

from emulator.control.explanation import AttributeValue
from emulator.control.trace import attribute_values
from emulator.sns.delivery.outbox import Entry, Kind
from emulator.sns.notification import timestamp


class ShownEntry(msgspec.Struct, omit_defaults=True):
    """What one receiver got; what does not apply is left out."""

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


def shown(entry: Entry) -> ShownEntry:
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
