"""What the trace and the history of queues say of the messages of late: how long they were worked on, how many expired,
and what became of them at filter policies.
"""

from collections.abc import Iterator
from itertools import chain

from msgspec import Struct

from emulator.foundation.events import Event
from emulator.sns import events as sns
from emulator.sns.subscription import Subscription
from emulator.sqs import events as sqs
from emulator.timing.turns import Work, portions
from emulator.world.world import World

_EXPLAINED = 8  # messages that one filter policy rejected, as an explanation takes a while


class QueueObservation(Struct):
    """What was seen of the messages of one queue."""

    deleted_late: int = 0  # messages that were deleted after their visibility timeout
    longest_seconds: float = 0.0  # between the receive of one of these and its deletion
    expired: int = 0


class FilterObservation(Struct):
    """What was seen of one filter policy."""

    accepted: int = 0
    rejected: int = 0
    explained: int = 0
    hints: dict[str, str] = {}  # by key of the policy, why no value of the kind that came could match


class _Receive(Struct):
    """The last receive of a message."""

    at: float
    visible_at: float


class Observations:
    """What was seen, by ARN."""

    def __init__(self) -> None:
        self._queues: dict[str, QueueObservation] = {}
        self._filters: dict[str, FilterObservation] = {}
        self._receives: dict[tuple[str, str], _Receive] = {}  # by queue and message id

    def of_queue(self, arn: str) -> QueueObservation:
        return self._queues.get(arn) or QueueObservation()

    def of_filter(self, subscription: Subscription) -> FilterObservation:
        return self._filters.get(subscription.arn) or FilterObservation()

    def look(self, world: World) -> Work[None]:
        """Look at all events that are known, in portions."""
        events: Iterator[Event] = world.sqs.queues.history.events()
        if world.has_sns:
            records = world.trace.newest(len(world.trace))
            events = chain(events, (event for record in records for event in record.steps()))
        for portion in portions(events):
            for event in portion:
                self.observe(event)
            yield

    def observe(self, event: Event) -> None:
        """Take in one event. Those of one message come in their order."""
        match event:
            case sqs.Received():
                self._receives[event.queue_arn, event.message_id] = _Receive(event.at, event.visible_at)
            case sqs.VisibilityChanged():
                self._visibility_changed(event)
            case sqs.Deleted():
                self._deleted(event)
            case sqs.Expired():
                self._queue(event.queue_arn).expired += 1
            case sns.FilteredOut():
                self._filtered_out(event)
            case sns.Delivered() | sns.Dispatched() | sns.Stored() | sns.Failed():
                if event.subscription.filter_policy is event.filter_policy:
                    self._filter(event.subscription).accepted += 1

    def _queue(self, arn: str) -> QueueObservation:
        return self._queues.setdefault(arn, QueueObservation())

    def _filter(self, subscription: Subscription) -> FilterObservation:
        return self._filters.setdefault(subscription.arn, FilterObservation())

    def _visibility_changed(self, event: sqs.VisibilityChanged) -> None:
        receive = self._receives.get((event.queue_arn, event.message_id))
        if receive is not None:
            receive.visible_at = event.visible_at

    def _deleted(self, event: sqs.Deleted) -> None:
        receive = self._receives.pop((event.queue_arn, event.message_id), None)
        if receive is not None and receive.visible_at < event.at:
            observation = self._queue(event.queue_arn)
            observation.deleted_late += 1
            observation.longest_seconds = max(observation.longest_seconds, event.at - receive.at)

    def _filtered_out(self, event: sns.FilteredOut) -> None:
        subscription, policy = event.subscription, event.filter_policy
        if policy is None or subscription.filter_policy is not policy:
            return  # it has another one by now
        observation = self._filter(subscription)
        observation.rejected += 1
        if observation.explained < _EXPLAINED:
            observation.explained += 1
            text = event.notification.message_for(subscription.protocol)
            for failure in policy.explain(text, event.notification.attributes).failed:
                if failure.hint is not None:
                    observation.hints[failure.key] = failure.hint
