"""Confirmation of subscriptions: tokens, the requests that carry them, expiry, and restoring what was ended."""

import re
from collections.abc import Callable

from emulator.aws.arns import Arn
from emulator.aws.limits import CONFIRMATION_TOKEN_BYTES, PENDING_SUBSCRIPTIONS_MAX
from emulator.aws.sns_errors import SnsInvalidParameter, SnsSubscriptionLimitExceeded
from emulator.events import Observer
from emulator.ids import Ids
from emulator.sns.delivery.envelope import Confirmation
from emulator.sns.delivery.fan_out import FanOut
from emulator.sns.delivery.signing import Signer
from emulator.sns.directory import Directory, TokenKey
from emulator.sns.events import Confirmed, Restored, Unconfirmed
from emulator.sns.protocols import PROTOCOLS, needs_confirmation
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic

# The time of each account, for calls that first have to find out whose topic they are about.
Times = Callable[[str], float]

_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+")


class Confirmations:
    """Pending subscriptions on their way to be confirmed, and cancelled ones on their way back."""

    def __init__(
        self,
        directory: Directory,
        fan_out: FanOut,
        signer: Signer,
        ids: Ids,
        observer: Observer,
        *,
        auto_confirm: bool,
    ) -> None:
        """``auto_confirm``: no subscription needs to be confirmed."""
        self._directory = directory
        self._fan_out = fan_out
        self._signer = signer
        self._ids = ids
        self._observer = observer
        self._auto_confirm = auto_confirm

    def begin(self, topic: Topic, subscription: Subscription) -> None:
        """Let a new subscription wait for confirmation where it needs any."""
        needed = self._needed(subscription)
        subscription.begin(token=self._new_token(topic) if needed else None)

    def check_room(self, topic: Topic, subscription: Subscription) -> None:
        """SubscriptionLimitExceeded where too many subscriptions wait already, and this would be one more."""
        pending = self._directory.pending.get(topic.account)
        if self._needed(subscription) and len(pending) >= PENDING_SUBSCRIPTIONS_MAX:
            raise SnsSubscriptionLimitExceeded(
                f"An account can have at most {PENDING_SUBSCRIPTIONS_MAX} subscriptions pending confirmation"
            )

    def advance(self, account: str, now: float) -> None:
        """Remove the subscriptions to an account's topics that were not confirmed in time."""
        while True:
            oldest = self._directory.pending.first(account)
            if oldest is None or not oldest.token_expired(now):
                return
            self._directory.remove(oldest)
            if self._observer.watched:
                self._observer.detail(Unconfirmed(oldest.token_expires_at, oldest))

    def ask(
        self, topic: Topic, subscription: Subscription, reached_at: str, now: float, cancelled: str | None = None
    ) -> None:
        """Send the request to confirm a subscription or, where it was ``cancelled``, the offer to restore it."""
        confirmation = Confirmation(
            message_id=self._ids.of(topic.account).uuid(),
            topic_arn=topic.arn,
            token=subscription.token or "",
            at=now,
            sender=topic.sender(self._signer, reached_at),
            cancelled=cancelled,
        )
        self._fan_out.ask_to_confirm(confirmation, subscription)

    def find(self, topic_arn: str, token: str, *, signed_in: str | None, times: Times) -> Subscription:
        """The subscription, pending, confirmed or cancelled, that the token belongs to; InvalidParameter if none.

        The name in the topic's ARN does not count, as at AWS. ``signed_in`` is the region of a signed request.
        """
        key = _token_key(topic_arn, token)
        elsewhere = signed_in not in (None, key[1])
        subscription = self._directory.by_token.first(key) or self._directory.cancelled_by_token.first(key)
        if subscription is None and elsewhere:
            raise SnsInvalidParameter.of("Topic")
        if subscription is None or subscription.token_expired(times(subscription.topic.account)):
            raise SnsInvalidParameter.of("Token")
        if elsewhere:
            raise SnsInvalidParameter.of("TopicArn")
        return subscription

    def use(self, subscription: Subscription, *, authenticated: bool, protected: bool, now: float) -> Subscription:
        """Confirm or restore the subscription that a token was found to belong to. A token can be used again."""
        if self._directory.get(subscription.arn) is None:
            return self._restore(subscription, now)
        if not subscription.confirmed:
            subscription.confirm(authenticated=authenticated, protected=protected)
            self._directory.changed(subscription)
            if self._observer.watched:
                self._observer.detail(Confirmed(now, subscription))
        return subscription

    def offer_to_restore(self, topic: Topic, subscription: Subscription, *, reached_at: str, now: float) -> None:
        """Send an HTTP endpoint the link that restores its subscription, which somebody else has ended."""
        if not PROTOCOLS[subscription.protocol].retry_policy:
            return
        subscription.renew_token(self._new_token(topic), now)
        self._directory.cancel(subscription)
        self.ask(topic, subscription, reached_at, now, cancelled=subscription.arn)

    def _restore(self, subscription: Subscription, now: float) -> Subscription:
        """Restore what was ended, unless the endpoint has subscribed anew."""
        topic = self._directory.topic_of(subscription)
        anew = self._directory.by_endpoint.first((topic.arn, subscription.protocol, subscription.endpoint))
        if anew is not None:
            return anew
        topic.check_room_for(subscription)
        self._directory.restore(subscription)
        if self._observer.watched:
            self._observer.detail(Restored(now, subscription))
        return subscription

    def _needed(self, subscription: Subscription) -> bool:
        return not self._auto_confirm and needs_confirmation(
            subscription.protocol, subscription.endpoint, subscription.owner
        )

    def _new_token(self, topic: Topic) -> str:
        return self._ids.of(topic.account).random_bytes(CONFIRMATION_TOKEN_BYTES).hex()


def _token_key(topic_arn: str, token: str) -> TokenKey:
    """What the token is found by; InvalidParameter where it is none, or the topic's ARN."""
    if not _HEXADECIMAL.fullmatch(token):
        raise SnsInvalidParameter("Invalid token")
    arn = Arn.parse(topic_arn)
    if arn is None or arn.service != "sns":
        raise SnsInvalidParameter.of("Topic")
    return arn.account, arn.region, token
