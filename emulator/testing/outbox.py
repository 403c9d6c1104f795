"""The outbox of a test: what phones, mailboxes, devices, functions and streams would have received."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from emulator.testing.control import Control


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """What one receiver would have received, in the form for that receiver."""

    id: str
    at: datetime
    account: str
    type: str  # "Notification", "SubscriptionConfirmation" or "UnsubscribeConfirmation"
    protocol: str  # "sms", "email", "email-json", "application", "lambda" or "firehose"
    endpoint: str
    message_id: str
    body: str
    topic: str | None = None  # ARN
    subscription: str | None = None  # ARN
    subject: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # in the form of MessageAttributes
    token: str | None = None  # confirms the subscription
    subscribe_url: str | None = None  # a GET confirms the subscription

    def json(self) -> Any:
        """The decoded body: a Lambda event, a Firehose record, the payload for a push service."""
        return json.loads(self.body)


class Outbox:
    """The outbox of the test's account."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def entries(
        self,
        *,
        protocol: str | None = None,
        topic: str | None = None,
        endpoint: str | None = None,
        message_id: str | None = None,
        limit: int = 1_000,
    ) -> list[OutboxEntry]:
        """The newest entries that match all given arguments, the newest last. ``topic`` is an ARN."""
        wanted = {"protocol": protocol, "topic": topic, "endpoint": endpoint, "message_id": message_id}
        return self._control.outbox(list[OutboxEntry], limit, wanted)

    def clear(self) -> None:
        """Delete all entries of the account."""
        self._control.clear_outbox()
