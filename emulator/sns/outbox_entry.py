"""An entry of the outbox: what one receiver outside got, in the form it would have seen."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from emulator.aws.message_attribute import MessageAttribute

Kind = Literal["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"]


class Entry(Struct, frozen=True, omit_defaults=True):
    """What one receiver got. ``details`` is what it would have seen besides, by the name the receiver's side uses."""

    id: str
    at: float  # seconds since the epoch
    account: str  # the topic's, or else the publisher's
    region: str  # likewise
    kind: Kind
    protocol: str
    endpoint: str
    message_id: str
    body: str
    topic_arn: str | None = None
    subscription_arn: str | None = None
    subject: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, MessageAttribute] = field(default_factory=dict)
    token: str | None = None  # by which the receiver can confirm the subscription
    subscribe_url: str | None = None  # likewise
    published: str | None = None  # what Publish was given for the one receiver, where it went past any topic
    structure: str | None = None  # likewise, the MessageStructure
