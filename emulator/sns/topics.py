"""The topics of all accounts and regions."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count

from msgspec.structs import replace

from emulator.aws.limits import FIFO_TOPICS_MAX, TOPIC_NAME_LENGTH, TOPICS_MAX
from emulator.aws.place import Place
from emulator.aws.sns_errors import SnsInvalidParameter, SnsNotFound, SnsTopicLimitExceeded
from emulator.foundation.changes import Ledger
from emulator.foundation.events import Observer
from emulator.sns import events
from emulator.sns.changes import TopicChange, TopicCreated, TopicDeleted
from emulator.sns.data_protection import DataProtection, check_same_protection
from emulator.sns.identity import identity_of
from emulator.sns.pages import page
from emulator.sns.protocols import FIFO_SUFFIX, is_fifo
from emulator.sns.resource_arns import checked_arn
from emulator.sns.tags import checked_tags, merged_tags
from emulator.sns.topic import Topic
from emulator.sns.topic_creation import check_same, checked_at_creation
from emulator.timing.turns import Work, free, portions

_FREED_AT_ONCE = 20  # topics
_NAME = re.compile(rf"[A-Za-z0-9_-]{{1,{TOPIC_NAME_LENGTH}}}")


class Topics:
    """All topics. A topic is listed in its own region only; any account that knows its ARN can use it."""

    def __init__(self, observer: Observer, ledger: Ledger) -> None:
        self._observer = observer
        self._ledger = ledger
        self._by_arn: dict[str, Topic] = {}
        self._by_place: dict[tuple[str, str], dict[str, Topic]] = {}  # by account and region, then by ARN
        self._serials = count()

    def create(
        self,
        name: str,
        *,
        account: str,
        region: str,
        attributes: Mapping[str, str],
        tags: Iterable[tuple[str, str]],
        now: float,
        data_protection: DataProtection | None = None,
    ) -> Topic:
        """Create a topic, or return the existing one of this name if its attributes are the same.

        RejectedValue if an attribute is invalid.
        """
        new_tags = merged_tags({}, checked_tags(tags))
        fifo = attributes.get("FifoTopic", "").lower() == "true"
        _check_name(name, fifo=fifo)
        given = checked_at_creation(attributes, fifo=fifo)
        identity = identity_of(name, account, region)
        existing = self._by_arn.get(identity.arn)
        if existing is not None:
            check_same(existing, given, new_tags)
            check_same_protection(existing.data_protection, data_protection)
            return existing
        self._check_room(account, region, fifo=fifo)
        topic = Topic(
            identity,
            settings=_kept(given),
            tags=new_tags,
            data_protection=data_protection,
            now=now,
            ledger=self._ledger,
        )
        self.enter(topic)
        if self._observer.watched:
            self._observer.stream(events.TopicCreated(now, topic.arn))
        return topic

    def rebuild(self, whole: TopicCreated) -> Topic:
        """A topic from a state document. It is not entered here yet. RejectedValue if it is invalid."""
        fifo = whole.settings.get("FifoTopic") == "true"
        _check_name(whole.name, fifo=fifo)
        tags = merged_tags({}, checked_tags(whole.tags.items()))
        settings = _kept(checked_at_creation(whole.settings, fifo=fifo))
        return Topic.restored(replace(whole, settings=settings, tags=tags), self._ledger)

    def enter(self, topic: Topic) -> None:
        """Add a topic as the newest one."""
        self._enter(topic)
        if self._ledger.kept:
            self._ledger.record(topic.whole())

    def entering(self, topics: Iterable[Topic]) -> Work[Callable[[], None]]:
        """Prepare, in portions, to add ``topics`` as the newest ones. The function that this returns adds them all."""
        by_arn: dict[str, Topic] = {}
        by_place: dict[tuple[str, str], dict[str, Topic]] = {}
        for portion in portions(topics):
            for topic in portion:
                by_arn[topic.arn] = topic
                by_place.setdefault((topic.account, topic.region), {})[topic.arn] = topic
            yield

        def enter() -> None:
            for topic in by_arn.values():
                topic.numbered(next(self._serials))
            self._by_arn.update(by_arn)
            for place, entered in by_place.items():
                self._by_place.setdefault(place, {}).update(entered)
            if self._ledger.kept:
                for topic in by_arn.values():
                    self._ledger.record(topic.whole())

        return enter

    def __iter__(self) -> Iterator[Topic]:
        """In order of creation."""
        return iter(self._by_arn.values())

    def __len__(self) -> int:
        return len(self._by_arn)

    def get(self, topic_arn: str) -> Topic | None:
        return self._by_arn.get(topic_arn)

    def known(self, topic_arn: str) -> Topic:
        """The topic of this ARN, which must exist."""
        return self._by_arn[topic_arn]

    def find(self, topic_arn: str, *, region: str, parameter: str = "TopicArn") -> Topic:
        """The topic that a request names. Raises InvalidParameter or NotFound."""
        topic = self._by_arn.get(topic_arn)
        if topic is None or topic.identity.region != region:
            checked_arn(topic_arn, parameter, region)
            raise SnsNotFound("Topic does not exist")
        return topic

    def within(self, place: Place) -> list[Topic]:
        """The topics of a place."""
        if place.everywhere:
            return list(self._by_arn.values())
        return [topic for topic in self._by_arn.values() if place.covers(topic.account, topic.region)]

    def places_of(self, name: str) -> list[tuple[str, str]]:
        """The accounts and regions that have a topic of this name."""
        return [(account, region) for account, region in self._by_place if self._has(name, account, region)]

    def _has(self, name: str, account: str, region: str) -> bool:
        return identity_of(name, account, region).arn in self._by_arn

    def set_attribute(self, topic: Topic, name: str, value: str, *, now: float) -> None:
        """Set one attribute of a topic; RejectedValue if it is invalid."""
        topic.set_attribute(name, value, now=now)
        self._stream_attribute(topic, name, now)

    def set_policy(self, topic: Topic, document: str | None, *, now: float) -> None:
        """Set a policy that has been checked, or the default one."""
        topic.set_policy(document, now=now)
        self._stream_attribute(topic, "Policy", now)

    def protect(self, topic: Topic, protection: DataProtection | None, *, now: float) -> None:
        """Set a data protection policy of a topic, or remove it."""
        topic.protect(protection)
        self._stream_attribute(topic, "DataProtectionPolicy", now)

    def _stream_attribute(self, topic: Topic, name: str, now: float) -> None:
        if self._observer.watched:
            self._observer.stream(events.TopicAttributeChanged(now, topic.arn, name))

    def delete(self, topic: Topic, *, now: float) -> None:
        """Delete a topic whose subscriptions have been dropped."""
        self.drop(topic)
        if self._ledger.kept:
            self._ledger.record(TopicDeleted(topic.arn))
        if self._observer.watched:
            self._observer.stream(events.TopicDeleted(now, topic.arn))

    def list_owned(self, *, account: str, region: str, token: str | None) -> tuple[list[Topic], str | None]:
        return page(self._by_place.get((account, region), {}).values(), token)

    def apply(self, change: TopicCreated | TopicChange) -> None:
        """Apply a recorded change."""
        if isinstance(change, TopicCreated):
            self._enter(Topic.restored(change, self._ledger))
        else:
            self.known(change.topic).apply(change)

    def clear(self) -> None:
        """Drop all topics without recording it, and start their numbers again."""
        free(_ended(list(self._by_arn.values())))
        self._by_arn, self._by_place = {}, {}
        self._serials = count()

    def drop(self, topic: Topic) -> None:
        """Drop a topic without recording it."""
        del self._by_arn[topic.arn]
        place = (topic.account, topic.region)
        del self._by_place[place][topic.arn]
        if not self._by_place[place]:
            del self._by_place[place]

    def _enter(self, topic: Topic) -> None:
        topic.numbered(next(self._serials))
        self._by_arn[topic.arn] = topic
        self._by_place.setdefault((topic.account, topic.region), {})[topic.arn] = topic

    def _check_room(self, account: str, region: str, *, fifo: bool) -> None:
        """TopicLimitExceeded if the account cannot have one more topic of this type."""
        limit, kind = (FIFO_TOPICS_MAX, "FIFO") if fifo else (TOPICS_MAX, "standard")
        topics = self._by_place.get((account, region), {})
        if len(topics) >= limit and sum(topic.fifo == fifo for topic in topics.values()) >= limit:
            raise SnsTopicLimitExceeded(f"An account can have at most {limit} {kind} topics")


def _kept(attributes: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if value is not None}


def _ended(topics: list[Topic]) -> Iterator[None]:
    """Free topics that were dropped, some with each step."""
    while topics:
        for _ in range(min(_FREED_AT_ONCE, len(topics))):
            topics.pop().end_archive()
        yield


def _check_name(name: str, *, fifo: bool) -> None:
    bare = name.removesuffix(FIFO_SUFFIX) if fifo else name
    if is_fifo(name) != fifo or len(name) > TOPIC_NAME_LENGTH or not _NAME.fullmatch(bare):
        raise SnsInvalidParameter.of("Topic Name")
