"""Subscriptions that somebody else than their owner has ended, and that the owner of the endpoint can restore."""

from collections.abc import Callable

from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic

_KEPT = 5_000

Ended = tuple[Topic, Subscription]
Token = tuple[str, str]  # ARN of the topic, and the token


class Cancellations:
    """By topic and the token that restores; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._by_token: dict[Token, Ended] = {}

    @property
    def subscriptions(self) -> list[Subscription]:
        """The oldest first."""
        return [subscription for _, subscription in self._by_token.values()]

    def add(self, topic: Topic, subscription: Subscription) -> None:
        self._by_token[_key(topic, subscription)] = (topic, subscription)
        if len(self._by_token) > _KEPT:
            del self._by_token[next(iter(self._by_token))]

    def get(self, token: Token) -> Ended | None:
        return self._by_token.get(token)

    def take(self, topic: Topic, subscription: Subscription) -> None:
        """Forget one that is no longer ended."""
        del self._by_token[_key(topic, subscription)]

    def forget(self, condition: Callable[[Topic, Subscription], bool]) -> None:
        """Forget those of which ``condition`` is true."""
        self._by_token = {token: ended for token, ended in self._by_token.items() if not condition(*ended)}


def _key(topic: Topic, subscription: Subscription) -> Token:
    assert subscription.token is not None, "an ended subscription has a token"
    return topic.arn, subscription.token
