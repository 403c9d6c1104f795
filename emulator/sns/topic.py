"""A topic: its attributes, its subscriptions and, where it is FIFO, what it remembers of messages."""

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from emulator.aws.arns import arn
from emulator.aws.deduplication import Accepted, DeduplicationWindow
from emulator.aws.limits import (
    FIFO_TOPIC_SUBSCRIPTIONS_MAX,
    FILTER_POLICIES_PER_TOPIC_MAX,
    FIREHOSE_SUBSCRIPTIONS_MAX,
    LARGE_MESSAGE_SUBSCRIPTIONS_MAX,
    PUBLISH_SIZE_MAX,
)
from emulator.aws.sns_errors import SnsFilterPolicyLimitExceeded, SnsInvalidParameter, SnsSubscriptionLimitExceeded
from emulator.aws.stored_policy import same_policy, stored_policy
from emulator.sns.archive import Archive, retention_seconds
from emulator.sns.data_protection import DataProtection
from emulator.sns.delivery.envelope import Sender
from emulator.sns.delivery.signing import DEFAULT_VERSION, Signer
from emulator.sns.notification import Notification, milliseconds, timestamp
from emulator.sns.protocols import PROTOCOLS
from emulator.sns.rejections import RejectedValue
from emulator.sns.replay import Replay
from emulator.sns.subscription import Subscription
from emulator.sns.topic_attributes import TOPIC_ATTRIBUTES, checked, default_policy, visible
from emulator.sns.totals import Totals

_FIRST_SEQUENCE_NUMBER = 10**19  # AWS's have twenty digits


