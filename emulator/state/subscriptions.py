"""Subscriptions: confirmed, pending, and those that were ended and can be brought back."""

from typing import Annotated, Literal

import msgspec

from emulator.aws.limits import CONFIRMATION_TOKEN_BYTES
from emulator.sns.phone_numbers import as_kept
from emulator.sns.protocols import check_endpoint
from emulator.sns.subscription import DEFAULTS, Subscription
from emulator.sns.subscription_attributes import apply_all, check_complete
from emulator.sns.topic import Topic
from emulator.state.part import AccountId, DocumentError, Named, Time, owner_of
from emulator.state.renaming import Renaming

_Token = Annotated[str, msgspec.Meta(pattern=rf"^[0-9a-f]{{{2 * CONFIRMATION_TOKEN_BYTES}}}\Z")]
_ReplayStatus = Literal["Pending", "In progress", "Completed", "Failed"]


class StoredSubscription(Named):
    """A subscription. ``token`` is what confirms it, or brings it back, until two days after ``pending_since``."""

    protocol: str
    endpoint: str
    owner: AccountId
    pending_since: Time
    settings: dict[str, str]
    confirmed: bool = True
    authenticated: bool = False
    protected: bool = False
    token: _Token | None = None
    replay_status: _ReplayStatus | None = None

    def __post_init__(self) -> None:
        if self.protocol == "sms":
            self.endpoint = as_kept(self.endpoint)

    @property
    def owners(self) -> tuple[str, ...]:
        """The one who made it, and the topic's."""
        return (self.owner, owner_of(self.arn))

    @property
    def topic_arn(self) -> str:
        return self.arn.rpartition(":")[0]

    def rename(self, renaming: Renaming) -> None:
        super().rename(renaming)
        self.endpoint = renaming.endpoint(self.endpoint)
        self.owner = renaming.text(self.owner)
        # A filter policy is about what messages say, and that stays as it is.
        self.settings = renaming.settings(self.settings, but=("FilterPolicy",))


def stored_subscription(subscription: Subscription) -> StoredSubscription:
    return StoredSubscription(
        arn=subscription.arn,
        protocol=subscription.protocol,
        endpoint=subscription.endpoint,
        owner=subscription.owner,
        confirmed=subscription.confirmed,
        authenticated=subscription.authenticated,
        protected=subscription.protected,
        token=subscription.token,
        pending_since=subscription.pending_since,
        settings=subscription.settings,
        replay_status=None if subscription.replay is None else subscription.replay.status,
    )


def rebuilt_subscription(stored: StoredSubscription, topic: Topic) -> Subscription:
    """The subscription, not entered anywhere; DocumentError or a ServiceError where it cannot be."""
    missing = DEFAULTS.keys() - stored.settings.keys()
    if missing:
        raise DocumentError(f"The value of {min(missing)} is missing", ".settings")
    if not stored.confirmed and stored.token is None:
        raise DocumentError("What waits for confirmation has a token", ".token")
    subscription = Subscription(
        subscription_arn=stored.arn,
        topic_arn=topic.arn,
        region=topic.region,
        protocol=stored.protocol,
        endpoint=check_endpoint(stored.protocol, stored.endpoint, fifo_topic=topic.fifo),
        owner=stored.owner,
        serial=0,
        now=stored.pending_since,
    )
    apply_all(subscription, {name: value for name, value in stored.settings.items() if value != DEFAULTS.get(name)})
    check_complete(subscription)
    subscription.confirmed = stored.confirmed
    subscription.authenticated = stored.authenticated
    subscription.protected = stored.protected
    subscription.token = stored.token
    if (subscription.replay is None) != (stored.replay_status is None):
        raise DocumentError("A subscription has a replay where it has a ReplayPolicy, and only there", ".replay_status")
    if subscription.replay is not None and stored.replay_status is not None:
        subscription.replay.status = stored.replay_status
    return subscription
