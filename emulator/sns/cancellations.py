"""Subscriptions that somebody else than their owner has ended, and that the owner of the endpoint can restore."""

from collections.abc import Callable

from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic

_KEPT = 5_000

Ended = tuple[Topic, Subscription]


class Cancellations:
    """By the token that restores; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._by_token: dict[str, Ended] = {}

    def add(self, token: str, topic: Topic, subscription: Subscription) -> None:
        self._by_token[token] = (topic, subscription)
        if len(self._by_token) > _KEPT:
            del self._by_token[next(iter(self._by_token))]

    def get(self, token: str) -> Ended | None:
        return self._by_token.get(token)

    def take(self, token: str) -> Ended | None:
        return self._by_token.pop(token, None)

    def forget(self, condition: Callable[[Topic, Subscription], bool]) -> None:
        """Forget those of which ``condition`` is true."""
        self._by_token = {token: ended for token, ended in self._by_token.items() if not condition(*ended)}