class Topic:
    """``settings`` holds the attributes that are set, as text; whether it is FIFO never changes."""

    def __init__(
        self,
        *,
        name: str,
        account: str,
        region: str,
        serial: int,
        settings: dict[str, str],
        tags: dict[str, str],
        now: float,
    ) -> None:
        self.account = account
        self.region = region
        self.arn = arn("sns", region, account, name)
        self.serial = serial  # grows in order of creation
        self.settings = settings
        if "Policy" in settings:
            settings["Policy"] = stored_policy(settings["Policy"], region)
        self.tags = tags
        self.fifo = settings.get("FifoTopic") == "true"
        self.data_protection: DataProtection | None = None
        self.totals = Totals()
        self.subscriptions: dict[str, Subscription] = {}  # by ARN
        self._by_endpoint: dict[tuple[str, str], Subscription] = {}  # by protocol and endpoint
        self.deleted_subscriptions = 0
        self.window = DeduplicationWindow()
        self.sequence = 0  # how many messages a FIFO topic has accepted
        self.archive: Archive | None = None
        self._keep_archive(now)

    def advance(self, now: float) -> None:
        """Let happen what fell due: archived messages expire, replays come to their end, ids may be used again."""
        self.window.forget(now)
        if self.archive is not None:
            self.archive.expire(now)
        for subscription in self.subscriptions.values():
            if subscription.replay is not None:
                subscription.replay.advance(now)

    # Attributes.

    @property
    def content_based_deduplication(self) -> bool:
        return self.settings.get("ContentBasedDeduplication") == "true"

    @property
    def maximum_message_size(self) -> int:
        """Bytes."""
        return int(self.settings.get("MaximumMessageSize", PUBLISH_SIZE_MAX))

    def sender(self, signer: Signer, endpoint: str) -> Sender:
        """Who sends this topic's messages to subscribers that reach us by ``endpoint``."""
        settings = self.settings
        version = settings.get("SignatureVersion", DEFAULT_VERSION)
        return Sender(signer, endpoint, version, settings.get("DisplayName", ""), settings.get("DeliveryPolicy"))

    @property
    def policy(self) -> str:
        """The document."""
        return self.settings.get("Policy") or default_policy(self.arn, self.account)

    def visible_settings(self) -> dict[str, str]:
        """What is set, and what AWS shows in place of what is not."""
        return visible(self.settings, arn=self.arn, account=self.account, fifo=self.fifo)

    def visible_attributes(self) -> dict[str, str]:
        """What GetTopicAttributes shows."""
        confirmed = sum(subscription.confirmed for subscription in self.subscriptions.values())
        archive = {} if self.archive is None else {"BeginningArchiveTime": timestamp(self.archive.beginning)}
        return {
            **self.visible_settings(),
            **archive,
            "SubscriptionsConfirmed": str(confirmed),
            "SubscriptionsPending": str(len(self.subscriptions) - confirmed),
            "SubscriptionsDeleted": str(self.deleted_subscriptions),
        }

    def set_attribute(self, name: str, value: str, *, now: float) -> None:
        """Set one attribute, or take it away by an empty value; InvalidParameter as SetTopicAttributes words it."""
        attribute = TOPIC_ATTRIBUTES.get(name)
        if attribute is None or not attribute.settable:
            raise SnsInvalidParameter.of("AttributeName")
        try:
            kept = checked(name, value, fifo=self.fifo)
            self._check_change(name, kept)
        except RejectedValue as error:
            raise SnsInvalidParameter.of(error.detail) from error
        if kept is None:
            self.settings.pop(name, None)
        else:
            self.settings[name] = stored_policy(kept, self.region) if name == "Policy" else kept
        if name == "ArchivePolicy":
            self._keep_archive(now)

    def _keep_archive(self, now: float) -> None:
        """Have an archive while there is a policy for it; without one its messages are gone."""
        policy = self.settings.get("ArchivePolicy")
        if policy is None:
            self.archive = None
        elif self.archive is None:
            self.archive = Archive(retention_seconds(policy), now)
        else:
            self.archive.retention = retention_seconds(policy)
            self.archive.expire(now)

    def _check_change(self, name: str, kept: str | None) -> None:
        if name == "FifoThroughputScope" and self.settings.get(name) == "MessageGroup" and kept != "MessageGroup":
            raise RejectedValue(f"{name}: cannot be changed back from MessageGroup")
        if name == "MaximumMessageSize" and kept is not None and int(kept) > PUBLISH_SIZE_MAX:
            _check_large_messages(self.subscriptions.values())

    # Subscriptions.

    def subscription_of(self, protocol: str, endpoint: str) -> Subscription | None:
        return self._by_endpoint.get((protocol, endpoint))

    def check_room_for(self, subscription: Subscription) -> None:
        """SubscriptionLimitExceeded or InvalidParameter where the topic cannot take one more, or not such a one."""
        if self.fifo and len(self.subscriptions) >= FIFO_TOPIC_SUBSCRIPTIONS_MAX:
            raise SnsSubscriptionLimitExceeded(
                f"A FIFO topic can have at most {FIFO_TOPIC_SUBSCRIPTIONS_MAX} subscriptions"
            )
        if subscription.protocol == "firehose":
            self._check_room_for_stream(subscription.owner)
        if subscription.filter_policy is not None:
            self.check_room_for_filter_policy()
        if self.maximum_message_size > PUBLISH_SIZE_MAX:
            try:
                _check_large_messages([*self.subscriptions.values(), subscription])
            except RejectedValue as error:
                raise SnsInvalidParameter.of("Attributes", error.detail) from error

    def _check_room_for_stream(self, owner: str) -> None:
        streams = sum(each.protocol == "firehose" and each.owner == owner for each in self.subscriptions.values())
        if streams >= FIREHOSE_SUBSCRIPTIONS_MAX:
            raise SnsSubscriptionLimitExceeded(
                f"A topic can have at most {FIREHOSE_SUBSCRIPTIONS_MAX} firehose subscriptions of an owner"
            )

    def check_room_for_filter_policy(self) -> None:
        """FilterPolicyLimitExceeded where the topic cannot have one more filter policy."""
        filtered = sum(subscription.filter_policy is not None for subscription in self.subscriptions.values())
        if filtered >= FILTER_POLICIES_PER_TOPIC_MAX:
            raise SnsFilterPolicyLimitExceeded(
                f"A topic can have at most {FILTER_POLICIES_PER_TOPIC_MAX} filter policies"
            )

    def check_replay(self, replay: Replay | None, now: float) -> None:
        """RejectedValue where the archive has not got what a replay asks for."""
        if replay is None:
            return
        if self.archive is None:
            raise RejectedValue("ReplayPolicy: the topic has no ArchivePolicy")
        self.archive.expire(now)
        if not milliseconds(self.archive.beginning) <= replay.start <= milliseconds(now):
            raise RejectedValue(
                f"ReplayPolicy: StartingPoint must be between {timestamp(self.archive.beginning)} and now"
            )

    def add(self, subscription: Subscription) -> None:
        subscription.totals = self.totals
        self.subscriptions[subscription.arn] = subscription
        self._by_endpoint[subscription.protocol, subscription.endpoint] = subscription

    def remove(self, subscription: Subscription) -> None:
        del self.subscriptions[subscription.arn]
        del self._by_endpoint[subscription.protocol, subscription.endpoint]
        self.deleted_subscriptions += 1

    # Messages.

    def accept(self, notification: Notification) -> tuple[Accepted, Notification | None]:
        """What the publisher is told, and what to deliver: nothing where a FIFO topic had the message before."""
        if notification.deduplication_id is None:
            return Accepted(notification.message_id), notification
        by_group = self.settings.get("FifoThroughputScope") == "MessageGroup"
        key = (notification.group_id if by_group else None, notification.deduplication_id)
        earlier = self.window.first(key, notification.published_at)
        if earlier is not None:
            return earlier, None
        sequence_number = str(_FIRST_SEQUENCE_NUMBER + self.sequence)
        self.sequence += 1
        receipt = Accepted(notification.message_id, sequence_number)
        self.window.remember(key, receipt, notification.published_at)
        accepted = replace(notification, sequence_number=sequence_number)
        if self.archive is not None:
            self.archive.keep(accepted)
        return receipt, accepted


