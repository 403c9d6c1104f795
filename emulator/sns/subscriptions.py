"""All subscriptions: making, confirming and removing them, and forgetting the pending ones that nobody confirms."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count

from emulator.aws.arns import Arn
from emulator.aws.limits import CONFIRMATION_TOKEN_BYTES, PENDING_SUBSCRIPTIONS_MAX
from emulator.aws.principals import caller_principal
from emulator.aws.sns_errors import (
    SnsAuthorizationError,
    SnsInvalidParameter,
    SnsNotFound,
    SnsSubscriptionLimitExceeded,
)
from emulator.events import Observer
from emulator.ids import Ids
from emulator.sns.cancellations import Cancellations, TokenKey, token_key
from emulator.sns.delivery.envelope import Confirmation, Envelopes
from emulator.sns.delivery.fan_out import FanOut
from emulator.sns.delivery.signing import Signer
from emulator.sns.events import (
    Confirmed,
    Restored,
    Subscribed,
    SubscriptionAttributeChanged,
    SubscriptionEvent,
    Unconfirmed,
    Unsubscribed,
)
from emulator.sns.pages import page
from emulator.sns.platform_applications import PlatformApplications
from emulator.sns.protocols import PROTOCOLS, check_endpoint, needs_confirmation
from emulator.sns.rejections import RejectedValue
from emulator.sns.resource_arns import checked_arn
from emulator.sns.subscription import Subscription
from emulator.sns.subscription_attributes import apply_all, asked_replay, check_complete, differ, set_attribute
from emulator.sns.topic import Topic

_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+")

Place = tuple[str, str]  # account and region
NowOf = Callable[[str], float]  # the time of an account


class Subscriptions:
    """A subscription belongs to the account that made it, and lives by the clock of its topic's account."""

    def __init__(
        self,
        fan_out: FanOut,
        signer: Signer,
        ids: Ids,
        observer: Observer,
        applications: PlatformApplications,
        *,
        auto_confirm: bool = False,
    ) -> None:
        """``auto_confirm``: nobody is asked to confirm anything."""
        self._fan_out = fan_out
        self._observer = observer
        self._auto_confirm = auto_confirm
        self._signer = signer
        self._ids = ids
        self._applications = applications
        self._by_arn: dict[str, tuple[Topic, Subscription]] = {}
        self._by_token: dict[TokenKey, tuple[Topic, Subscription]] = {}
        self._by_owner: dict[Place, dict[str, Subscription]] = {}  # then by ARN
        self._pending: dict[str, dict[str, Subscription]] = {}  # by the topic's account, then by ARN; oldest first
        self._cancelled = Cancellations()
        self._serials = count()

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
    ) -> Subscription:
        """A new subscription, or the one this endpoint has already, where the given attributes agree.

        ``protocol`` may be in any letter case; AWS then takes no filter policy. ``reached_at`` is the address (scheme,
        host and port) for the links in a request to confirm.
        """
        if protocol not in PROTOCOLS and protocol.lower() in PROTOCOLS:
            if "FilterPolicy" in attributes:
                raise SnsInvalidParameter.of(f"Delivery protocol {protocol} does not support message filtering.")
            protocol = protocol.lower()
        target = check_endpoint(protocol, endpoint, fifo_topic=topic.fifo)
        if protocol == "application" and self._applications.endpoint(target) is None:
            raise SnsInvalidParameter.of("Endpoint", f"Endpoint does not exist for endpoint arn{target}")
        subscription = Subscription(
            subscription_arn=f"{topic.arn}:{self._ids.of(topic.account).uuid()}",
            topic_arn=topic.arn,
            region=topic.region,
            protocol=protocol,
            endpoint=target,
            owner=owner,
            serial=next(self._serials),
            now=now,
        )
        existing = topic.subscription_of(protocol, target)
        if existing is None:
            apply_all(subscription, attributes)
            check_complete(subscription)
            self._add(topic, subscription, now)
            self._tell(Subscribed, now, subscription)
            self._replay(topic, subscription, reached_at, now)
        else:
            subscription.settings["FilterPolicyScope"] = existing.settings["FilterPolicyScope"]
            apply_all(subscription, attributes)
            if differ(existing, subscription, attributes):
                raise SnsInvalidParameter.of("Attributes", "Subscription already exists with different attributes")
            subscription = existing
        if not subscription.confirmed:
            self._ask_to_confirm(topic, subscription, reached_at, now)
        return subscription

    def confirm(
        self,
        topic_arn: str,
        token: str,
        *,
        authenticated: bool,
        reached_at: str,
        now_of: NowOf,
        protected: bool = False,
        signed_in: str | None = None,
    ) -> Subscription:
        """The subscription the token belongs to, now confirmed or restored; a token can be used again.

        The name in the topic's ARN does not count, as at AWS. A ``protected`` subscription can be ended by its owner
        and its topic's only. ``signed_in`` is the region of a signed request; a link works from anywhere.
        """
        if not _HEXADECIMAL.fullmatch(token):
            raise SnsInvalidParameter("Invalid token")
        arn = Arn.parse(topic_arn)
        if arn is None or arn.service != "sns":
            raise SnsInvalidParameter.of("Topic")
        key = (arn.account, arn.region, token)
        topic, subscription = self._by_token.get(key) or self._cancelled.get(key) or (None, None)
        if topic is None and signed_in not in (None, arn.region):
            raise SnsInvalidParameter.of("Topic")
        if topic is None or subscription is None or subscription.token_expired(now_of(topic.account)):
            raise SnsInvalidParameter.of("Token")
        if signed_in not in (None, arn.region):
            raise SnsInvalidParameter.of("TopicArn")
        if self._cancelled.get(key) is not None:
            return self._bring_back(topic, subscription, now_of(topic.account))
        if not subscription.confirmed:
            subscription.confirm(authenticated=authenticated)
            subscription.protected = protected
            self._no_longer_pending(topic, subscription)
            now = now_of(topic.account)
            self._tell(Confirmed, now, subscription)
            self._replay(topic, subscription, reached_at, now)
        return subscription

    def get(self, subscription_arn: str) -> Subscription | None:
        return self._by_arn.get(subscription_arn, (None, None))[1]

    def find(self, subscription_arn: str, *, region: str) -> tuple[Topic, Subscription]:
        """The subscription a request names, and its topic; InvalidParameter or NotFound."""
        _checked_subscription_arn(subscription_arn, region)
        found = self._by_arn.get(subscription_arn)
        if found is None:
            raise SnsNotFound("Subscription does not exist")
        return found

    def unsubscribe(
        self, subscription_arn: str, *, now_of: NowOf, by: str | None = None, signed_in: str | None = None
    ) -> tuple[Topic, Subscription] | None:
        """Remove a confirmed subscription; one that is not there is fine.

        ``by`` is the account of a signed request, and ``signed_in`` its region. Both are None where anybody may have
        sent it: the links in messages lead here from anywhere.
        """
        arn = _checked_subscription_arn(subscription_arn, None)
        if signed_in not in (None, arn.region):
            raise SnsInvalidParameter.of("TopicArn")
        topic, subscription = self._by_arn.get(subscription_arn, (None, None))
        if topic is None or subscription is None:
            return None
        if not subscription.confirmed:
            raise SnsInvalidParameter.of("SubscriptionArn", "Subscription is pending confirmation")
        if subscription.protected and by not in (topic.account, subscription.owner):
            caller = "anonymous" if by is None else caller_principal(by, topic.region)
            raise SnsAuthorizationError(
                f"User: {caller} is not authorized to perform: SNS:Unsubscribe on resource: {subscription_arn}"
            )
        self.remove(topic, subscription)
        self._tell(Unsubscribed, now_of(topic.account), subscription)
        return topic, subscription

    def offer_to_restore(self, topic: Topic, subscription: Subscription, *, reached_at: str, now: float) -> None:
        """Tell an HTTP endpoint that somebody has ended its subscription, and how to restore it."""
        if not PROTOCOLS[subscription.protocol].retry_policy:
            return
        token = self._new_token(topic)
        subscription.renew_token(token, now)
        self._cancelled.add(topic, subscription)
        self._ask_to_confirm(topic, subscription, reached_at, now, cancelled=subscription.arn)

    def list_owned(self, *, owner: str, region: str, token: str | None) -> tuple[list[Subscription], str | None]:
        return page(self._by_owner.get((owner, region), {}).values(), token)

    def set_attribute(
        self, topic: Topic, subscription: Subscription, name: str, value: str, *, reached_at: str, now: float
    ) -> None:
        """Set one attribute; InvalidParameter as SetSubscriptionAttributes words it. A ReplayPolicy starts at once."""
        if name == "FilterPolicy" and value and subscription.filter_policy is None:
            topic.check_room_for_filter_policy()
        if name == "ReplayPolicy":
            try:
                topic.check_replay(asked_replay(subscription, value), now)
            except RejectedValue as error:
                raise SnsInvalidParameter.of(error.detail) from error
        set_attribute(subscription, name, value)
        if self._observer.watched:
            self._observer.detail(SubscriptionAttributeChanged(now, subscription, name))
        self._replay(topic, subscription, reached_at, now)

    def remove(self, topic: Topic, subscription: Subscription) -> None:
        self._no_longer_pending(topic, subscription)
        self._fan_out.forget(subscription)
        topic.remove(subscription)
        del self._by_arn[subscription.arn]
        if subscription.token is not None:
            del self._by_token[token_key(topic, subscription.token)]
        place = (subscription.owner, subscription.region)
        del self._by_owner[place][subscription.arn]
        if not self._by_owner[place]:
            del self._by_owner[place]

    def forget_cancelled(self, topic: Topic) -> None:
        """Nobody can restore a subscription to this topic any more."""
        self._cancelled.forget(lambda ended, _: ended is topic)

    def reset(self, account: str | None = None, region: str | None = None) -> None:
        """Remove every subscription, or those that one account has made, also in other accounts, or in one region."""

        def concerns(_: Topic, subscription: Subscription) -> bool:
            return account in (None, subscription.owner) and region in (None, subscription.region)

        self._cancelled.forget(concerns)
        for topic, subscription in [found for found in self._by_arn.values() if concerns(*found)]:
            self.remove(topic, subscription)
        if account is None and region is None:
            self._serials = count()

    def __iter__(self) -> Iterator[Subscription]:
        """In order of creation."""
        return (subscription for _, subscription in self._by_arn.values())

    def __len__(self) -> int:
        return len(self._by_arn)

    @property
    def cancelled(self) -> list[Subscription]:
        """Those that can still be brought back."""
        return self._cancelled.subscriptions

    def restore(self, topic: Topic, subscription: Subscription) -> None:
        """Go on with a subscription as there was one elsewhere, confirmed or pending, as the newest of all."""
        subscription.serial = next(self._serials)
        self._enter(topic, subscription)
        if subscription.token is not None:
            self._await(topic, subscription, subscription.token)

    def restore_cancelled(self, topic: Topic, subscription: Subscription) -> None:
        """Go on with a subscription that was ended elsewhere and can be brought back."""
        subscription.serial = next(self._serials)
        self._cancelled.add(topic, subscription)

    def pending(self, account: str | None) -> list[Subscription]:
        """The subscriptions that wait for confirmation: to one account's topics, or to all."""
        return [
            subscription
            for owner, pending in self._pending.items()
            if account in (None, owner)
            for subscription in pending.values()
        ]

    def forget_unconfirmed(self, now_of: NowOf) -> None:
        """Remove the subscriptions that nobody has confirmed in time."""
        for account, pending in list(self._pending.items()):
            now = now_of(account)
            while pending and (oldest := next(iter(pending.values()))).token_expired(now):
                self.remove(self._by_arn[oldest.arn][0], oldest)
                self._tell(Unconfirmed, oldest.token_expires_at, oldest)

    def _add(self, topic: Topic, subscription: Subscription, now: float) -> None:
        pending = not self._auto_confirm and needs_confirmation(
            subscription.protocol, subscription.endpoint, subscription.owner
        )
        if pending and len(self._pending.get(topic.account, ())) >= PENDING_SUBSCRIPTIONS_MAX:
            raise SnsSubscriptionLimitExceeded(
                f"An account can have at most {PENDING_SUBSCRIPTIONS_MAX} subscriptions pending confirmation"
            )
        topic.check_room_for(subscription)
        try:
            topic.check_replay(subscription.replay, now)
        except RejectedValue as error:
            raise SnsInvalidParameter.of("Attributes", error.detail) from error
        self._enter(topic, subscription)
        if not pending:
            subscription.confirm(authenticated=True)
            return
        subscription.token = self._new_token(topic)
        self._await(topic, subscription, subscription.token)

    def _await(self, topic: Topic, subscription: Subscription, token: str) -> None:
        """Let ``token`` confirm a subscription, for which it waits unless it was confirmed before."""
        self._by_token[token_key(topic, token)] = (topic, subscription)
        if not subscription.confirmed:
            self._pending.setdefault(topic.account, {})[subscription.arn] = subscription

    def _enter(self, topic: Topic, subscription: Subscription) -> None:
        topic.add(subscription)
        self._by_arn[subscription.arn] = (topic, subscription)
        self._by_owner.setdefault((subscription.owner, subscription.region), {})[subscription.arn] = subscription

    def _bring_back(self, topic: Topic, subscription: Subscription, now: float) -> Subscription:
        """Bring back what was ended, unless the endpoint has subscribed anew."""
        anew = topic.subscription_of(subscription.protocol, subscription.endpoint)
        if anew is not None:
            return anew
        topic.check_room_for(subscription)
        self._cancelled.take(topic, subscription)
        self._enter(topic, subscription)
        self._await(topic, subscription, subscription.token or "")
        self._tell(Restored, now, subscription)
        return subscription

    def _new_token(self, topic: Topic) -> str:
        return self._ids.of(topic.account).random_bytes(CONFIRMATION_TOKEN_BYTES).hex()

    def _replay(self, topic: Topic, subscription: Subscription, reached_at: str, now: float) -> None:
        """Start the replay that was asked for, if one waits for it."""
        replay = subscription.replay
        if replay is None or replay.status != "Pending" or not subscription.confirmed:
            return
        if topic.archive is None:
            replay.fail()
            return
        replay.begin(now)
        topic.archive.expire(now)
        sender = topic.sender(self._signer, reached_at)
        for notification in topic.archive.replay(replay.start, replay.end):
            self._fan_out.deliver(Envelopes(notification, sender), [subscription], now)

    def _ask_to_confirm(
        self, topic: Topic, subscription: Subscription, reached_at: str, now: float, cancelled: str | None = None
    ) -> None:
        confirmation = Confirmation(
            message_id=self._ids.of(topic.account).uuid(),
            topic_arn=topic.arn,
            token=subscription.token or "",
            at=now,
            sender=topic.sender(self._signer, reached_at),
            cancelled=cancelled,
        )
        self._fan_out.ask_to_confirm(confirmation, subscription)

    def _tell(self, event: type[SubscriptionEvent], now: float, subscription: Subscription) -> None:
        if self._observer.watched:
            self._observer.detail(event(now, subscription))

    def _no_longer_pending(self, topic: Topic, subscription: Subscription) -> None:
        pending = self._pending.get(topic.account, {})
        pending.pop(subscription.arn, None)
        if not pending:
            self._pending.pop(topic.account, None)


def _checked_subscription_arn(text: str, region: str | None) -> Arn:
    arn = checked_arn(text, "SubscriptionArn", region)
    if ":" not in arn.resource:  # the ARN of a topic
        raise SnsInvalidParameter.of("SubscriptionId")
    return arn
