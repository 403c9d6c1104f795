"""SNS as a whole: its parts, and the operations on all of them."""

from collections.abc import Callable, Mapping
from typing import get_args

from msgspec import Struct, field

from emulator.aws.place import EVERYWHERE, Place
from emulator.aws.sns_errors import SnsInvalidState
from emulator.foundation.changes import Change, Ledger
from emulator.foundation.events import Observer
from emulator.foundation.ids import Ids
from emulator.foundation.part import NowOf, Part
from emulator.sns.changes import (
    ApplicationChange,
    ApplicationCreated,
    OutboxChange,
    SmsChange,
    SnsChange,
    SnsReset,
    SubscriptionChange,
    SubscriptionCreated,
    TopicChange,
    TopicCreated,
    TopicDeleted,
)
from emulator.sns.confirmation import Confirmations, Times
from emulator.sns.delivery.envelope import Envelope
from emulator.sns.delivery.fan_out import FanOut, RetryingDelivererOf
from emulator.sns.delivery.outbox import Outbox
from emulator.sns.delivery.queues import QueueSink
from emulator.sns.delivery.signing import Signer
from emulator.sns.delivery.stored import DirectOutbox, Forwarder, outbox_deliverers
from emulator.sns.directory import Directory
from emulator.sns.outbox_entry import Entry
from emulator.sns.owned_subscriptions import AskEverywhere
from emulator.sns.platform_application import PlatformApplication
from emulator.sns.platform_applications import PlatformApplications
from emulator.sns.publishing import Publisher
from emulator.sns.replays import Replays
from emulator.sns.resource_arns import checked_arn
from emulator.sns.sms import Sms, SmsAccount
from emulator.sns.subscription import Subscription
from emulator.sns.subscriptions import Subscriptions
from emulator.sns.topic import Topic
from emulator.sns.topics import Topics
from emulator.timing.turns import Work, at_once, portions

_NONE: Mapping[str, Forwarder] = {}


class SnsRows(Struct):
    """The state of SNS, for a state document; each list is in order of creation."""

    topics: list[Topic] = field(default_factory=list)
    subscriptions: list[Subscription] = field(default_factory=list)
    cancelled: list[Subscription] = field(default_factory=list)  # that can be restored
    sms: list[SmsAccount] = field(default_factory=list)
    applications: list[PlatformApplication] = field(default_factory=list)
    outbox: list[Entry] = field(default_factory=list)


