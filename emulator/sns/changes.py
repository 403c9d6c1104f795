"""The lasting changes of SNS: every change that makes a difference in the exported state.

A thing is recorded in full when it begins, and afterwards only the part that changed. Each change is applied by the
object that it is about (``apply``), whether it has just been decided or is replayed.
"""

from typing import Literal

from msgspec import Struct, field

from emulator.aws.arns import account_in
from emulator.foundation.changes import Change
from emulator.sns.notification import Notification
from emulator.sns.outbox_entry import Entry

ReplayStatus = Literal["Pending", "In progress", "Completed", "Failed"]

# Topics. -------------------------------------------------------------------------------------


class UsedId(Struct, frozen=True, omit_defaults=True):
    """A deduplication id, as its hexadecimal digest, and the answer to its first use."""

    digest: str
    used_at: float  # seconds since the epoch
    message_id: str
    sequence_number: str | None = None


class KeptArchive(Struct, frozen=True, omit_defaults=True):
    """An archive. It is complete from ``since`` on; ``replays`` is how many were begun."""

    since: float
    replays: int = 0
    messages: list[Notification] = field(default_factory=list)


class TopicChange(Change, frozen=True):
    """A change of one topic."""

    topic: str  # ARN

    @property
    def account(self) -> str:
        return account_in(self.topic)


class TopicCreated(Change, frozen=True):
    """A topic in full, without its subscriptions."""

    name: str
    account: str
    region: str
    settings: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    data_protection: str | None = None
    deleted_subscriptions: int = 0
    sequence: int = 0
    used_ids: list[UsedId] = field(default_factory=list)
    archive: KeptArchive | None = None


class TopicAttributeSet(TopicChange, frozen=True):
    """``value`` is None if the attribute was removed."""

    name: str
    value: str | None
    at: float  # seconds since the epoch: an archive begins, or its retention period changes


class TopicTagged(TopicChange, frozen=True):
    """All tags of the topic after the change."""

    tags: dict[str, str]


class TopicDataProtectionSet(TopicChange, frozen=True):
    policy: str | None


class TopicDeleted(TopicChange, frozen=True):
    """The topic is deleted with its subscriptions, including the cancelled ones that could have been restored."""


class MessageAccepted(TopicChange, frozen=True):
    """A FIFO topic gave a message its sequence number and remembers its deduplication id."""

    sequence: int  # how many messages the topic has accepted
    used_id: UsedId


class DeduplicationIdsExpired(TopicChange, frozen=True):
    """The topic dropped the deduplication ids that had left the window by this time."""

    at: float


class MessageArchived(TopicChange, frozen=True):
    message: Notification


class ArchivedMessagesExpired(TopicChange, frozen=True):
    """The archived messages from before ``since`` were dropped."""

    since: float


class ArchiveReplayed(TopicChange, frozen=True):
    """One more replay was begun."""

    replays: int  # how many were begun


# Subscriptions. ------------------------------------------------------------------------------


class SubscriptionChange(Change, frozen=True):
    """A change of one subscription."""

    subscription: str  # ARN

    @property
    def account(self) -> str:
        return account_in(self.subscription)


class SubscriptionCreated(Change, frozen=True):
    """A subscription in full. It belongs to the account of its topic, whoever made it."""

    arn: str
    protocol: str
    endpoint: str
    owner: str
    pending_since: float
    settings: dict[str, str]
    confirmed: bool = False
    authenticated: bool = False
    protected: bool = False
    token: str | None = None
    replay_status: ReplayStatus | None = None

    @property
    def account(self) -> str:
        return account_in(self.arn)


class SubscriptionCancelled(SubscriptionCreated, frozen=True):
    """A subscription that was ended, in full. The owner of its endpoint can restore it with the token."""


class SubscriptionRestored(SubscriptionChange, frozen=True):
    """A cancelled subscription was restored."""


class SubscriptionForgotten(SubscriptionChange, frozen=True):
    """A cancelled subscription cannot be restored any more."""


class SubscriptionConfirmed(SubscriptionChange, frozen=True):
    authenticated: bool
    protected: bool = False


class SubscriptionAttributeSet(SubscriptionChange, frozen=True):
    """``value`` is empty if the attribute was removed."""

    name: str
    value: str


class ReplayAdvanced(SubscriptionChange, frozen=True):
    """The replay of the subscription began, ended or failed."""

    status: ReplayStatus


class SubscriptionRemoved(SubscriptionChange, frozen=True):
    """The subscription was ended, or was not confirmed in time."""


