"""A subscription: one endpoint that gets what is published to one topic.

Subscribe ──> pending ──ConfirmSubscription──> confirmed ──Unsubscribe──> gone
    │            └── 48 hours ──> gone            ^
    └── own queues, functions and numbers ────────┘
"""

from collections.abc import Mapping

from emulator.aws.limits import PENDING_SUBSCRIPTION_SECONDS
from emulator.aws.principals import caller_principal
from emulator.sns.delivery_policy import effective_subscription_policy
from emulator.sns.filter_policy import FilterPolicy, Offers, Refusal
from emulator.sns.notification import Notification
from emulator.sns.protocols import PROTOCOLS, without_password
from emulator.sns.replay import Replay
from emulator.sns.totals import Totals

# What a subscription has without being given it.
DEFAULTS: Mapping[str, str] = {"RawMessageDelivery": "false", "FilterPolicyScope": "MessageAttributes"}


class Subscription:
    """``settings`` holds attributes as text; the compiled forms beside it are what deliveries look at."""

    __slots__ = (
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
        "region",
        "replay",
        "serial",
        "settings",
        "token",
        "topic_arn",
        "totals",
    )

    def __init__(
        self,
        *,
        subscription_arn: str,
        topic_arn: str,
        region: str,
        protocol: str,
        endpoint: str,
        owner: str,
        serial: int,
        now: float,
    ) -> None:
        self.arn = subscription_arn
        self.topic_arn = topic_arn
        self.region = region  # the topic's
        self.protocol = protocol
        self.endpoint = endpoint
        self.owner = owner  # the account that called Subscribe
        self.serial = serial  # grows in order of creation
        self.principal = caller_principal(owner, region)  # who called Subscribe
        self.confirmed = False
        self.authenticated = False  # whether a signed request confirmed it
        self.protected = False  # whether only its owner or its topic's can end it
        self.token: str | None = None  # by which it can be confirmed
        self.pending_since = now
        self.settings: dict[str, str] = dict(DEFAULTS)
        self.raw = False
        self.filter_policy: FilterPolicy | None = None
        self.dead_letter_queue: str | None = None  # ARN
        self.replay: Replay | None = None  # the last one that was asked for
        self.totals = Totals()  # those of its topic, once it is one of that topic's

    def confirm(self, *, authenticated: bool) -> None:
        self.confirmed = True
        self.authenticated = authenticated

    def renew_token(self, token: str, now: float) -> None:
        """A token for two more days."""
        self.token = token
        self.pending_since = now

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
        """Why a message of this time is not for the subscription, whatever its filter says; None where it is."""
        if not self.confirmed:
            return "pending confirmation"
        if self.replay is not None and self.replay.is_past_end(published_at):
            return "paused at the end of its replay"
        return None

    def refusal(self, notification: Notification, offers: Offers) -> Refusal | None:
        """Why the filter policy does not let this notification through; ``offers`` are those of its attributes."""
        policy = self.filter_policy
        return None if policy is None else policy.refusal(notification.message_for(self.protocol), offers)

    def visible(self, topic_delivery_policy: str | None) -> dict[str, str]:
        """What GetSubscriptionAttributes shows."""
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