class SnsService(Part):
    """The state of SNS, with the publisher and the fan-out that deliver its messages.

    Methods that depend on time take ``now``, by the clock of the account that the call is about; ``times``, which gives
    the time of any account, if the call has to find out which one that is. They first do what fell due by then.
    """

    service = "sns"
    changes = get_args(SnsChange)

    def __init__(
        self,
        sink: QueueSink,
        ids: Ids,
        observer: Observer | None = None,
        forwarders: Mapping[str, Forwarder] = _NONE,
        *,
        ledger: Ledger | None = None,
        http: RetryingDelivererOf | None = None,
        certificate_host: str | None = None,
        auto_confirm: bool = False,
    ) -> None:
        observer, ledger = observer or Observer(), ledger or Ledger()
        self._ledger = ledger
        self._sink = sink
        self.signer = Signer(ids, certificate_host, ledger)
        self.sms = Sms(ids, ledger)
        self.applications = PlatformApplications(ids, ledger)
        self.outbox = Outbox(ledger=ledger)
        deliverers = outbox_deliverers(self.outbox, self.sms, self.applications, forwarders)
        self.fan_out = FanOut(sink, observer, deliverers, http)
        self.topics = Topics(observer, ledger)
        self._directory = Directory(self.topics, ledger, self.fan_out.forget)
        self.replays = Replays(self._directory, self.fan_out, self.signer, sink)
        self.subscriptions = Subscriptions(
            self._directory,
            Confirmations(self._directory, self.fan_out, self.signer, ids, observer, auto_confirm=auto_confirm),
            self.replays,
            ids,
            observer,
            self.applications,
        )
        direct = DirectOutbox(self.outbox, self.sms, self.applications, observer)
        self.ask_everywhere: AskEverywhere | None = None  # in a cluster, where topics of other accounts live elsewhere
        self.publisher = Publisher(
            self.fan_out,
            self.signer,
            observer,
            self.sms,
            self.applications,
            direct,
            self.subscriptions.advance,
            self._directory.has,
        )

    def advance(self, now_of: NowOf, place: Place = EVERYWHERE) -> None:
        """Do everything that fell due for the topics in a place."""
        at_once(self.catching_up(now_of, place))

    def catching_up(self, now_of: NowOf, place: Place = EVERYWHERE) -> Work[None]:
        """As ``advance``, in portions."""
        yield from self.replays.finishing()
        for topics in portions(self.topics.within(place)):
            for topic in topics:
                now = now_of(topic.account)
                self.advance_topic(topic, now)
                while topic.window.may_forget(now):
                    yield
                    self.advance_topic(topic, now)
            yield

    def advance_topic(self, topic: Topic, now: float) -> None:
        """Do what fell due for a topic, and for the subscriptions of its account."""
        self.subscriptions.advance(topic.account, now)
        topic.advance(now)

    def catch_up(self, topic: Topic) -> bool:
        """Let the queues that a publish to ``topic`` reaches catch up, within one turn of the event loop.

        Returns False if something is left, or if a replay of the topic is under way.
        """
        if self.replays.under_way and self.replays.is_under_way(topic):
            return False
        return self._sink.catch_up(topic.queue_arns)

    def attributes_of(self, topic: Topic, now: float) -> dict[str, str]:
        """The attributes that GetTopicAttributes returns."""
        self.subscriptions.advance(topic.account, now)
        return topic.visible_attributes(now)

    def delete_topic(self, topic_arn: str, *, region: str, times: Times) -> None:
        """Delete a topic with its subscriptions, if there is one. InvalidState if it has an archive."""
        checked_arn(topic_arn, "TopicArn", region)
        topic = self.topics.get(topic_arn)
        if topic is None:
            return
        if topic.archive is not None:
            raise SnsInvalidState("Invalid state: Cannot delete a topic with an ArchivePolicy")
        self._directory.drop_topics([topic])
        self.topics.delete(topic, now=times(topic.account))

    def _drop_topics(self, topics: list[Topic]) -> None:
        self._directory.drop_topics(topics)
        for topic in topics:
            topic.end_archive()
            self.topics.drop(topic)

    def reset(self, place: Place = EVERYWHERE) -> None:
        """Drop the topics of a place, the subscriptions that its accounts made, and all other state of the place."""
        dropped = self._drop(place)
        dropped = self._directory.drop_made_in(place) or dropped
        if dropped and self._ledger.kept:
            self._ledger.record(SnsReset(place.account, place.region))

    def _drop(self, place: Place) -> bool:
        """Drop the state that belongs to the accounts of a place. Returns whether there was any.

        A subscription belongs to the account of its topic.
        """
        topics = self.topics.within(place)
        dropped = [bool(topics)]
        if place.everywhere:
            self.topics.clear()
            dropped.append(self._directory.clear())
        else:
            self._drop_topics(topics)
        dropped += [part.reset(place) for part in (self.sms, self.applications, self.outbox)]
        return any(dropped)

    def unload(self, account: str) -> None:
        """As ``reset`` of an account, except for its subscriptions to topics of other accounts, to which they belong.

        Nothing is recorded.
        """
        self._drop(Place(account))

    def rows(self, account: str | None = None) -> SnsRows:
        """The state of SNS: of all accounts, or what one account owns or made."""

        def concerns(subscription: Subscription) -> bool:
            return account in (None, subscription.owner, subscription.topic.account)

        return SnsRows(
            self.topics.within(Place(account)),
            [*self.subscriptions] if account is None else list(filter(concerns, self.subscriptions)),
            list(filter(concerns, self.subscriptions.cancelled)),
            [messaging for (owner, _), messaging in self.sms if account in (None, owner)],
            [application for application in self.applications if account in (None, application.account)],
            [entry for entry in self.outbox if account in (None, entry.account)],
        )

    def enter(self, rows: SnsRows) -> None:
        """Add the ``rows`` of a state document. Each thing is recorded as if it were created."""
        at_once(self.entering(rows))()

    def entering(self, rows: SnsRows) -> Work[Callable[[], None]]:
        """Prepare, in portions, to add the rows. The function that this returns adds them all."""
        enter_topics = yield from self.topics.entering(rows.topics)
        topics = {topic.arn: topic for topic in rows.topics}
        enter_subscriptions = yield from self._directory.entering(rows.subscriptions, topics)

        def enter() -> None:
            enter_topics()
            enter_subscriptions()
            for subscription in rows.cancelled:
                self._directory.cancel(subscription)
            for messaging in rows.sms:
                self.sms.enter(messaging)
            for application in rows.applications:
                self.applications.enter(application)
            for entry in rows.outbox:
                self.outbox.store(entry)

        return enter

    def read_envelope(self, recorded: object, beside: object) -> Envelope:
        """The envelope that was recorded in a message of a queue."""
        return Envelope.read(recorded, beside, self.signer)

    def apply(self, change: Change) -> None:
        """Apply a recorded change. Nothing is sent, and nothing recorded."""
        match change:
            case TopicDeleted():
                self._drop_topics([self.topics.known(change.topic)])
            case TopicCreated() | TopicChange():
                self.topics.apply(change)
            case SubscriptionCreated() | SubscriptionChange():
                self._directory.apply(change)
            case SmsChange():
                self.sms.apply(change)
            case ApplicationCreated() | ApplicationChange():
                self.applications.apply(change)
            case OutboxChange():
                self.outbox.apply(change)
            case SnsReset():
                self._drop(Place(change.account, change.region))
            case _:
                raise TypeError(f"{type(change).__name__} is no change of SNS")
