"""Confirmation of subscriptions: tokens, the requests that carry them, expiry, and the restoring of cancelled
subscriptions.
"""

import re
from collections.abc import Callable

from emulator.aws.arns import Arn
from emulator.aws.limits import CONFIRMATION_TOKEN_BYTES, PENDING_SUBSCRIPTIONS_MAX
from emulator.aws.sns_errors import SnsInvalidParameter, SnsSubscriptionLimitExceeded
from emulator.foundation.events import Observer
from emulator.foundation.ids import Ids
from emulator.sns.delivery.envelope import Confirmation
from emulator.sns.delivery.fan_out import FanOut
from emulator.sns.delivery.signing import Signer
from emulator.sns.directory import Directory, TokenKey
from emulator.sns.events import Confirmed, Restored, Unconfirmed
from emulator.sns.protocols import PROTOCOLS, needs_confirmation
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic
from emulator.sns.topic_room import check_room

# Gives the time of an account. For calls that first have to find out which account the topic belongs to.
Times = Callable[[str], float]

_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+")


class Confirmations:
    """Confirms pending subscriptions and restores cancelled ones."""

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
        """With ``auto_confirm`` no subscription needs to be confirmed."""
        self._directory = directory
        self._fan_out = fan_out
        self._signer = signer
        self._ids = ids
        self._observer = observer
        self._auto_confirm = auto_confirm

    def begin(self, topic: Topic, subscription: Subscription, *, confirmed: bool = False) -> None:
        """Make a new subscription pending if it needs confirmation, and is not ``confirmed`` already."""
        needed = not confirmed and self._needed(subscription)
        subscription.begin(token=self._new_token(topic) if needed else None)

    def check_room(self, topic: Topic, subscription: Subscription) -> None:
        """Raise SubscriptionLimitExceeded if this would be one pending subscription too many."""
        pending = self._directory.pending.get(topic.account)
        if self._needed(subscription) and len(pending) >= PENDING_SUBSCRIPTIONS_MAX:
            raise SnsSubscriptionLimitExceeded(
                f"An account can have at most {PENDING_SUBSCRIPTIONS_MAX} subscriptions pending confirmation"
            )

    def advance(self, account: str, now: float) -> None:
        """Remove the subscriptions to the account's topics that were not confirmed in time."""
        while True:
            oldest = self._directory.pending.first(account)
            if oldest is None or not oldest.token_expired(now):
                return
            self._directory.remove(oldest)
            if self._observer.watched:
                self._observer.stream(Unconfirmed(oldest.token_expires_at, oldest))

    def ask(
        self, topic: Topic, subscription: Subscription, reached_at: str, now: float, cancelled: str | None = None
    ) -> None:
        """Send the request to confirm a subscription; if it was ``cancelled``, the offer to restore it."""
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
        """The subscription (pending, confirmed or cancelled) that the token belongs to. InvalidParameter if there is
        none.

        The name in the topic's ARN is not compared, as on AWS. ``signed_in`` is the region of a signed request.
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
        """Confirm or restore the subscription that ``find`` returned for a token. A token can be used again."""
        if self._directory.get(subscription.arn) is None:
            return self._restore(subscription, now)
        if not subscription.confirmed:
            subscription.confirm(authenticated=authenticated, protected=protected)
            self._directory.changed(subscription)
            if self._observer.watched:
                self._observer.stream(Confirmed(now, subscription))
        return subscription

    def offer_to_restore(self, topic: Topic, subscription: Subscription, *, reached_at: str, now: float) -> None:
        """Send an HTTP endpoint the link that restores its subscription, which another account ended."""
        if not PROTOCOLS[subscription.protocol].retry_policy:
            return
        subscription.renew_token(self._new_token(topic), now)
        self._directory.cancel(subscription)
        self.ask(topic, subscription, reached_at, now, cancelled=subscription.arn)

    def _restore(self, subscription: Subscription, now: float) -> Subscription:
        """Restore a cancelled subscription, unless the endpoint has subscribed again."""
        topic = self._directory.topic_of(subscription)
        anew = self._directory.by_endpoint.first((topic.arn, subscription.protocol, subscription.endpoint))
        if anew is not None:
            return anew
        check_room(topic, subscription)
        self._directory.restore(subscription)
        if self._observer.watched:
            self._observer.stream(Restored(now, subscription))
        return subscription

    def _needed(self, subscription: Subscription) -> bool:
        return not self._auto_confirm and needs_confirmation(
            subscription.protocol, subscription.endpoint, subscription.owner
        )

    def _new_token(self, topic: Topic) -> str:
        return self._ids.of(topic.account).random_bytes(CONFIRMATION_TOKEN_BYTES).hex()


def _token_key(topic_arn: str, token: str) -> TokenKey:
    """The key of a token in the index; InvalidParameter if the token or the topic's ARN is malformed."""
    if not _HEXADECIMAL.fullmatch(token):
        raise SnsInvalidParameter("Invalid token")
    arn = Arn.parse(topic_arn)
    if arn is None or arn.service != "sns":
        raise SnsInvalidParameter.of("Topic")
    return arn.account, arn.region, token
