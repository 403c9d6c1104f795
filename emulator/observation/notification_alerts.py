"""The warnings about published messages; imported with SNS."""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

from emulator.foundation.events import Event
from emulator.observation.alerts import Alert, Wording
from emulator.observation.log import printable
from emulator.observation.rate_limit import INTERVAL_SECONDS
from emulator.sns.audience import Audience
from emulator.sns.events import (
    Attempted,
    ConfirmationFailed,
    DeadLettered,
    DirectlyFailed,
    Failed,
    FilteredOut,
    FilteredOutTogether,
    ForwardingFailed,
    Withheld,
)

_FILTER_CHECKS = 8  # messages of one subscription that are explained within an interval


class FilterChecks:
    """Finds filter policies that can never match. It checks only some messages, as an explanation takes a while."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._since = clock()
        self._checks: dict[str, int] = {}  # by subscription ARN, those made since then
        # By topic ARN: its audience, and the positions in it that may still be checked.
        self._unchecked: dict[str, tuple[Audience, set[int]]] = {}

    def __call__(self, event: FilteredOut) -> Iterable[Alert]:
        """The warning about one subscription."""
        checks = self._checks.get(event.subscription.arn, 0)
        return () if checks >= _FILTER_CHECKS and not self._over() else self._check(event)

    def together(self, event: FilteredOutTogether) -> Iterable[Alert]:
        """The warnings about many subscriptions. Those that were checked often enough are not looked at."""
        self._over()
        audience = event.audience
        topic_arn = audience.subscriptions[0].topic_arn
        known = self._unchecked.get(topic_arn)
        if known is None or known[0] is not audience:
            known = self._unchecked[topic_arn] = audience, set(audience.filtered())
        unchecked = known[1]
        alerts: list[Alert] = []
        for position in sorted(unchecked.difference(event.accepted)):
            arn = audience.subscriptions[position].arn
            if self._checks.get(arn, 0) < _FILTER_CHECKS:
                alerts += self._check(event.at_position(position))
            else:
                unchecked.discard(position)
        return alerts

    def _check(self, event: FilteredOut) -> Iterable[Alert]:
        arn = event.subscription.arn
        self._checks[arn] = self._checks.get(arn, 0) + 1
        policy, notification = event.filter_policy, event.notification
        assert policy is not None, "it turned the message down"
        text = notification.message_for(event.subscription.protocol)
        for failure in policy.explain(text, notification.attributes).failed:
            if failure.hint is not None:
                key = f"the key {failure.key}" if failure.key else "the message"
                text = (
                    f"The filter policy of {arn} cannot match {key} of the message {event.message_id}: {failure.hint}"
                )
                return (Alert("never_matches", arn, text, event.message_id),)
        return ()

    def _over(self) -> bool:
        """Whether the interval is over; then a new one has begun."""
        now = self._clock()
        if now - self._since < INTERVAL_SECONDS:
            return False
        self._since = now
        self._checks.clear()
        self._unchecked.clear()
        return True


def wordings() -> Mapping[type[Event], Wording]:
    checks = FilterChecks()
    wordings: dict[type[Event], Wording] = {FilteredOut: checks, FilteredOutTogether: checks.together}
    return wordings | {event: partial(_alerts, row) for event, row in _ALERTS.items()}


class Row(NamedTuple):
    """How to make the warning about a type of event; there is no warning if ``text`` is None."""

    kind: str
    subject: Callable[[Any], str]
    text: Callable[[Any], str | None]


def _alerts(row: Row, event: Any) -> Iterable[Alert]:
    text = row.text(event)
    return () if text is None else (Alert(row.kind, row.subject(event), text, getattr(event, "message_id", None)),)


def _subscription(event: Withheld | Failed | Attempted | ConfirmationFailed | DeadLettered) -> str:
    return event.subscription.arn


def _endpoint(event: Withheld | Failed | Attempted | ConfirmationFailed | DeadLettered) -> str:
    return printable(event.subscription.shown_endpoint)


def _topic(event: Withheld | Failed | Attempted | ConfirmationFailed | DeadLettered) -> str:
    return f"the topic {event.subscription.topic.name}"


def _message(event: Withheld | Failed | Attempted | DeadLettered) -> str:
    return f"message {event.message_id} of {_topic(event)}"


def _attempt(event: Attempted) -> str | None:
    if event.delivered:
        return None
    answer = printable(event.answer)
    reason = answer if event.status is None else f"it answered with {event.status} {answer}".rstrip()
    return f"Attempt {event.number} to deliver the {_message(event)} to {_endpoint(event)} failed: {reason}"


_ALERTS: Mapping[type[Event], Row] = {
    Attempted: Row("attempt_failed", _subscription, _attempt),
    ConfirmationFailed: Row(
        "confirmation_failed",
        _subscription,
        lambda event: (
            f"The request to confirm a subscription to {_topic(event)} could not be delivered to {_endpoint(event)}: "
            f"{printable(event.reason)}"
        ),
    ),
    DeadLettered: Row(
        "dead_lettered",
        _subscription,
        lambda event: (
            f"The {_message(event)} to {_endpoint(event)} was put into the dead-letter queue {event.queue_arn} of the "
            "subscription"
        ),
    ),
    DirectlyFailed: Row(
        "failed",
        lambda event: str(event.account),
        lambda event: f"The message {event.message_id} to a phone or device could not be delivered: {event.reason}",
    ),
    Failed: Row(
        "failed",
        _subscription,
        lambda event: f"The {_message(event)} could not be delivered to {_endpoint(event)}: {printable(event.reason)}",
    ),
    ForwardingFailed: Row(
        "forwarding_failed",
        lambda event: str(event.destination),
        lambda event: (
            f"The entry {event.entry_id} of the outbox was not sent to {event.destination}: {printable(event.reason)}"
        ),
    ),
    Withheld: Row(
        "withheld",
        _subscription,
        lambda event: f"The {_message(event)} was not sent to {_endpoint(event)}: {event.reason}",
    ),
}
