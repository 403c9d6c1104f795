"""The directory of all subscriptions, and its indexes."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from itertools import chain, count
from typing import Any, Generic, TypeVar

from emulator.aws.place import Place
from emulator.foundation.changes import Ledger
from emulator.sns.changes import (
    SubscriptionCancelled,
    SubscriptionChange,
    SubscriptionCreated,
    SubscriptionForgotten,
    SubscriptionRemoved,
    SubscriptionRestored,
)
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic
from emulator.sns.topics import Topics
from emulator.timing.turns import Work, emptied, emptied_values, free, portions

_CANCELLED_MAX = 5_000  # the oldest ones are dropped first

Key = TypeVar("Key", bound=Hashable)
TokenKey = tuple[str, str, str]  # account and region of the topic, and the token

_NONE: Mapping[str, Subscription] = {}


class Index(Generic[Key]):
    """Subscriptions by a key, then by ARN, in the order in which they got the key. Those without a key are left out.

    ``key_of`` gives the present key of a subscription; None: it has none.
    """

    def __init__(self, key_of: Callable[[Subscription], Key | None]) -> None:
        self._key_of = key_of
        self.groups: dict[Key, dict[str, Subscription]] = {}  # never contains an empty group
        self._keys: dict[str, Key] = {}  # by ARN: the key of each subscription

    def __iter__(self) -> Iterator[Key]:
        return iter(list(self.groups))

    def put(self, subscription: Subscription) -> None:
        """Enter a subscription under its present key."""
        key, before = self._key_of(subscription), self._keys.get(subscription.arn)
        if key == before:
            return
        self.discard(subscription)
        if key is not None:
            self.groups.setdefault(key, {})[subscription.arn] = subscription
            self._keys[subscription.arn] = key

    def discard(self, subscription: Subscription) -> None:
        self.discard_all((subscription,))

    def discard_all(self, subscriptions: Iterable[Subscription]) -> list[object]:
        """Remove these subscriptions. Returns the keys and groups that are not used any more, to be freed later."""
        dropped: list[object] = []
        if not self._keys:
            return dropped
        for subscription in subscriptions:
            key = self._keys.pop(subscription.arn, None)
            if key is not None:
                group = self.groups[key]
                if len(group) > 1:
                    del group[subscription.arn]
                else:
                    dropped += (key, self.groups.pop(key))
        return dropped

    def emptied(self) -> Iterator[None]:
        """Remove all subscriptions at once. The steps of the iterator free their memory."""
        groups, keys = self.groups, self._keys
        self.groups, self._keys = {}, {}
        return chain(emptied(keys), emptied_values(groups, lambda group: (group,)))

    def empty_copy(self) -> "Index[Key]":
        """An index of the same kind, without subscriptions."""
        return Index(self._key_of)

    def join(self, other: "Index[Key]") -> None:
        """Take over the subscriptions in ``other``, none of which is here."""
        if not self._keys:
            self.groups, self._keys = other.groups, other._keys  # noqa: SLF001 - another index
            return
        for key, group in other.groups.items():
            self.groups.setdefault(key, {}).update(group)
        self._keys.update(other._keys)  # noqa: SLF001

    def get(self, key: Key) -> Mapping[str, Subscription]:
        return self.groups.get(key, _NONE)

    def first(self, key: Key) -> Subscription | None:
        """The subscription that has had this key for longest; the only one if keys are unique."""
        group = self.groups.get(key)
        return None if group is None else next(iter(group.values()))


def _token(subscription: Subscription) -> TokenKey | None:
    topic = subscription.topic
    return None if subscription.token is None else (topic.account, topic.region, subscription.token)


def _owner(subscription: Subscription) -> tuple[str, str]:
    return subscription.owner, subscription.topic.region


def _endpoint(subscription: Subscription) -> tuple[str, str, str]:
    return subscription.topic.arn, subscription.protocol, subscription.endpoint


def _pending(subscription: Subscription) -> str | None:
    return None if subscription.confirmed else subscription.topic.account


def _replaying(subscription: Subscription) -> str | None:
    replay = subscription.replay
    return None if replay is None or replay.status != "In progress" else subscription.topic.account


class Directory:
    """All subscriptions, and the cancelled ones that can be restored."""

    def __init__(self, topics: Topics, ledger: Ledger, forget: Callable[[Subscription], None]) -> None:
        """``forget`` ends the deliveries under way to a subscription."""
        self._topics = topics
        self.ledger = ledger  # also used by subscriptions to record their changes
        self._forget = forget
        self._serials = count()
        self._by_arn: dict[str, Subscription] = {}
        self.by_token = Index(_token)
        self.by_owner = Index(_owner)
        self.by_endpoint = Index(_endpoint)
        self.pending = Index(_pending)  # by the account of the topic, oldest first
        self.replaying = Index(_replaying)  # by the account of the topic
        self._indexes: tuple[Index[tuple[str, str, str]] | Index[tuple[str, str]] | Index[str], ...] = (
            self.by_token,
            self.by_owner,
            self.by_endpoint,
            self.pending,
            self.replaying,
        )
        self._cancelled: dict[str, Subscription] = {}  # by ARN, oldest first
        self.cancelled_by_token = Index(_token)

    def __iter__(self) -> Iterator[Subscription]:
        """In order of creation."""
        return iter(self._by_arn.values())

    def __len__(self) -> int:
        return len(self._by_arn)

    def get(self, subscription_arn: str) -> Subscription | None:
        return self._by_arn.get(subscription_arn)

    def has(self, subscription: Subscription) -> bool:
        """Whether a subscription is still here, and not another one of its ARN."""
        return self._by_arn.get(subscription.arn) is subscription

    @property
    def cancelled(self) -> list[Subscription]:
        """Those that can still be restored, oldest first."""
        return list(self._cancelled.values())

    def topic_of(self, subscription: Subscription) -> Topic:
        return self._topics.known(subscription.topic.arn)

    def changed(self, subscription: Subscription) -> None:
        """Update the indexes for a subscription that has changed."""
        for index in self._indexes:
            index.put(subscription)

    # Changes.

    def add(self, subscription: Subscription) -> None:
        """Add a new subscription, or one from a state document."""
        self._enter(subscription)
        if self.ledger.kept:
            self.ledger.record(subscription.whole())

    def entering(self, subscriptions: Iterable[Subscription], topics: Mapping[str, Topic]) -> Work[Callable[[], None]]:
        """Prepare, in portions, to add ``subscriptions``. The function that this returns adds them all.

        ``topics`` are those, by ARN, that are entered with them.
        """
        indexes: list[tuple[Index[Any], Index[Any]]] = [(index, index.empty_copy()) for index in self._indexes]
        added: list[Subscription] = []
        for portion in portions(subscriptions):
            for subscription in portion:
                if subscription.topic.arn in topics:
                    topics[subscription.topic.arn].add(subscription)
                for _, index in indexes:
                    index.put(subscription)
            added += portion
            yield
        to_others = [subscription for subscription in added if subscription.topic.arn not in topics]

        def enter() -> None:
            self._add_numbered(added)
            for subscription in to_others:
                self.topic_of(subscription).add(subscription)
            for index, entered in indexes:
                index.join(entered)

        return enter

    def _add_numbered(self, subscriptions: list[Subscription]) -> None:
        for subscription in subscriptions:
            subscription.numbered(next(self._serials))
            self._by_arn[subscription.arn] = subscription
            if self.ledger.kept:
                self.ledger.record(subscription.whole())

    def remove(self, subscription: Subscription) -> None:
        self._change(SubscriptionRemoved(subscription.arn))

    def cancel(self, subscription: Subscription) -> None:
        """Keep a subscription that was removed, so that it can be restored."""
        self._cancel(subscription)
        if self.ledger.kept:
            self.ledger.record(subscription.cancelled())

    def restore(self, subscription: Subscription) -> None:
        """Move a cancelled subscription back to its topic."""
        self._change(SubscriptionRestored(subscription.arn))

    def drop_topics(self, topics: Iterable[Topic]) -> None:
        """Drop the subscriptions of topics that are being deleted. The deletion is recorded, not this."""
        arns: set[str] = set()
        dropped: list[Subscription] = []
        for topic in topics:
            arns.add(topic.arn)
            dropped += topic.subscriptions.values()
            topic.drop_subscriptions()
        self._discard(dropped)
        for subscription in self.cancelled:
            if subscription.topic.arn in arns:
                self._take_cancelled(subscription.arn)

    def drop_made_in(self, place: Place) -> bool:
        """Drop the subscriptions that an account made to topics of other accounts, to which they belong. Whether there
        were any.
        """
        ended = [each for each in self.cancelled if place.covers(each.owner, each.topic.region)]
        for subscription in ended:
            self._change(SubscriptionForgotten(subscription.arn))
        live = [each for each in self if place.covers(each.owner, each.topic.region)]
        for subscription in live:
            self.topic_of(subscription).remove(subscription)
            if self.ledger.kept:
                self.ledger.record(SubscriptionRemoved(subscription.arn))
        found = bool(ended or live)
        self._discard(live)
        return found

    def clear(self) -> bool:
        """Drop all subscriptions without recording it. Whether there were any."""
        for subscription in self._by_arn.values():
            if subscription.protocol in ("http", "https"):
                self._forget(subscription)
        dropped = self._by_arn, self._cancelled
        self._by_arn, self._cancelled = {}, {}
        self._serials = count()
        indexes = (*self._indexes, self.cancelled_by_token)
        any_dropped = any(dropped)
        free(chain(emptied(*dropped), *[index.emptied() for index in indexes]))
        return any_dropped

    def apply(self, change: SubscriptionCreated | SubscriptionChange) -> None:
        """Apply a change: one that was just decided, or a recorded one."""
        match change:
            case SubscriptionCancelled():
                self._cancel(self._restored(change))
            case SubscriptionCreated():
                self._enter(self._restored(change))
            case SubscriptionRestored():
                self._enter(self._take_cancelled(change.subscription))
            case SubscriptionForgotten():
                self._take_cancelled(change.subscription)
            case SubscriptionRemoved():
                self._remove(self._by_arn[change.subscription])
            case SubscriptionChange():
                subscription = self._by_arn[change.subscription]
                subscription.apply(change)
                self.changed(subscription)

    def _change(self, change: SubscriptionChange) -> None:
        self.apply(change)
        if self.ledger.kept:
            self.ledger.record(change)

    def _restored(self, whole: SubscriptionCreated) -> Subscription:
        topic = self._topics.known(whole.arn.rpartition(":")[0])
        return Subscription.restored(whole, topic.identity, self.ledger)

    def _enter(self, subscription: Subscription) -> None:
        subscription.numbered(next(self._serials))
        self._by_arn[subscription.arn] = subscription
        self.topic_of(subscription).add(subscription)
        self.changed(subscription)

    def _remove(self, subscription: Subscription) -> None:
        self._forget(subscription)
        self.topic_of(subscription).remove(subscription)
        del self._by_arn[subscription.arn]
        for index in self._indexes:
            index.discard(subscription)

    def _discard(self, subscriptions: list[Subscription]) -> None:
        """Drop many subscriptions, which their topics have dropped. It takes a microsecond or two for each.

        The list of ``subscriptions`` is emptied, perhaps in later turns.
        """
        for subscription in subscriptions:
            if subscription.protocol != "sqs":  # deliveries to queues are never under way
                self._forget(subscription)
            del self._by_arn[subscription.arn]
        free(emptied(*[index.discard_all(subscriptions) for index in self._indexes], subscriptions))

    def _cancel(self, subscription: Subscription) -> None:
        self._cancelled[subscription.arn] = subscription
        self.cancelled_by_token.put(subscription)
        if len(self._cancelled) > _CANCELLED_MAX:
            self._take_cancelled(next(iter(self._cancelled)))

    def _take_cancelled(self, subscription_arn: str) -> Subscription:
        subscription = self._cancelled.pop(subscription_arn)
        self.cancelled_by_token.discard(subscription)
        return subscription
