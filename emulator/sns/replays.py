"""Replays of archives.

When a replay begins, the archived messages are delivered, in several turns of the event loop. Until all of them are,
the topic takes no other message, so that subscribers get the replayed ones first. A replay ends by the clock.
"""

from collections.abc import Iterator

from emulator.sns.audience import Audience
from emulator.sns.delivery.envelope import Envelopes
from emulator.sns.delivery.fan_out import FanOut
from emulator.sns.delivery.queues import QueueSink
from emulator.sns.delivery.signing import Signer
from emulator.sns.directory import Directory
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic
from emulator.timing.turns import Work, exhaust


class Replays:
    """Begins and ends the replays of subscriptions."""

    def __init__(self, directory: Directory, fan_out: FanOut, signer: Signer, sink: QueueSink) -> None:
        self._directory = directory
        self._fan_out = fan_out
        self._signer = signer
        self._sink = sink
        self.under_way: dict[Iterator[None], Topic] = {}  # iterators that deliver what is left, and their topics

    def begin(self, topic: Topic, subscription: Subscription, reached_at: str, now: float) -> None:
        """Begin the subscription's replay if one is pending."""
        replay = subscription.replay
        if replay is None or replay.status != "Pending" or not subscription.confirmed:
            return
        if topic.archive is None:
            subscription.advance_replay("Failed")
            return
        subscription.advance_replay(replay.status_once_begun(now))
        self._directory.changed(subscription)
        deliveries = self._deliveries(topic, subscription, reached_at, now)
        self.under_way[deliveries] = topic
        exhaust(self._until_over(deliveries))

    def is_under_way(self, topic: Topic | None = None) -> bool:
        """Whether messages of a replay are still to be delivered: of ``topic`` or, without it, of any topic."""
        return bool(self.under_way) and (topic is None or topic in self.under_way.values())

    def finishing(self) -> Work[None]:
        """Deliver, in portions, the messages that are left of all replays."""
        for deliveries in list(self.under_way):
            yield from self._until_over(deliveries)

    def _until_over(self, deliveries: Iterator[None]) -> Iterator[None]:
        """Deliver the messages that are left, a portion with each step. ``finishing`` may deliver some in between."""
        try:
            while deliveries in self.under_way and next(deliveries, deliveries) is not deliveries:
                yield
        finally:
            self.under_way.pop(deliveries, None)

    def _deliveries(self, topic: Topic, subscription: Subscription, reached_at: str, now: float) -> Iterator[None]:
        """Deliver the archived messages that the subscription asks for, a portion with each step, while it lasts."""
        replay = subscription.replay
        assert replay is not None, "it begins"
        sender = topic.sender(self._signer, reached_at)
        audience = Audience([subscription])
        for number, portion in enumerate(topic.replay(replay, now)):
            if number:
                yield
            while not self._sink.catch_up(topic.queue_arns):
                yield
            if self._directory.get(subscription.arn) is not subscription or subscription.replay is not replay:
                return
            for notification in portion:
                self._fan_out.deliver(Envelopes(notification, sender), audience, now)

    def advance(self, account: str, now: float) -> None:
        """End the replays of an account's topics that have reached their end."""
        for subscription in list(self._directory.replaying.get(account).values()):
            if subscription.replay is not None and subscription.replay.is_over(now):
                subscription.advance_replay("Completed")
                self._directory.changed(subscription)
