"""All subscriptions: making, confirming and removing them, and forgetting the pending ones that nobody confirms."""

import re
from collections.abc import Callable, Mapping
from itertools import count

from emulator.aws.errors import SnsInvalidParameter, SnsNotFound, SnsSubscriptionLimitExceeded
from emulator.aws.limits import CONFIRMATION_TOKEN_BYTES, PENDING_SUBSCRIPTIONS_MAX
from emulator.ids import Ids
from emulator.sns.delivery.envelope import Sender, subscription_confirmation
from emulator.sns.delivery.fan_out import FanOut
from emulator.sns.delivery.signing import Signer
from emulator.sns.pages import page
from emulator.sns.protocols import check_endpoint, needs_confirmation
from emulator.sns.resource_arns import checked_arn
from emulator.sns.subscription import Subscription
from emulator.sns.subscription_attributes import apply_all, check_complete, differ, set_attribute
from emulator.sns.topic import Topic

_TOKEN = re.compile(rf"[0-9a-f]{{{2 * CONFIRMATION_TOKEN_BYTES}}}")

Place = tuple[str, str]  # account and region
NowOf = Callable[[str], float]  # the time of an account


class Subscriptions:
    """A subscription belongs to the account that made it, and lives by the clock of its topic's account."""

    def __init__(self, fan_out: FanOut, signer: Signer, ids: Ids) -> None:
        self._fan_out = fan_out
        self._signer = signer
        self._ids = ids
        self._by_arn: dict[str, tuple[Topic, Subscription]] = {}
        self._by_token: dict[str, tuple[Topic, Subscription]] = {}
        self._by_owner: dict[Place, dict[str, Subscription]] = {}  # then by ARN
        self._pending: dict[str, dict[str, Subscription]] = {}  # by the topic's account, then by ARN; oldest first
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

        ``reached_at`` is the address (scheme, host and port) for the links in a request to confirm.
        """
        target = check_endpoint(protocol, endpoint, fifo_topic=topic.fifo)
        subscription = Subscription(
            subscription_arn=f"{topic.arn}:{self._ids.uuid()}",
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
            self._add(topic, subscription)
        else:
            subscription.settings["FilterPolicyScope"] = existing.settings["FilterPolicyScope"]
            apply_all(subscription, attributes)
            if differ(existing, subscription, attributes):
                raise SnsInvalidParameter.of("Attributes", "Subscription already exists with different attributes")
            subscription = existing
        if not subscription.confirmed:
            self._ask_to_confirm(topic, subscription, reached_at, now)
        return subscription

    def confirm(self, topic_arn: str, token: str, *, authenticated: bool, now_of: NowOf) -> Subscription:
        """The subscription the token belongs to, now confirmed; a token can be used again.

        Neither account nor region of the caller matters: whoever has the token got it from us.
        """
        if not _TOKEN.fullmatch(token):
            raise SnsInvalidParameter("Invalid token")
        checked_arn(topic_arn, "TopicArn", None)
        topic, subscription = self._by_token.get(token, (None, None))
        if topic is None or subscription is None or topic.arn != topic_arn:
            raise SnsInvalidParameter.of("Token")
        if subscription.token_expired(now_of(topic.account)):
            raise SnsInvalidParameter.of("Token")
        if not subscription.confirmed:
            subscription.confirm(authenticated=authenticated)
            self._no_longer_pending(topic, subscription)
        return subscription

    def find(self, subscription_arn: str, *, region: str) -> tuple[Topic, Subscription]:
        """The subscription a request names, and its topic; InvalidParameter or NotFound."""
        _check_subscription_arn(subscription_arn, region)
        found = self._by_arn.get(subscription_arn)
        if found is None:
            raise SnsNotFound("Subscription does not exist")
        return found

    def unsubscribe(self, subscription_arn: str) -> None:
        """Remove a confirmed subscription; one that is not there is fine.

        The links in messages lead here from anywhere, so the caller's region does not matter.
        """
        _check_subscription_arn(subscription_arn, None)
        topic, subscription = self._by_arn.get(subscription_arn, (None, None))
        if topic is None or subscription is None:
            return
        if not subscription.confirmed:
            raise SnsInvalidParameter.of("SubscriptionArn", "Subscription is pending confirmation")
        self.remove(topic, subscription)

    def list_owned(self, *, owner: str, region: str, token: str | None) -> tuple[list[Subscription], str | None]:
        return page(self._by_owner.get((owner, region), {}).values(), token)

    def set_attribute(self, topic: Topic, subscription: Subscription, name: str, value: str) -> None:
        """Set one attribute; InvalidParameter as SetSubscriptionAttributes words it."""
        if name == "FilterPolicy" and value and subscription.filter_policy is None:
            topic.check_room_for_filter_policy()
        set_attribute(subscription, name, value)

    def remove(self, topic: Topic, subscription: Subscription) -> None:
        self._no_longer_pending(topic, subscription)
        topic.remove(subscription)
        del self._by_arn[subscription.arn]
        if subscription.token is not None:
            del self._by_token[subscription.token]
        place = (subscription.owner, subscription.region)
        del self._by_owner[place][subscription.arn]
        if not self._by_owner[place]:
            del self._by_owner[place]

    def remove_owned(self, account: str) -> None:
        """Remove what an account has subscribed to, also in other accounts."""
        for topic, subscription in list(self._by_arn.values()):
            if subscription.owner == account:
                self.remove(topic, subscription)

    def forget_unconfirmed(self, now_of: NowOf) -> None:
        """Remove the subscriptions that nobody has confirmed in time."""
        for account, pending in list(self._pending.items()):
            now = now_of(account)
            while pending and (oldest := next(iter(pending.values()))).token_expired(now):
                self.remove(self._by_arn[oldest.arn][0], oldest)

    def _add(self, topic: Topic, subscription: Subscription) -> None:
        pending = needs_confirmation(subscription.protocol, subscription.endpoint, subscription.owner)
        if pending and len(self._pending.get(topic.account, ())) >= PENDING_SUBSCRIPTIONS_MAX:
            raise SnsSubscriptionLimitExceeded(
                f"An account can have at most {PENDING_SUBSCRIPTIONS_MAX} subscriptions pending confirmation"
            )
        topic.check_room_for(subscription)
        topic.add(subscription)
        self._by_arn[subscription.arn] = (topic, subscription)
        self._by_owner.setdefault((subscription.owner, subscription.region), {})[subscription.arn] = subscription
        if not pending:
            subscription.confirm(authenticated=True)
            return
        subscription.token = self._ids.random_bytes(CONFIRMATION_TOKEN_BYTES).hex()
        self._by_token[subscription.token] = (topic, subscription)
        self._pending.setdefault(topic.account, {})[subscription.arn] = subscription

    def _ask_to_confirm(self, topic: Topic, subscription: Subscription, reached_at: str, now: float) -> None:
        def render() -> str:
            return subscription_confirmation(
                message_id=self._ids.uuid(),
                topic_arn=topic.arn,
                token=subscription.token or "",
                now=now,
                sender=Sender(self._signer, reached_at, topic.signature_version),
            )

        self._fan_out.ask_to_confirm(subscription, render)

    def _no_longer_pending(self, topic: Topic, subscription: Subscription) -> None:
        pending = self._pending.get(topic.account, {})
        pending.pop(subscription.arn, None)
        if not pending:
            self._pending.pop(topic.account, None)


def _check_subscription_arn(text: str, region: str | None) -> None:
    arn = checked_arn(text, "SubscriptionArn", region)
    if ":" not in arn.resource:
        raise SnsInvalidParameter.of("SubscriptionArn")
