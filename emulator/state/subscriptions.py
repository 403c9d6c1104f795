"""Subscriptions in a state document: confirmed, pending, and cancelled ones that can be restored."""

from typing import Annotated

import msgspec

from emulator.aws.limits import CONFIRMATION_TOKEN_BYTES
from emulator.sns.changes import ReplayStatus, SubscriptionCreated
from emulator.sns.phone_numbers import as_kept
from emulator.sns.protocols import check_endpoint
from emulator.sns.service import SnsService
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic
from emulator.sns.wording import attributes_of_request
from emulator.state.part import NO_TIME, AccountId, DocumentError, Named, Time, owner_of
from emulator.state.renaming import Renaming

_Token = Annotated[str, msgspec.Meta(pattern=rf"^[0-9a-f]{{{2 * CONFIRMATION_TOKEN_BYTES}}}\Z")]


class StoredSubscription(Named, kw_only=True):
    """A subscription. ``token`` confirms or restores it until two days after ``pending_since``.

    Without an ``arn`` it has the ARN of its ``topic``, which is in no document that the emulator writes.
    """

    arn: str = ""
    topic: str = ""
    protocol: str
    endpoint: str
    owner: AccountId = ""
    pending_since: Time = NO_TIME
    settings: dict[str, str] = {}
    confirmed: bool = True
    authenticated: bool = False
    protected: bool = False
    token: _Token | None = None
    replay_status: ReplayStatus | None = None

    def __post_init__(self) -> None:
        if self.protocol == "sms":
            self.endpoint = as_kept(self.endpoint)

    @property
    def owners(self) -> tuple[str, ...]:
        """The account that made it, and the topic's."""
        return (self.owner, owner_of(self.topic or self.arn))

    @property
    def topic_arn(self) -> str:
        return self.arn.rpartition(":")[0]

    def rename(self, renaming: Renaming) -> None:
        super().rename(renaming)
        self.topic = renaming.text(self.topic)
        self.endpoint = renaming.endpoint(self.endpoint)
        self.owner = renaming.text(self.owner)
        # A filter policy is about the content of messages, which stays the same.
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
        settings=dict(subscription.settings),
        replay_status=None if subscription.replay is None else subscription.replay.status,
    )


def rebuilt_subscription(stored: StoredSubscription, topic: Topic, sns: SnsService) -> Subscription:
    """The subscription, not entered anywhere yet. Raises DocumentError or a ServiceError if it is invalid."""
    whole = SubscriptionCreated(
        arn=stored.arn,
        protocol=stored.protocol,
        endpoint=check_endpoint(stored.protocol, stored.endpoint, fifo_topic=topic.fifo),
        owner=stored.owner,
        pending_since=stored.pending_since,
        settings=stored.settings,
        confirmed=stored.confirmed,
        authenticated=stored.authenticated,
        protected=stored.protected,
        token=stored.token,
        replay_status=stored.replay_status,
    )
    with attributes_of_request():
        subscription = sns.subscriptions.rebuild(topic, whole)
    if (subscription.replay is None) != (stored.replay_status is None):
        raise DocumentError(
            "A subscription must have a replay if it has a ReplayPolicy, and only then", ".replay_status"
        )
    return subscription
