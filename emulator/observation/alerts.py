"""Warnings in the log about messages that do not arrive where they should.

A warning that repeats is logged once in ten seconds, with the number of times it was suppressed in between.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from emulator.foundation.events import Event
from emulator.foundation.wording import count
from emulator.observation.rate_limit import Key, RateLimit
from emulator.sqs.events import DeadLettered

logger = logging.getLogger(__name__)


class Alert(Struct, frozen=True):
    """A warning. ``kind`` and ``subject``, an ARN or an endpoint, are together the key of the rate limit."""

    kind: str
    subject: str
    text: str
    message_id: str | None = None


Wording = Callable[[Any], Iterable[Alert]]  # the warnings about an event, if it deserves any


class Alerts:
    """Logs the events that have a wording."""

    def __init__(self, limit: RateLimit | None = None) -> None:
        self._limit = limit or RateLimit()
        self._wordings: dict[type[Event], Wording] = {DeadLettered: _dead_lettered}

    def learn(self, wordings: Mapping[type[Event], Wording]) -> None:
        """Log these types of events too."""
        self._wordings.update(wordings)

    def __call__(self, *events: Event) -> None:
        if not logger.isEnabledFor(logging.WARNING):
            return
        for event in events:
            wording = self._wordings.get(type(event))
            if wording is not None:
                for alert in wording(event):
                    self.log(alert)

    def log(self, alert: Alert) -> None:
        """Log a warning, unless the same one was logged within the last ten seconds."""
        suppressed = self._limit.admit((alert.kind, alert.subject))
        self._sum_up(self._limit.expired())
        if suppressed is None:
            return
        fields: dict[str, object] = {"kind": alert.kind, "subject": alert.subject, "suppressed": suppressed}
        if alert.message_id is not None:
            fields["message_id"] = alert.message_id
        more = f" ({_were_suppressed(suppressed, ' like this')})" if suppressed else ""
        logger.warning("%s%s", alert.text, more, extra=fields)

    def close(self) -> None:
        """Log how many warnings were suppressed since the last ones."""
        self._sum_up(self._limit.drain())

    def _sum_up(self, suppressed: Iterable[tuple[Key, int]]) -> None:
        for (kind, subject), number in suppressed:
            fields = {"kind": kind, "subject": subject, "suppressed": number}
            logger.warning("%s", _were_suppressed(number, f" ({kind}) about {subject}"), extra=fields)


def _were_suppressed(number: int, which: str) -> str:
    return f"{count(number, 'more warning')}{which} {'was' if number == 1 else 'were'} suppressed"


def _dead_lettered(event: DeadLettered) -> Iterator[Alert]:
    yield Alert(
        "moved_to_dead_letter_queue",
        event.queue_arn,
        f"The message {event.message_id} was received {count(event.receive_count, 'time')} from {event.queue_arn} "
        f"without being deleted, and was moved to its dead-letter queue {event.dead_letter_queue_arn}",
        event.message_id,
    )
