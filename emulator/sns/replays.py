"""Replays of archives: the messages are delivered at once when a replay begins; it ends by the clock."""

from emulator.sns.audience import Audience
from emulator.sns.delivery.envelope import Envelopes
from emulator.sns.delivery.fan_out import FanOut
from emulator.sns.delivery.signing import Signer
from emulator.sns.directory import Directory
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic


class Replays:
    """Begins and ends the replays of subscriptions."""

    def __init__(self, directory: Directory, fan_out: FanOut, signer: Signer) -> None:
        self._directory = directory
        self._fan_out = fan_out
        self._signer = signer

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
        sender = topic.sender(self._signer, reached_at)
        audience = Audience([subscription])
        for notification in topic.replay(replay, now):
            self._fan_out.deliver(Envelopes(notification, sender), audience, now)

    def advance(self, account: str, now: float) -> None:
        """End the replays of an account's topics that have reached their end."""
        for subscription in list(self._directory.replaying.get(account).values()):
            if subscription.replay is not None and subscription.replay.is_over(now):
                subscription.advance_replay("Completed")
                self._directory.changed(subscription)
