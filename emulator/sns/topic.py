"""A topic: its attributes, its subscriptions and, if it is FIFO, its deduplication ids and its archive."""

from collections.abc import Collection, Iterator, Mapping

from msgspec.structs import replace

from emulator.aws.accepted import Accepted
from emulator.aws.deduplication import DIGEST_BYTES, DeduplicationWindow, digest_of
from emulator.aws.limits import (
    PUBLISH_SIZE_MAX,
)
from emulator.aws.stored_policy import stored_policy
from emulator.foundation.changes import Ledger
from emulator.sns.archive import Archive, retention_seconds
from emulator.sns.audience import Audience, KnownAudience
from emulator.sns.changes import (
    ArchivedMessagesExpired,
    ArchiveReplayed,
    DeduplicationIdsExpired,
    MessageAccepted,
    MessageArchived,
    TopicAttributeSet,
    TopicChange,
    TopicCreated,
    TopicDataProtectionSet,
    TopicTagged,
    UsedId,
)
from emulator.sns.data_protection import DataProtection, protection_of
from emulator.sns.delivery.envelope import Sender
from emulator.sns.delivery.signing import DEFAULT_VERSION, Signer
from emulator.sns.identity import TopicIdentity, identity_of
from emulator.sns.notification import Notification, milliseconds, timestamp
from emulator.sns.protocols import is_fifo
from emulator.sns.rejections import RejectedValue, unknown_attribute
from emulator.sns.replay import Replay
from emulator.sns.subscription import Subscription
from emulator.sns.tags import merged_tags
from emulator.sns.topic_attributes import TOPIC_ATTRIBUTES, check_large_messages, checked, default_policy, visible
from emulator.sns.totals import Totals
from emulator.timing.turns import free

FIRST_SEQUENCE_NUMBER = 10**19  # sequence numbers of AWS have twenty digits