def checked_at_creation(name: str, value: str, *, fifo: bool) -> str | None:
    """The value as a topic keeps it; InvalidParameter as CreateTopic words it."""
    if name not in TOPIC_ATTRIBUTES:
        raise SnsInvalidParameter.of("Attributes", f"Unknown attribute {name}")
    try:
        return checked(name, value, fifo=fifo)
    except RejectedValue as error:
        raise SnsInvalidParameter.of("Attributes", error.detail) from error


def check_same(topic: Topic, attributes: Mapping[str, str | None], tags: Mapping[str, str]) -> None:
    """InvalidParameter unless CreateTopic with these could have made this topic. What is absent agrees."""
    shown = topic.visible_settings()
    if not all(_same(topic, name, value or "", shown.get(name, "")) for name, value in attributes.items()):
        raise SnsInvalidParameter.of("Attributes", "Topic already exists with different attributes")
    if not tags.items() <= topic.tags.items():
        raise SnsInvalidParameter.of("Tags", "Topic already exists with different tags")


def _same(topic: Topic, name: str, wanted: str, current: str) -> bool:
    if name == "Policy" and wanted and current:
        return same_policy(wanted, current, topic.region)
    return wanted == current


def _check_large_messages(subscriptions: Collection[Subscription]) -> None:
    """Messages above 256 KiB go only to few subscribers, and only by some protocols."""
    if len(subscriptions) > LARGE_MESSAGE_SUBSCRIPTIONS_MAX or not all(
        PROTOCOLS[subscription.protocol].large_messages for subscription in subscriptions
    ):
        raise RejectedValue(
            f"MaximumMessageSize: above {PUBLISH_SIZE_MAX} a topic can have at most {LARGE_MESSAGE_SUBSCRIPTIONS_MAX} "
            "subscriptions, all of them sqs, lambda or firehose"
        )
