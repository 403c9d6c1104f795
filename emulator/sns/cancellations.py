"""Subscriptions that somebody else than their owner has ended, and that the owner of the endpoint can restore."""

from collections.abc import Callable

from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic

_KEPT = 5_000

TokenKey = tuple[str, str, str]  # account and region of the topic, and what confirms a subscription to it
Ended = tuple[Topic, Subscription]


class Cancellations:
    """By the token that restores; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._by_token: dict[TokenKey, Ended] = {}

    @property
    def subscriptions(self) -> list[Subscription]:
        """The oldest first."""
        return [subscription for _, subscription in self._by_token.values()]

    def add(self, topic: Topic, subscription: Subscription) -> None:
        self._by_token[_key(topic, subscription)] = (topic, subscription)
        if len(self._by_token) > _KEPT:
            del self._by_token[next(iter(self._by_token))]

    def get(self, token: TokenKey) -> Ended | None:
        return self._by_token.get(token)

    def take(self, topic: Topic, subscription: Subscription) -> None:
        """Forget one that is no longer ended."""
        del self._by_token[_key(topic, subscription)]

    def forget(self, condition: Callable[[Topic, Subscription], bool]) -> None:
        """Forget those of which ``condition`` is true."""
        self._by_token = {token: ended for token, ended in self._by_token.items() if not condition(*ended)}


def token_key(topic: Topic, token: str) -> TokenKey:
    return topic.account, topic.region, token


def _key(topic: Topic, subscription: Subscription) -> TokenKey:
    assert subscription.token is not None, "an ended subscription has a token"
    return token_key(topic, subscription.token)
