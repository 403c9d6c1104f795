"""The warnings about published messages; imported with SNS."""

import time
from collections.abc import Callable, Mapping

from emulator.alerts import Alert, Wording
from emulator.aws.arns import Arn
from emulator.events import Event
from emulator.log import printable
from emulator.rate_limit import INTERVAL_SECONDS
from emulator.sns.events import (
    Attempted,
    ConfirmationFailed,
    DeadLettered,
    DirectlyFailed,
    Failed,
    FilteredOut,
    ForwardingFailed,
    Withheld,
)

_FILTER_CHECKS = 8  # messages of one subscription that are explained within an interval


class FilterChecks:
    """Looks for filter policies that can never match; not at every message, as an explanation takes a while."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._since = clock()
        self._checks: dict[str, int] = {}  # by subscription ARN, those made since then

    def __call__(self, event: FilteredOut) -> Alert | None:
        arn = event.subscription.arn
        checks = self._checks.get(arn, 0)
        if checks >= _FILTER_CHECKS and not self._over():
            return None
        self._checks[arn] = self._checks.get(arn, 0) + 1
        policy, notification = event.filter_policy, event.notification
        assert policy is not None, "it turned the message down"
        text = notification.message_for(event.subscription.protocol)
        for failure in policy.explain(text, notification.attributes).failed:
            if failure.hint is not None:
                key = f"the key {failure.key}" if failure.key else "the message"
                return Alert(
                    "never_matches",
                    arn,
                    f"The filter policy of {arn} cannot match {key} of the message {event.message_id}: {failure.hint}",
                    event.message_id,
                )
        return None

    def _over(self) -> bool:
        """Whether the interval is over; then a new one has begun."""
        now = self._clock()
        if now - self._since < INTERVAL_SECONDS:
            return False
        self._since = now
        self._checks.clear()
        return True


def wordings() -> Mapping[type[Event], Wording]:
    return {
        Attempted: _attempted,
        ConfirmationFailed: _confirmation_failed,
        DeadLettered: _dead_lettered,
        DirectlyFailed: _directly_failed,
        Failed: _failed,
        FilteredOut: FilterChecks(),
        ForwardingFailed: _forwarding_failed,
        Withheld: _withheld,
    }


def _withheld(event: Withheld) -> Alert:
    subscription = event.subscription
    return Alert(
        "withheld",
        subscription.arn,
        f"The message {event.message_id} of {_topic(subscription.topic_arn)} was not sent to "
        f"{printable(subscription.shown_endpoint)}: {event.reason}",
        event.message_id,
    )


def _failed(event: Failed) -> Alert:
    subscription = event.subscription
    return Alert(
        "failed",
        subscription.arn,
        f"The message {event.message_id} of {_topic(subscription.topic_arn)} could not be delivered to "
        f"{printable(subscription.shown_endpoint)}: {printable(event.reason)}",
        event.message_id,
    )


def _attempted(event: Attempted) -> Alert | None:
    if event.delivered:
        return None
    subscription = event.subscription
    answer = printable(event.answer)
    reason = answer if event.status is None else f"it answered with {event.status} {answer}".rstrip()
    return Alert(
        "attempt_failed",
        subscription.arn,
        f"Attempt {event.number} to deliver the message {event.message_id} of {_topic(subscription.topic_arn)} to "
        f"{printable(subscription.shown_endpoint)} failed: {reason}",
        event.message_id,
    )


def _confirmation_failed(event: ConfirmationFailed) -> Alert:
    subscription = event.subscription
    return Alert(
        "confirmation_failed",
        subscription.arn,
        f"The request to confirm a subscription to {_topic(subscription.topic_arn)} could not be delivered to "
        f"{printable(subscription.shown_endpoint)}: {printable(event.reason)}",
    )


def _dead_lettered(event: DeadLettered) -> Alert:
    subscription = event.subscription
    return Alert(
        "dead_lettered",
        subscription.arn,
        f"The message {event.message_id} of {_topic(subscription.topic_arn)} to "
        f"{printable(subscription.shown_endpoint)} was put into the dead-letter queue {event.queue_arn} of the "
        "subscription",
        event.message_id,
    )


def _directly_failed(event: DirectlyFailed) -> Alert:
    text = f"The message {event.message_id} to a phone or device could not be delivered: {event.reason}"
    return Alert("failed", event.account, text, event.message_id)


def _forwarding_failed(event: ForwardingFailed) -> Alert:
    text = f"The entry {event.entry_id} of the outbox was not sent to {event.destination}: {printable(event.reason)}"
    return Alert("forwarding_failed", event.destination, text, event.message_id)


def _topic(topic_arn: str) -> str:
    arn = Arn.parse(topic_arn)
    return topic_arn if arn is None else f"the topic {arn.resource}"
