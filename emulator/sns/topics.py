"""All topics, of all accounts and regions, and all that SNS keeps beside them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import count

from emulator.aws.arns import arn
from emulator.aws.deduplication import Accepted
from emulator.aws.limits import FIFO_TOPICS_MAX, TOPIC_NAME_LENGTH, TOPICS_MAX
from emulator.aws.sns_errors import SnsInvalidParameter, SnsInvalidState, SnsNotFound, SnsTopicLimitExceeded
from emulator.events import Observer
from emulator.ids import Ids
from emulator.sns.data_protection import DataProtection, check_same_protection
from emulator.sns.delivery.envelope import Envelopes
from emulator.sns.delivery.fan_out import FanOut, RetryingDelivererOf
from emulator.sns.delivery.outbox import Outbox
from emulator.sns.delivery.queues import QueueSink
from emulator.sns.delivery.signing import Signer
from emulator.sns.delivery.stored import DirectOutbox, Forwarder, outbox_deliverers
from emulator.sns.direct_publishing import DirectPublishing
from emulator.sns.events import (
    Duplicate,
    Published,
    TopicAttributeChanged,
    TopicCreated,
    TopicDeleted,
    Withheld,
)
from emulator.sns.notification import Notification
from emulator.sns.pages import page
from emulator.sns.platform_applications import PlatformApplications
from emulator.sns.protocols import FIFO_SUFFIX, is_fifo
from emulator.sns.resource_arns import checked_arn
from emulator.sns.sms import Sms
from emulator.sns.subscription import Subscription
from emulator.sns.subscriptions import NowOf, Subscriptions
from emulator.sns.tags import checked_tags, merged_tags
from emulator.sns.topic import Topic, check_same, checked_at_creation

_NAME = re.compile(rf"[A-Za-z0-9_-]{{1,{TOPIC_NAME_LENGTH}}}")

_NONE: Mapping[str, Forwarder] = {}

Place = tuple[str, str]  # account and region


class Topics:
    """The state of SNS. A topic is seen in its own region; whoever knows its ARN can use it."""

    def __init__(
        self,
        sink: QueueSink,
        ids: Ids,
        observer: Observer | None = None,
        forwarders: Mapping[str, Forwarder] = _NONE,
        *,
        http: RetryingDelivererOf | None = None,
        certificate_host: str | None = None,
        auto_confirm: bool = False,
    ) -> None:
        self.signer = Signer(ids, certificate_host)
        self._observer = observer = observer or Observer()
        self.sms = Sms(ids)
        self.applications = PlatformApplications(ids)
        self.outbox = Outbox()
        deliverers = outbox_deliverers(self.outbox, self.sms, self.applications, forwarders)
        self.fan_out = FanOut(sink, observer, deliverers, http)
        self.subscriptions = Subscriptions(
            self.fan_out, self.signer, ids, observer, self.applications, auto_confirm=auto_confirm
        )
        direct_outbox = DirectOutbox(self.outbox, self.sms, self.applications, observer)
        self.direct = DirectPublishing(self.sms, self.applications, direct_outbox)
        self._by_arn: dict[str, Topic] = {}
        self._by_place: dict[Place, dict[str, Topic]] = {}  # then by ARN
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
        """A new topic, or the one that has the name already, where it is the same."""
        new_tags = merged_tags({}, checked_tags(tags))
        fifo = attributes.get("FifoTopic", "").lower() == "true"
        _check_name(name, fifo=fifo)
        given = {key: checked_at_creation(key, value, fifo=fifo) for key, value in attributes.items()}
        existing = self._by_arn.get(arn("sns", region, account, name))
        if existing is not None:
            check_same(existing, given, new_tags)
            check_same_protection(existing.data_protection, data_protection)
            return existing
        self._check_room(account, region, fifo=fifo)
        settings = {key: value for key, value in given.items() if value is not None}
        topic = Topic(
            name=name,
            account=account,
            region=region,
            serial=next(self._serials),
            settings=settings,
            tags=new_tags,
            now=now,
        )
        topic.data_protection = data_protection
        self._enter(topic)
        if self._observer.watched:
            self._observer.detail(TopicCreated(now, topic.arn))
        return topic

    def rebuild(self, name: str, *, account: str, region: str, settings: Mapping[str, str]) -> Topic:
        """A topic as there was one elsewhere, with all its settings. It has not been entered here.

        Its archive, if it has one, is for whoever calls to restore.
        """
        fifo = settings.get("FifoTopic") == "true"
        _check_name(name, fifo=fifo)
        checked = {key: checked_at_creation(key, value, fifo=fifo) for key, value in settings.items()}
        kept = {key: value for key, value in checked.items() if value is not None}
        return Topic(name=name, account=account, region=region, serial=0, settings=kept, tags={}, now=0)

    def enter(self, topic: Topic) -> None:
        """From now on ``topic``, which was rebuilt, is the newest of these."""
        topic.serial = next(self._serials)
        self._enter(topic)

    def __iter__(self) -> Iterator[Topic]:
        """In order of creation."""
        return iter(self._by_arn.values())

    def __len__(self) -> int:
        return len(self._by_arn)

    def get(self, topic_arn: str) -> Topic | None:
        return self._by_arn.get(topic_arn)

    def find(self, topic_arn: str, *, region: str, parameter: str = "TopicArn") -> Topic:
        """The topic a request names; InvalidParameter or NotFound."""
        topic = self._by_arn.get(topic_arn)
        if topic is None or topic.region != region:
            checked_arn(topic_arn, parameter, region)
            raise SnsNotFound("Topic does not exist")
        return topic

    def places_of(self, name: str) -> list[Place]:
        """The accounts and regions that have a topic of this name."""
        return [
            (account, region)
            for (account, region), topics in self._by_place.items()
            if arn("sns", region, account, name) in topics
        ]

    def set_attribute(self, topic: Topic, name: str, value: str, *, now: float) -> None:
        """Set one attribute of a topic; InvalidParameter as SetTopicAttributes words it."""
        topic.set_attribute(name, value, now=now)
        self.attribute_changed(topic, name, now)

    def attribute_changed(self, topic: Topic, name: str, now: float) -> None:
        """Tell that an attribute of a topic was set, by whichever action."""
        if self._observer.watched:
            self._observer.detail(TopicAttributeChanged(now, topic.arn, name))

    def delete(self, topic_arn: str, *, region: str, now_of: NowOf) -> None:
        """Delete a topic with its subscriptions; one that is not there is fine."""
        checked_arn(topic_arn, "TopicArn", region)
        topic = self._by_arn.get(topic_arn)
        if topic is None:
            return
        if topic.archive is not None:
            raise SnsInvalidState("Invalid state: Cannot delete a topic with an ArchivePolicy")
        self._forget(topic)
        if self._observer.watched:
            self._observer.detail(TopicDeleted(now_of(topic.account), topic.arn))

    def list_owned(self, *, account: str, region: str, token: str | None) -> tuple[list[Topic], str | None]:
        return page(self._by_place.get((account, region), {}).values(), token)

    def publish(self, topic: Topic, notification: Notification, *, endpoint: str) -> Accepted:
        """Deliver a notification to the topic's subscribers, unless a FIFO topic knows it as a duplicate."""
        receipt, accepted = topic.accept(notification)
        if accepted is None:
            self._observer.tell(Duplicate(notification.published_at, receipt.message_id, topic.arn))
        else:
            topic.totals.published += 1
            topic.totals.published_bytes += accepted.size
            self._observer.tell(_published(topic, accepted))
            sender = topic.sender(self.signer, endpoint)
            for released, subscriptions in _released(topic, accepted):
                if released is not None:
                    self.fan_out.deliver(Envelopes(released, sender), subscriptions)
                else:
                    denials = list(_denials(accepted, subscriptions))
                    self._observer.tell_all(denials)
                    self._observer.warn(denials)
        return receipt

    def reset(self, account: str | None = None, region: str | None = None) -> None:
        """Forget everything, or what is in one account, one region, or both."""
        self.outbox.reset(account, region)
        self.sms.reset(account, region)
        self.applications.reset(account, region)
        for topic in list(self._by_arn.values()):
            if account in (None, topic.account) and region in (None, topic.region):
                self._forget(topic)
        self.subscriptions.reset(account, region)
        if account is None and region is None:
            self._serials = count()

    def _enter(self, topic: Topic) -> None:
        self._by_arn[topic.arn] = topic
        self._by_place.setdefault((topic.account, topic.region), {})[topic.arn] = topic

    def _check_room(self, account: str, region: str, *, fifo: bool) -> None:
        """TopicLimitExceeded where the account cannot have one more topic of this type."""
        limit, kind = (FIFO_TOPICS_MAX, "FIFO") if fifo else (TOPICS_MAX, "standard")
        topics = self._by_place.get((account, region), {})
        if len(topics) >= limit and sum(topic.fifo == fifo for topic in topics.values()) >= limit:
            raise SnsTopicLimitExceeded(f"An account can have at most {limit} {kind} topics")

    def _forget(self, topic: Topic) -> None:
        for subscription in list(topic.subscriptions.values()):
            self.subscriptions.remove(topic, subscription)
        self.subscriptions.forget_cancelled(topic)
        del self._by_arn[topic.arn]
        place = (topic.account, topic.region)
        del self._by_place[place][topic.arn]
        if not self._by_place[place]:
            del self._by_place[place]


