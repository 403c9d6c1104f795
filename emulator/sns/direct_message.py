"""A message to one phone number or one device, past any topic, as its receiver gets it."""

from collections.abc import Mapping
from typing import Literal, Protocol

from msgspec import Struct

from emulator.aws.message_attribute import MessageAttribute


class Sending(Struct, frozen=True):
    """One Publish: by whom, when, and under which id."""

    message_id: str
    account: str
    region: str
    published_at: float  # seconds since the epoch
    reached_at: str = ""  # the address (scheme, host and port) for the links in what subscribers get
    trace_header: str | None = None


class DirectMessage(Struct, frozen=True):
    """A message as its one receiver gets it."""

    sending: Sending
    protocol: Literal["sms", "application"]
    destination: str  # a phone number, or the ARN of a platform endpoint
    text: str  # of a push notification: what the push service is given
    subject: str | None
    attributes: Mapping[str, MessageAttribute]
    published: str  # what the publisher gave as the message
    structure: str | None  # and as its structure


class DirectDelivery(Protocol):
    """Carries messages to phones and devices."""

    def deliver(self, message: DirectMessage) -> None: ...

    def drop(self, message: DirectMessage, reason: str) -> None:
        """Report a message that was accepted and is not sent."""
        ...
