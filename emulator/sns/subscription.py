"""A subscription: one endpoint that gets what is published to one topic.

Subscribe ──> pending ──ConfirmSubscription──> confirmed ──Unsubscribe──> gone
    │            └── 48 hours ──> gone            ^
    └── own queues, functions and numbers ────────┘
"""

from collections.abc import Callable, Mapping
from typing import cast

from emulator.aws.limits import PENDING_SUBSCRIPTION_SECONDS
from emulator.aws.principals import caller_principal
from emulator.foundation.changes import Ledger
from emulator.sns.changes import (
    ReplayAdvanced,
    ReplayStatus,
    SubscriptionAttributeSet,
    SubscriptionCancelled,
    SubscriptionChange,
    SubscriptionConfirmed,
    SubscriptionCreated,
)
from emulator.sns.delivery_policy import effective_subscription_policy
from emulator.sns.filter_policy import FilterPolicy, Offers, Refusal
from emulator.sns.identity import TopicIdentity
from emulator.sns.notification import Notification
from emulator.sns.protocols import PROTOCOLS, without_password
from emulator.sns.replay import Replay
from emulator.sns.subscription_attributes import DEFAULTS, SUBSCRIPTION_ATTRIBUTES, Compiled, check_names, checked
from emulator.sns.totals import Totals


