"""An entry of the outbox: a message in the form its receiver would get."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from emulator.aws.message_attribute import MessageAttribute

Kind = Literal["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"]


class Entry(Struct, frozen=True, omit_defaults=True):
    """A message for one receiver. ``details`` is what goes with the body, by the names that the receiver uses."""

    id: str
    at: float  # seconds since the epoch
    account: str  # the topic's, or the publisher's if there is no topic
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
    token: str | None = None  # with which the receiver can confirm the subscription
    subscribe_url: str | None = None  # likewise
    published: str | None = None  # the message as given to Publish, if it was published without a topic
    structure: str | None = None  # likewise its MessageStructure
