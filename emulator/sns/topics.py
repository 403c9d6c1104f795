"""All topics, of all accounts and regions, and all that SNS keeps beside them."""

import re
from collections.abc import Iterable, Mapping
from itertools import count

from emulator.aws.arns import arn
from emulator.aws.errors import SnsInvalidParameter, SnsNotFound
from emulator.aws.limits import TOPIC_NAME_LENGTH
from emulator.ids import Ids
from emulator.sns.delivery.envelope import Envelopes, Sender
from emulator.sns.delivery.fan_out import FanOut, QueueSink
from emulator.sns.delivery.signing import Signer
from emulator.sns.notification import Notification
from emulator.sns.pages import page
from emulator.sns.protocols import FIFO_SUFFIX, is_fifo
from emulator.sns.resource_arns import checked_arn
from emulator.sns.subscriptions import Subscriptions
from emulator.sns.tags import checked_tags, merged_tags
from emulator.sns.topic import Receipt, Topic, check_same, checked_at_creation

_NAME = re.compile(rf"[A-Za-z0-9_-]{{1,{TOPIC_NAME_LENGTH}}}")

Place = tuple[str, str]  # account and region


class Topics:
    """The state of SNS. A topic is seen in its own region; whoever knows its ARN can use it."""

    def __init__(self, sink: QueueSink, ids: Ids) -> None:
        self.signer = Signer(ids)
        self._fan_out = FanOut(sink)
        self.subscriptions = Subscriptions(self._fan_out, self.signer, ids)
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
    ) -> Topic:
        """A new topic, or the one that has the name already, where it is the same."""
        fifo = attributes.get("FifoTopic", "").lower() == "true"
        _check_name(name, fifo=fifo)
        given = {key: checked_at_creation(key, value, fifo=fifo) for key, value in attributes.items()}
        new_tags = merged_tags({}, checked_tags(tags))
        existing = self._by_arn.get(arn("sns", region, account, name))
        if existing is not None:
            check_same(existing, given, new_tags)
            return existing
        settings = {key: value for key, value in given.items() if value is not None}
        topic = Topic(
            name=name, account=account, region=region, serial=next(self._serials), settings=settings, tags=new_tags
        )
        self._by_arn[topic.arn] = topic
        self._by_place.setdefault((account, region), {})[topic.arn] = topic
        return topic

    def get(self, topic_arn: str) -> Topic | None:
        return self._by_arn.get(topic_arn)

    def find(self, topic_arn: str, *, region: str, parameter: str = "TopicArn") -> Topic:
        """The topic a request names; InvalidParameter or NotFound."""
        checked_arn(topic_arn, parameter, region)
        topic = self._by_arn.get(topic_arn)
        if topic is None:
            raise SnsNotFound("Topic does not exist")
        return topic

    def delete(self, topic_arn: str, *, region: str) -> None:
        """Delete a topic with its subscriptions; one that is not there is fine."""
        checked_arn(topic_arn, "TopicArn", region)
        topic = self._by_arn.get(topic_arn)
        if topic is not None:
            self._forget(topic)

    def list_owned(self, *, account: str, region: str, token: str | None) -> tuple[list[Topic], str | None]:
        return page(self._by_place.get((account, region), {}).values(), token)

    def publish(self, topic: Topic, notification: Notification, *, endpoint: str) -> Receipt:
        """Deliver a notification to the topic's subscribers, unless a FIFO topic knows it as a duplicate."""
        receipt, accepted = topic.accept(notification)
        if accepted is not None:
            sender = Sender(self.signer, endpoint, topic.signature_version)
            self._fan_out.deliver(Envelopes(accepted, sender), topic.subscriptions.values())
        return receipt

    def reset(self, account: str | None = None) -> None:
        """Forget everything, or one account's topics and subscriptions."""
        for topic in list(self._by_arn.values()):
            if account is None or topic.account == account:
                self._forget(topic)
        if account is not None:
            self.subscriptions.remove_owned(account)

    def _forget(self, topic: Topic) -> None:
        for subscription in list(topic.subscriptions.values()):
            self.subscriptions.remove(topic, subscription)
        del self._by_arn[topic.arn]
        place = (topic.account, topic.region)
        del self._by_place[place][topic.arn]
        if not self._by_place[place]:
            del self._by_place[place]


def _check_name(name: str, *, fifo: bool) -> None:
    bare = name.removesuffix(FIFO_SUFFIX) if fifo else name
    if is_fifo(name) != fifo or len(name) > TOPIC_NAME_LENGTH or not _NAME.fullmatch(bare):
        raise SnsInvalidParameter.of("Topic Name")
