"""The operations on subscriptions: creating, confirming, changing, listing and ending them."""

from collections.abc import Collection, Iterator, Mapping

from emulator.aws.arns import Arn
from emulator.aws.principals import caller_principal
from emulator.aws.sns_errors import SnsAuthorizationError, SnsInvalidParameter, SnsNotFound
from emulator.foundation.events import Observer
from emulator.foundation.ids import Ids
from emulator.sns.changes import SubscriptionCreated
from emulator.sns.confirmation import Confirmations, Times
from emulator.sns.directory import Directory
from emulator.sns.events import Subscribed, SubscriptionAttributeChanged, Unsubscribed
from emulator.sns.pages import page
from emulator.sns.platform_applications import PlatformApplications
from emulator.sns.protocols import PROTOCOLS, check_endpoint
from emulator.sns.replay import Replay
from emulator.sns.replays import Replays
from emulator.sns.resource_arns import checked_arn
from emulator.sns.subscription import Subscription
from emulator.sns.subscription_attributes import check_complete, checked, differ, removes_filter_policy
from emulator.sns.topic import Topic
from emulator.sns.topic_room import check_room, check_room_for_filter_policy


class Subscriptions:
    """All subscriptions. A subscription belongs to the account that made it, and lives by the clock of its topic's
    account.
    """

    def __init__(
        self,
        directory: Directory,
        confirmations: Confirmations,
        replays: Replays,
        ids: Ids,
        observer: Observer,
        applications: PlatformApplications,
    ) -> None:
        self.directory = directory
        self._confirmations = confirmations
        self._replays = replays
        self._ids = ids
        self._observer = observer
        self._applications = applications

    def advance(self, account: str, now: float) -> None:
        """Do what is due for the subscriptions to an account's topics: expire pending ones, and end replays."""
        if account in self.directory.pending.groups:
            self._confirmations.advance(account, now)
        if account in self.directory.replaying.groups:
            self._replays.advance(account, now)

    def subscribe(
        self,
        topic: Topic,
        *,
        protocol: str,
        endpoint: str | None,
        owner: str,
        attributes: Mapping[str, str],
        reached_at: str,
        now: float,
        confirmed: bool = False,
    ) -> Subscription:
        """Create a subscription, or return the endpoint's existing one if its attributes agree with those given.

        ``protocol`` may be in any letter case; AWS then takes no filter policy. ``reached_at`` is the address (scheme,
        host and port) for the links in a request to confirm. A new subscription that is ``confirmed`` needs no such
        request. RejectedValue where an attribute is bad.
        """
        self.advance(topic.account, now)
        candidate = self._candidate(topic, protocol, endpoint, owner, attributes, now)
        existing = self.directory.by_endpoint.first((topic.arn, candidate.protocol, candidate.endpoint))
        if existing is None:
            self._begin(topic, candidate, attributes, reached_at, now, confirmed=confirmed)
        else:
            candidate.compare_within(existing.settings["FilterPolicyScope"])
            candidate.begin_with(attributes)
            if differ(existing, candidate, attributes):
                raise SnsInvalidParameter.of("Attributes", "Subscription already exists with different attributes")
        subscription = existing or candidate
        if not subscription.confirmed:
            self._confirmations.ask(topic, subscription, reached_at, now)
        return subscription

    def _candidate(
        self,
        topic: Topic,
        protocol: str,
        endpoint: str | None,
        owner: str,
        attributes: Mapping[str, str],
        now: float,
    ) -> Subscription:
        """The subscription that Subscribe asks for; InvalidParameter if its protocol or endpoint is invalid."""
        if protocol not in PROTOCOLS and protocol.lower() in PROTOCOLS:
            if "FilterPolicy" in attributes:
                raise SnsInvalidParameter.of(f"Delivery protocol {protocol} does not support message filtering.")
            protocol = protocol.lower()
        target = check_endpoint(protocol, endpoint, fifo_topic=topic.fifo)
        if protocol == "application" and self._applications.endpoint(target) is None:
            raise SnsInvalidParameter.of("Endpoint", f"Endpoint does not exist for endpoint arn{target}")
        return Subscription(
            subscription_arn=f"{topic.arn}:{self._ids.of(topic.account).uuid()}",
            topic=topic.identity,
            protocol=protocol,
            endpoint=target,
            owner=owner,
            now=now,
            ledger=self.directory.ledger,
        )

    def _begin(
        self,
        topic: Topic,
        subscription: Subscription,
        attributes: Mapping[str, str],
        reached_at: str,
        now: float,
        *,
        confirmed: bool,
    ) -> None:
        subscription.begin_with(attributes)
        check_complete(subscription)
        if not confirmed:
            self._confirmations.check_room(topic, subscription)
        check_room(topic, subscription)
        topic.check_replay(subscription.replay, now)
        self._confirmations.begin(topic, subscription, confirmed=confirmed)
        self.directory.add(subscription)
        if self._observer.watched:
            self._observer.stream(Subscribed(now, subscription))
        self._replays.begin(topic, subscription, reached_at, now)

    def confirm(
        self,
        topic_arn: str,
        token: str,
        *,
        authenticated: bool,
        reached_at: str,
        times: Times,
        protected: bool = False,
        signed_in: str | None = None,
    ) -> Subscription:
        """Confirm or restore the subscription that the token belongs to, and return it.

        A ``protected`` subscription can be ended only by its owner and the topic's owner. ``signed_in`` is the region
        of a signed request, None for a link, which works from anywhere. RejectedValue if the topic cannot take back a
        cancelled subscription.
        """
        found = self._confirmations.find(topic_arn, token, signed_in=signed_in, times=times)
        now = times(found.topic.account)
        subscription = self._confirmations.use(found, authenticated=authenticated, protected=protected, now=now)
        self._replays.begin(self.directory.topic_of(subscription), subscription, reached_at, now)
        return subscription

    def find(self, subscription_arn: str, *, region: str, times: Times) -> tuple[Topic, Subscription]:
        """The subscription that a request names, and its topic. Raises InvalidParameter or NotFound."""
        _checked_subscription_arn(subscription_arn, region)
        subscription = self._get(subscription_arn, times)
        if subscription is None:
            raise SnsNotFound("Subscription does not exist")
        return self.directory.topic_of(subscription), subscription

    def _get(self, subscription_arn: str, times: Times) -> Subscription | None:
        """The subscription of this ARN, after what is due for it has been done."""
        subscription = self.directory.get(subscription_arn)
        if subscription is None:
            return None
        account = subscription.topic.account
        self.advance(account, times(account))
        return self.directory.get(subscription_arn)

    def unsubscribe(
        self,
        subscription_arn: str,
        *,
        times: Times,
        reached_at: str,
        by: str | None = None,
        signed_in: str | None = None,
    ) -> None:
        """Remove a confirmed subscription; no error if there is none.

        ``by`` is the account of a signed request, and ``signed_in`` its region. Both are None for an unsigned request,
        such as the links in messages. If another account than the owner ends the subscription, the endpoint gets an
        offer to restore it.
        """
        arn = _checked_subscription_arn(subscription_arn, None)
        if signed_in not in (None, arn.region):
            raise SnsInvalidParameter.of("TopicArn")
        subscription = self._get(subscription_arn, times)
        if subscription is None:
            return
        _check_may_end(subscription, by)
        topic, now = self.directory.topic_of(subscription), times(subscription.topic.account)
        self.directory.remove(subscription)
        if self._observer.watched:
            self._observer.stream(Unsubscribed(now, subscription))
        if by != subscription.owner:
            self._confirmations.offer_to_restore(topic, subscription, reached_at=reached_at, now=now)

    def set_attribute(
        self, topic: Topic, subscription: Subscription, name: str, value: str | None, *, reached_at: str, now: float
    ) -> None:
        """Set or remove one attribute; RejectedValue if the value is invalid. A replay that a ReplayPolicy asks for
        begins at once.
        """
        if name == "FilterPolicy" and subscription.filter_policy is None and not removes_filter_policy(value or ""):
            check_room_for_filter_policy(topic)
        if name == "ReplayPolicy":
            replay = checked(subscription, name, value)[1]
            topic.check_replay(replay if isinstance(replay, Replay) else None, now)
        subscription.set_attribute(name, value)
        self.directory.changed(subscription)
        if self._observer.watched:
            self._observer.stream(SubscriptionAttributeChanged(now, subscription, name))
        self._replays.begin(topic, subscription, reached_at, now)

    def list_owned(
        self, *, owner: str, region: str, token: str | None, times: Times
    ) -> tuple[list[Subscription], str | None]:
        """One page of the subscriptions that an account made in a region, to topics of any account."""
        return page(self.owned(owner, region, times), token)

    def owned(self, owner: str, region: str, times: Times) -> Collection[Subscription]:
        """The subscriptions that an account made in a region, to topics of any account."""
        for account in self.directory.pending:
            self.advance(account, times(account))
        return self.directory.by_owner.get((owner, region)).values()

    def of_topic(self, topic: Topic, now: float) -> Mapping[str, Subscription]:
        """The subscriptions of a topic by ARN, oldest first."""
        self.advance(topic.account, now)
        return topic.subscriptions

    def pending(self, account: str | None, times: Times) -> list[Subscription]:
        """The pending subscriptions to the topics of one account, or of all."""
        pending = self.directory.pending
        for owner in pending:
            self.advance(owner, times(owner))
        return [each for owner in pending if account in (None, owner) for each in pending.get(owner).values()]

    def rebuild(self, topic: Topic, whole: SubscriptionCreated) -> Subscription:
        """A subscription from a state document. It is not entered here yet. RejectedValue if it is invalid."""
        subscription = Subscription.restored(whole, topic.identity, self.directory.ledger)
        check_complete(subscription)
        return subscription

    def get(self, subscription_arn: str) -> Subscription | None:
        return self.directory.get(subscription_arn)

    def find_lasting(self, subscription_arn: str) -> Subscription | None:
        """The subscription with this ARN, also if it has ended and can be restored."""
        ended = (each for each in self.cancelled if each.arn == subscription_arn)
        return self.directory.get(subscription_arn) or next(ended, None)

    def __iter__(self) -> Iterator[Subscription]:
        """In order of creation."""
        return iter(self.directory)

    def __len__(self) -> int:
        return len(self.directory)

    @property
    def cancelled(self) -> list[Subscription]:
        """Cancelled subscriptions that can still be restored."""
        return self.directory.cancelled


def _check_may_end(subscription: Subscription, by: str | None) -> None:
    if not subscription.confirmed:
        words = "Cannot unsubscribe a subscription that is pending confirmation"
        raise SnsInvalidParameter.of("SubscriptionArn", words)
    if subscription.protected and by not in (subscription.topic.account, subscription.owner):
        caller = "anonymous" if by is None else caller_principal(by, subscription.topic.region)
        raise SnsAuthorizationError(
            f"User: {caller} is not authorized to perform: SNS:Unsubscribe on resource: {subscription.arn}"
        )


def _checked_subscription_arn(text: str, region: str | None) -> Arn:
    arn = checked_arn(text, "SubscriptionArn", region)
    if ":" not in arn.resource:  # it is the ARN of a topic
        raise SnsInvalidParameter.of("SubscriptionId")
    return arn
