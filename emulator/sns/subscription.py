"""A subscription: one endpoint that gets what is published to one topic.

Subscribe ──> pending ──ConfirmSubscription──> confirmed ──Unsubscribe──> gone
    │            └── 48 hours ──> gone            ^
    └── own queues, functions and numbers ────────┘
"""

from collections.abc import Mapping

from emulator.aws.arns import Arn, partition_of
from emulator.aws.limits import PENDING_SUBSCRIPTION_SECONDS
from emulator.sns.delivery_policy import effective_subscription_policy
from emulator.sns.filter_policy import FilterPolicy
from emulator.sns.notification import Notification
from emulator.sns.protocols import PROTOCOLS

# What a subscription has without being given it.
DEFAULTS: Mapping[str, str] = {"RawMessageDelivery": "false", "FilterPolicyScope": "MessageAttributes"}

_PRINCIPAL = "user/emulator"  # there are no users here; AWS shows who called Subscribe


class Subscription:
    """``settings`` holds attributes as text; the compiled forms beside it are what deliveries look at."""

    __slots__ = (
        "_pending_since",
        "arn",
        "authenticated",
        "confirmed",
        "dead_letter_queue",
        "endpoint",
        "filter_policy",
        "owner",
        "principal",
        "protocol",
        "raw",
        "region",
        "serial",
        "settings",
        "token",
        "topic_arn",
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
        self.principal = str(Arn(partition_of(region), "iam", "", owner, _PRINCIPAL))
        self.confirmed = False
        self.authenticated = False  # whether a signed request confirmed it
        self.token: str | None = None  # by which it can be confirmed
        self._pending_since = now
        self.settings: dict[str, str] = dict(DEFAULTS)
        self.raw = False
        self.filter_policy: FilterPolicy | None = None
        self.dead_letter_queue: str | None = None  # ARN

    def confirm(self, *, authenticated: bool) -> None:
        self.confirmed = True
        self.authenticated = authenticated

    def token_expired(self, now: float) -> bool:
        return now >= self._pending_since + PENDING_SUBSCRIPTION_SECONDS

    def accepts(self, notification: Notification) -> bool:
        """Whether the filter policy lets this notification through."""
        policy = self.filter_policy
        return policy is None or policy.matches(notification.message_for(self.protocol), notification.attributes)

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
        if PROTOCOLS[self.protocol].retry_policy:
            own = self.settings.get("DeliveryPolicy")
            shown["EffectiveDeliveryPolicy"] = effective_subscription_policy(own, topic_delivery_policy)
        return shown