def _published(topic: Topic, notification: Notification) -> Published:
    return Published(
        notification.published_at,
        notification.message_id,
        account=topic.account,
        region=topic.region,
        topic_arn=topic.arn,
        target=None,
        subject=notification.subject,
        message=notification.message,
        texts=notification.by_protocol,
        attributes=notification.attributes,
        group_id=notification.group_id,
        deduplication_id=notification.deduplication_id,
        sequence_number=notification.sequence_number,
    )


def _released(topic: Topic, notification: Notification) -> Iterable[tuple[Notification | None, Iterable[Subscription]]]:
    """What data protection lets the topic's subscribers have of a message; None where it is nothing."""
    subscriptions = topic.subscriptions.values()
    if topic.data_protection is None:
        return [(notification, subscriptions)]
    return topic.data_protection.release(notification, subscriptions)


def _denials(notification: Notification, subscriptions: Iterable[Subscription]) -> Iterator[Withheld]:
    at, message_id = notification.published_at, notification.message_id
    reason = "The topic's data protection policy prohibits this message from being delivered to {}"
    for subscription in subscriptions:
        yield Withheld(at, message_id, subscription, subscription.filter_policy, reason.format(subscription.arn))


def _check_name(name: str, *, fifo: bool) -> None:
    bare = name.removesuffix(FIFO_SUFFIX) if fifo else name
    if is_fifo(name) != fifo or len(name) > TOPIC_NAME_LENGTH or not _NAME.fullmatch(bare):
        raise SnsInvalidParameter.of("Topic Name")
