"""A message to one phone number or one device, published without a topic."""

from collections.abc import Mapping
from typing import Literal, Protocol

from msgspec import Struct

from emulator.aws.message_attribute import MessageAttribute
from emulator.sns.data_protection import Findings


class Sending(Struct, frozen=True):
    """One Publish: who published it, when, and with which message id."""

    message_id: str
    account: str
    region: str
    published_at: float  # seconds since the epoch
    reached_at: str = ""  # address (scheme, host and port) for the links that subscribers get
    trace_header: str | None = None
    findings: Findings | None = None  # the sensitive data in its texts, if they have been searched


class DirectMessage(Struct, frozen=True):
    """A message in the form its one receiver gets."""

    sending: Sending
    protocol: Literal["sms", "application"]
    destination: str  # a phone number, or the ARN of a platform endpoint
    text: str  # for a push notification: what the push service gets
    subject: str | None
    attributes: Mapping[str, MessageAttribute]
    published: str  # the message as given to Publish
    structure: str | None  # the MessageStructure as given to Publish


class DirectDelivery(Protocol):
    """Delivers messages to phones and devices."""

    def deliver(self, message: DirectMessage) -> None: ...

    def drop(self, message: DirectMessage, reason: str) -> None:
        """Report that a message was accepted and is not sent."""
        ...