# Text messages. ------------------------------------------------------------------------------


class StoredSandboxPhone(Struct, frozen=True, omit_defaults=True):
    """A phone number of the SMS sandbox."""

    number: str
    one_time_password: str
    verified: bool = False
    passwords_sent_at: list[float] = field(default_factory=list)
    attempted_at: float | None = None


class SmsChange(Change, frozen=True):
    """A change of the text messaging of one account in one region."""

    account: str
    region: str


class SmsEntered(SmsChange, frozen=True):
    """The text messaging of an account in full."""

    attributes: dict[str, str]
    opted_out: list[str] = field(default_factory=list)
    opted_in: dict[str, float] = field(default_factory=dict)
    confining: bool = False
    phones: list[StoredSandboxPhone] = field(default_factory=list)


class SmsAttributesSet(SmsChange, frozen=True):
    """The attributes that were set; the others stay as they were."""

    attributes: dict[str, str]


class PhoneOptedOut(SmsChange, frozen=True):
    number: str


class PhoneOptedIn(SmsChange, frozen=True):
    number: str
    at: float


class OptInsExpired(SmsChange, frozen=True):
    """Numbers that were opted in up to thirty days before this time can be opted in again."""

    at: float


class SandboxEntered(SmsChange, frozen=True):
    """Whether the account is confined to the sandbox."""

    confining: bool


class SandboxPhoneChanged(SmsChange, frozen=True):
    """A phone number of the sandbox after the change, new or not."""

    phone: StoredSandboxPhone


class SandboxPhoneDeleted(SmsChange, frozen=True):
    number: str


# Platform applications. ----------------------------------------------------------------------


class KeptEndpoint(Struct, frozen=True):
    """A platform endpoint; ``id`` is the last part of its ARN."""

    id: str
    settings: dict[str, str]


class ApplicationChange(Change, frozen=True):
    """A change of one platform application."""

    application: str  # ARN

    @property
    def account(self) -> str:
        return account_in(self.application)


class ApplicationCreated(Change, frozen=True):
    """A platform application in full."""

    name: str
    platform: str
    account: str
    region: str
    settings: dict[str, str]
    endpoints: list[KeptEndpoint] = field(default_factory=list)


class ApplicationSettingsChanged(ApplicationChange, frozen=True):
    """All settings of the application after the change."""

    settings: dict[str, str]


class ApplicationDeleted(ApplicationChange, frozen=True):
    """The application is deleted with its endpoints."""


class EndpointCreated(ApplicationChange, frozen=True):
    endpoint: KeptEndpoint


class EndpointSettingsChanged(ApplicationChange, frozen=True):
    """All settings of the endpoint after the change."""

    endpoint: KeptEndpoint


class EndpointDeleted(ApplicationChange, frozen=True):
    id: str


# The outbox, and everything. -----------------------------------------------------------------


class OutboxChange(Change, frozen=True):
    """A change of the outbox."""


class OutboxEntryStored(OutboxChange, frozen=True):
    entry: Entry

    @property
    def account(self) -> str:
        return self.entry.account


class OutboxEntriesRemoved(OutboxChange, frozen=True):
    account: str
    ids: list[str]


class SnsReset(Change, frozen=True):
    """Everything of an account in a region was dropped; None stands for all accounts or all regions."""

    account: str | None = None
    region: str | None = None


SnsChange = (
    TopicCreated
    | TopicAttributeSet
    | TopicTagged
    | TopicDataProtectionSet
    | TopicDeleted
    | MessageAccepted
    | DeduplicationIdsExpired
    | MessageArchived
    | ArchivedMessagesExpired
    | ArchiveReplayed
    | SubscriptionCreated
    | SubscriptionCancelled
    | SubscriptionRestored
    | SubscriptionForgotten
    | SubscriptionConfirmed
    | SubscriptionAttributeSet
    | ReplayAdvanced
    | SubscriptionRemoved
    | SmsEntered
    | SmsAttributesSet
    | PhoneOptedOut
    | PhoneOptedIn
    | OptInsExpired
    | SandboxEntered
    | SandboxPhoneChanged
    | SandboxPhoneDeleted
    | ApplicationCreated
    | ApplicationSettingsChanged
    | ApplicationDeleted
    | EndpointCreated
    | EndpointSettingsChanged
    | EndpointDeleted
    | OutboxEntryStored
    | OutboxEntriesRemoved
    | SnsReset
)