class Subscription:
    """``settings`` has the attributes as text; deliveries use the compiled forms."""

    __slots__ = (
        "_ledger",
        "_on_change",
        "arn",
        "authenticated",
        "confirmed",
        "dead_letter_queue",
        "endpoint",
        "filter_policy",
        "owner",
        "pending_since",
        "principal",
        "protected",
        "protocol",
        "raw",
        "replay",
        "serial",
        "settings",
        "token",
        "topic",
        "topic_arn",
        "totals",
        "version",
    )

    def __init__(
        self,
        *,
        subscription_arn: str,
        topic: TopicIdentity,
        protocol: str,
        endpoint: str,
        owner: str,
        serial: int = 0,
        now: float,
        ledger: Ledger | None = None,
    ) -> None:
        self.arn = subscription_arn
        self.topic = topic
        self.topic_arn = topic.arn
        self.protocol = protocol
        self.endpoint = endpoint
        self.owner = owner  # the account that called Subscribe
        self.serial = serial  # in order of creation
        self.version = 0  # grows with each change that a state document shows
        self.principal = caller_principal(owner, topic.region)  # the caller of Subscribe
        self.confirmed = False
        self.authenticated = False  # whether a signed request confirmed it
        self.protected = False  # whether only its owner and the topic's owner can end it
        self.token: str | None = None  # with which it can be confirmed
        self.pending_since = now
        self.settings: dict[str, str] = dict(DEFAULTS)
        self.raw = False
        self.filter_policy: FilterPolicy | None = None
        self.dead_letter_queue: str | None = None  # ARN
        self.replay: Replay | None = None  # the last one that was set
        self.totals = Totals()  # the topic's, from the time the topic has it
        self._on_change: Callable[[], None] | None = None  # the topic's, likewise
        self._ledger = ledger or Ledger()

    @classmethod
    def restored(cls, whole: SubscriptionCreated, topic: TopicIdentity, ledger: Ledger) -> "Subscription":
        """A subscription that was recorded in full; RejectedValue if it is invalid."""
        subscription = cls(
            subscription_arn=whole.arn,
            topic=topic,
            protocol=whole.protocol,
            endpoint=whole.endpoint,
            owner=whole.owner,
            now=whole.pending_since,
            ledger=ledger,
        )
        subscription._resume(whole)
        return subscription

    def _resume(self, whole: SubscriptionCreated) -> None:
        self.begin_with({key: value for key, value in whole.settings.items() if value != DEFAULTS.get(key)})
        kept = self.settings
        self.settings = {name: kept[name] for name in whole.settings if name in kept}
        self.confirmed = whole.confirmed
        self.authenticated = whole.authenticated
        self.protected = whole.protected
        self.token = whole.token
        if self.replay is not None and whole.replay_status is not None:
            self.replay.reach(whole.replay_status)

    def whole(self, kind: type[SubscriptionCreated] = SubscriptionCreated) -> SubscriptionCreated:
        """The subscription in full, as a change of this kind."""
        return kind(
            arn=self.arn,
            protocol=self.protocol,
            endpoint=self.endpoint,
            owner=self.owner,
            pending_since=self.pending_since,
            settings=dict(self.settings),
            confirmed=self.confirmed,
            authenticated=self.authenticated,
            protected=self.protected,
            token=self.token,
            replay_status=None if self.replay is None else self.replay.status,
        )

    def cancelled(self) -> SubscriptionCreated:
        """The subscription in full, as a cancelled one."""
        return self.whole(SubscriptionCancelled)

    def numbered(self, serial: int) -> None:
        """Set the position of the subscription in the order of creation."""
        self.serial = serial

    def join(self, totals: Totals, on_change: Callable[[], None]) -> None:
        """Count deliveries in the totals of the topic, and call ``on_change`` after each change."""
        self.totals = totals
        self._on_change = on_change

    def _changed(self) -> None:
        self.version += 1
        if self._on_change is not None:
            self._on_change()

    @property
    def region(self) -> str:
        """The topic's."""
        return self.topic.region

    # Changes.

    def begin_with(self, attributes: Mapping[str, str]) -> None:
        """Set the attributes given to Subscribe; RejectedValue if one is invalid."""
        check_names(attributes)
        for name in SUBSCRIPTION_ATTRIBUTES:
            if name in attributes:
                self._keep(name, *checked(self, name, attributes[name]))

    def compare_within(self, scope: str) -> None:
        """Read a filter policy with the scope of the existing subscription that this one is compared with."""
        self.settings["FilterPolicyScope"] = scope

    def begin(self, *, token: str | None) -> None:
        """Wait for confirmation with ``token``; None if the subscription needs none."""
        self._changed()
        self.token = token
        self.confirmed = self.authenticated = token is None

    def confirm(self, *, authenticated: bool, protected: bool = False) -> None:
        self._change(SubscriptionConfirmed(self.arn, authenticated, protected))

    def renew_token(self, token: str, now: float) -> None:
        """Keep a token valid for two more days. Not recorded by itself: cancelling is, with the token."""
        self._changed()
        self.token = token
        self.pending_since = now

    def set_attribute(self, name: str, value: str | None) -> None:
        """Set or remove one attribute; RejectedValue if the value is invalid."""
        kept, compiled = checked(self, name, value)
        replayed = self.replay is not None and self.replay.status != "Pending"
        if kept != self.settings.get(name) or (name == "ReplayPolicy" and replayed):
            self._keep(name, kept, compiled)
            if self._ledger.kept:
                self._ledger.record(SubscriptionAttributeSet(self.arn, name, kept or ""))

    def advance_replay(self, status: ReplayStatus) -> None:
        """Set the status of the subscription's replay."""
        self._change(ReplayAdvanced(self.arn, status))

    def apply(self, change: SubscriptionChange) -> None:
        """Apply a change: one that was just decided, or a recorded one."""
        self._changed()
        match change:
            case SubscriptionConfirmed():
                self.confirmed = True
                self.authenticated, self.protected = change.authenticated, change.protected
            case SubscriptionAttributeSet():
                self._keep(change.name, *checked(self, change.name, change.value or None))
            case ReplayAdvanced() if self.replay is not None:
                self.replay.reach(change.status)

    def _change(self, change: SubscriptionChange) -> None:
        self.apply(change)
        if self._ledger.kept:
            self._ledger.record(change)

    def _keep(self, name: str, kept: str | None, compiled: Compiled) -> None:
        self._changed()
        if kept is None:
            self.settings.pop(name, None)
        else:
            self.settings[name] = kept
        match name:
            case "RawMessageDelivery":
                self.raw = kept == "true"
            case "FilterPolicy" | "FilterPolicyScope":
                self.filter_policy = cast("FilterPolicy | None", compiled)
            case "RedrivePolicy":
                self.dead_letter_queue = cast("str | None", compiled)
            case "ReplayPolicy":
                self.replay = cast("Replay | None", compiled)

    # What it shows of itself.

    @property
    def shown_endpoint(self) -> str:
        """The endpoint without its password, for lists, logs and traces."""
        return without_password(self.endpoint)

    @property
    def token_expires_at(self) -> float:
        """Seconds since the epoch."""
        return self.pending_since + PENDING_SUBSCRIPTION_SECONDS

    def token_expired(self, now: float) -> bool:
        return now >= self.token_expires_at

    def withheld(self, published_at: float) -> str | None:
        """Why a message of this time is not for the subscription, whatever its filter policy; None if it is."""
        if not self.confirmed:
            return "pending confirmation"
        if self.replay is not None and self.replay.is_past_end(published_at):
            return "paused at the end of its replay"
        return None

    def refusal(self, notification: Notification, offers: Offers) -> Refusal | None:
        """Why the filter policy rejects this notification, None if it accepts it; ``offers`` are the notification's
        attributes.
        """
        policy = self.filter_policy
        return None if policy is None else policy.refusal(notification.message_for(self.protocol), offers)

    def visible(self, topic_delivery_policy: str | None) -> dict[str, str]:
        """What GetSubscriptionAttributes returns."""
        shown = {
            "SubscriptionArn": self.arn,
            "TopicArn": self.topic_arn,
            "Owner": self.owner,
            "Protocol": self.protocol,
            "Endpoint": self.endpoint,
            "SubscriptionPrincipal": self.principal,
            "PendingConfirmation": "false" if self.confirmed else "true",
            "ConfirmationWasAuthenticated": "true" if self.authenticated else "false",
            **self.settings,
        }
        if self.filter_policy is None:
            del shown["FilterPolicyScope"]
        if self.replay is not None:
            shown["ReplayStatus"] = self.replay.status
        if PROTOCOLS[self.protocol].retry_policy:
            own = self.settings.get("DeliveryPolicy")
            shown["EffectiveDeliveryPolicy"] = effective_subscription_policy(own, topic_delivery_policy)
        return shown