class Topic:
    """``settings`` has the attributes that are set, as text. Whether a topic is FIFO never changes."""

    def __init__(
        self,
        identity: TopicIdentity,
        *,
        settings: dict[str, str],
        serial: int = 0,
        tags: dict[str, str] | None = None,
        data_protection: DataProtection | None = None,
        now: float = 0.0,
        ledger: Ledger | None = None,
    ) -> None:
        self.identity = identity
        self.arn = identity.arn
        self.serial = serial  # in order of creation
        self.version = 0  # grows with each change that a state document shows
        self.settings = settings
        if "Policy" in settings:
            settings["Policy"] = stored_policy(settings["Policy"], identity.region)
        self.tags = tags or {}
        self.fifo = settings.get("FifoTopic") == "true"
        self.data_protection = data_protection
        self.totals = Totals()
        self.subscriptions: dict[str, Subscription] = {}  # by ARN
        self._audience = KnownAudience()
        self._forget_audience = self._audience.forget  # one method for all subscriptions
        self.deleted_subscriptions = 0
        self.window = DeduplicationWindow()
        self.sequence = 0  # how many messages a FIFO topic has accepted
        policy = settings.get("ArchivePolicy")
        self.archive = None if policy is None else Archive(retention_seconds(policy), now)
        self._ledger = ledger or Ledger()

    @classmethod
    def restored(cls, whole: TopicCreated, ledger: Ledger) -> "Topic":
        """A topic that was recorded in full."""
        topic = cls(
            identity_of(whole.name, whole.account, whole.region),
            settings=dict(whole.settings),
            tags=dict(whole.tags),
            data_protection=protection_of(whole.data_protection or "", fifo=is_fifo(whole.name)),
            ledger=ledger,
        )
        topic._resume(whole)
        return topic

    def _resume(self, whole: TopicCreated) -> None:
        self.deleted_subscriptions, self.sequence = whole.deleted_subscriptions, whole.sequence
        for used_id in whole.used_ids:
            self._remember(used_id)
        if self.archive is not None and whole.archive is not None:
            self.archive.restore(whole.archive)

    def whole(self) -> TopicCreated:
        """The topic in full, without its subscriptions."""
        return TopicCreated(
            self.identity.name,
            self.identity.account,
            self.identity.region,
            settings=dict(self.settings),
            tags=self.tags,
            data_protection=None if self.data_protection is None else self.data_protection.policy,
            deleted_subscriptions=self.deleted_subscriptions,
            sequence=self.sequence,
            used_ids=[_used_id(digest, at, accepted) for digest, at, accepted in self.window.entries()],
            archive=None if self.archive is None else self.archive.whole(),
        )

    def numbered(self, serial: int) -> None:
        """Set the position of the topic in the order of creation."""
        self.serial = serial

    @property
    def account(self) -> str:
        return self.identity.account

    @property
    def region(self) -> str:
        return self.identity.region

    # Time and changes.

    def advance(self, now: float) -> None:
        """Do what is due: drop expired messages of the archive and expired deduplication ids."""
        if self.fifo:
            self._forget_ids(now)
            if self.archive is not None:
                if self.archive.has_expired(now):
                    self._change(ArchivedMessagesExpired(self.arn, self.archive.beginning(now)))
                self.archive.drop_some()

    def _forget_ids(self, now: float) -> None:
        if self.window.forget(now) is not None:
            self.version += 1
            if self._ledger.kept:
                self._ledger.record(DeduplicationIdsExpired(self.arn, now))

    def _change(self, change: TopicChange) -> None:
        self.apply(change)
        if self._ledger.kept:
            self._ledger.record(change)

    def apply(self, change: TopicChange) -> None:
        """Apply a change: one that was just decided, or a recorded one."""
        self.version += 1
        match change:
            case TopicAttributeSet():
                self._set(change.name, change.value, change.at)
            case TopicTagged():
                self.tags = dict(change.tags)
            case TopicDataProtectionSet():
                self.data_protection = protection_of(change.policy or "", fifo=self.fifo)
            case MessageAccepted():
                self.sequence = change.sequence
                self._remember(change.used_id)
            case DeduplicationIdsExpired():
                self.window.forget(change.at)
            case _:
                self._apply_to_archive(change)

    def _apply_to_archive(self, change: TopicChange) -> None:
        assert self.archive is not None, "only topics that have an archive record changes of one"
        match change:
            case MessageArchived():
                self.archive.keep(change.message)
            case ArchivedMessagesExpired():
                self.archive.drop_before(change.since)
            case ArchiveReplayed():
                self.archive.count_replay(change.replays)

    # Attributes.

    @property
    def content_based_deduplication(self) -> bool:
        return self.settings.get("ContentBasedDeduplication") == "true"

    @property
    def maximum_message_size(self) -> int:
        """Bytes."""
        return int(self.settings.get("MaximumMessageSize", PUBLISH_SIZE_MAX))

    def sender(self, signer: Signer, endpoint: str) -> Sender:
        """The sender in this topic's messages, for subscribers that reach us by ``endpoint``."""
        settings = self.settings
        version = settings.get("SignatureVersion", DEFAULT_VERSION)
        return Sender(signer, endpoint, version, settings.get("DisplayName", ""), settings.get("DeliveryPolicy"))

    @property
    def policy(self) -> str:
        """The policy document, or the default one."""
        return self.settings.get("Policy") or default_policy(self.arn, self.account)

    def visible_settings(self) -> dict[str, str]:
        """The attributes that are set, and AWS's defaults for the others."""
        return visible(self.settings, arn=self.arn, account=self.account, fifo=self.fifo)

    def visible_attributes(self, now: float) -> dict[str, str]:
        """What GetTopicAttributes returns."""
        self.advance(now)
        confirmed = sum(subscription.confirmed for subscription in self.subscriptions.values())
        archive = {} if self.archive is None else {"BeginningArchiveTime": timestamp(self.archive.beginning(now))}
        return {
            **self.visible_settings(),
            **archive,
            "SubscriptionsConfirmed": str(confirmed),
            "SubscriptionsPending": str(len(self.subscriptions) - confirmed),
            "SubscriptionsDeleted": str(self.deleted_subscriptions),
        }

    def set_attribute(self, name: str, value: str, *, now: float) -> None:
        """Set one attribute; an empty value removes it. RejectedValue if it is invalid."""
        attribute = TOPIC_ATTRIBUTES.get(name)
        if attribute is None or not attribute.settable:
            raise unknown_attribute(name)
        kept = checked(name, value, fifo=self.fifo)
        self._check_change(name, kept)
        if name == "Policy" and kept is not None:
            kept = stored_policy(kept, self.region)
        self._set_kept(name, kept, now)

    def set_policy(self, document: str | None, *, now: float) -> None:
        """Set a policy that has been checked; None sets the default one."""
        self._set_kept("Policy", document, now)

    def _set_kept(self, name: str, kept: str | None, now: float) -> None:
        self.advance(now)
        if kept != self.settings.get(name):
            self._change(TopicAttributeSet(self.arn, name, kept, now))

    def tag(self, tags: Mapping[str, str]) -> None:
        """Add tags; TagLimitExceeded if there are too many."""
        self._set_tags(merged_tags(self.tags, tags))

    def untag(self, keys: Collection[str]) -> None:
        """Remove tags; unknown keys are no error."""
        self._set_tags({key: value for key, value in self.tags.items() if key not in keys})

    def _set_tags(self, tags: dict[str, str]) -> None:
        if tags != self.tags:
            self._change(TopicTagged(self.arn, tags))

    def protect(self, protection: DataProtection | None) -> None:
        """Set a data protection policy, or remove it."""
        current, policy = [None if each is None else each.policy for each in (self.data_protection, protection)]
        if policy != current:
            self._change(TopicDataProtectionSet(self.arn, policy))

    def _set(self, name: str, kept: str | None, now: float) -> None:
        if kept is None:
            self.settings.pop(name, None)
        else:
            self.settings[name] = kept
        if name == "ArchivePolicy":
            self._keep_archive(kept, now)

    def _keep_archive(self, policy: str | None, now: float) -> None:
        """Create, change or drop the archive, as the policy says."""
        if policy is None:
            self.end_archive()
        elif self.archive is None:
            self.archive = Archive(retention_seconds(policy), now)
        else:
            self.archive.keep_for(retention_seconds(policy), now)

    def end_archive(self) -> None:
        """Keep no archive any more."""
        if self.archive is not None:
            free(self.archive.emptied())
        self.archive = None

    def _check_change(self, name: str, kept: str | None) -> None:
        if name == "FifoThroughputScope" and self.settings.get(name) == "MessageGroup" and kept != "MessageGroup":
            raise RejectedValue(f"{name}: cannot be changed back from MessageGroup")
        if name == "MaximumMessageSize" and kept is not None and int(kept) > PUBLISH_SIZE_MAX:
            check_large_messages(self.subscriptions.values())

    # Subscriptions.

    def check_replay(self, replay: Replay | None, now: float) -> None:
        """RejectedValue if the archive does not have what a replay asks for."""
        if replay is None:
            return
        if self.archive is None:
            raise RejectedValue("ReplayPolicy: the topic has no ArchivePolicy")
        beginning = self.archive.beginning(now)
        if not milliseconds(beginning) <= replay.start <= milliseconds(now):
            raise RejectedValue(f"ReplayPolicy: StartingPoint must be between {timestamp(beginning)} and now")

    @property
    def audience(self) -> Audience:
        """The subscriptions, as a publish finds them."""
        return self._audience.known or self._audience.of(self.subscriptions)

    def queue_arns(self) -> set[str]:
        """The queues that a publish may reach: those that subscribe, and the dead-letter queues of subscriptions."""
        subscriptions = self.subscriptions.values()
        queues = {subscription.endpoint for subscription in subscriptions if subscription.protocol == "sqs"}
        return queues | {each.dead_letter_queue for each in subscriptions if each.dead_letter_queue is not None}

    def add(self, subscription: Subscription) -> None:
        subscription.join(self.totals, self._forget_audience)
        self.subscriptions[subscription.arn] = subscription
        self._forget_audience()

    def remove(self, subscription: Subscription) -> None:
        del self.subscriptions[subscription.arn]
        self._forget_audience()
        self.deleted_subscriptions += 1
        self.version += 1

    def drop_subscriptions(self) -> None:
        """Remove all subscriptions."""
        self.deleted_subscriptions += len(self.subscriptions)
        self.subscriptions.clear()
        self._forget_audience()
        self.version += 1

    # Messages.

    def replay(self, replay: Replay, now: float) -> Iterator[list[Notification]]:
        """The messages of a replay that begins now, in portions. The topic must have an archive."""
        self.advance(now)
        assert self.archive is not None, "a replay begins only where there is an archive"
        self._change(ArchiveReplayed(self.arn, self.archive.replays + 1))
        return self.archive.replayed(replay.start, replay.end)

    def accept(self, notification: Notification) -> tuple[Accepted, Notification | None]:
        """The answer to the publisher, and the notification to deliver: None if it is a FIFO topic's duplicate."""
        if notification.deduplication_id is not None:
            return self._accept_once(notification)
        self.totals.publish(notification)
        return Accepted(notification.message_id), notification

    def _accept_once(self, notification: Notification) -> tuple[Accepted, Notification | None]:
        digest, now = self._digest(notification), notification.published_at
        self.advance(now)
        earlier = self.window.first(digest, now)
        if earlier is not None:
            return earlier, None
        self.sequence += 1
        self.version += 1
        receipt = Accepted(notification.message_id, str(FIRST_SEQUENCE_NUMBER + self.sequence - 1))
        self.window.remember(digest, receipt, now)
        if self._ledger.kept:
            used_id = _used_id(digest, now, receipt)
            self._ledger.record(MessageAccepted(self.arn, self.sequence, used_id))
        accepted = replace(notification, sequence_number=receipt.sequence_number)
        if self.archive is not None:
            self._change(MessageArchived(self.arn, accepted))
        self.totals.publish(accepted)
        return receipt, accepted

    def accepted_before(self, notification: Notification) -> Accepted | None:
        """The answer to the publish that this one would repeat, in a FIFO topic; None: it would repeat none."""
        if notification.deduplication_id is None:
            return None
        return self.window.first(self._digest(notification), notification.published_at)

    def _digest(self, notification: Notification) -> int:
        """By which a repeated publish is recognized."""
        by_group = self.settings.get("FifoThroughputScope") == "MessageGroup"
        return digest_of((notification.group_id if by_group else None, notification.deduplication_id or ""))

    def _remember(self, used: UsedId) -> None:
        self.window.remember(int(used.digest, 16), Accepted(used.message_id, used.sequence_number), used.used_at)


def _used_id(digest: int, at: float, accepted: Accepted) -> UsedId:
    return UsedId(digest.to_bytes(DIGEST_BYTES).hex(), at, accepted.message_id, accepted.sequence_number)
