"""Topics in a state document, without their subscriptions."""

from emulator.sns.archive import Archive
from emulator.sns.changes import KeptArchive, TopicCreated
from emulator.sns.notification import Notification
from emulator.sns.topic import Topic
from emulator.sns.topics import Topics
from emulator.sns.wording import attributes_of_request
from emulator.state.deduplication import UsedId, restoring_window, used_id
from emulator.state.messages import StoredAttribute, message_attributes, stored_attributes
from emulator.state.part import NO_TIME, Count, DocumentError, Named, Part, Time, at, read_arn
from emulator.state.renaming import Renaming
from emulator.timing.turns import Work, portions

_DEFAULT = "default"


class ArchivedMessage(Part, kw_only=True):
    """A message in an archive. ``texts`` has the ``default`` text, and one for each protocol that has its own."""

    id: str = ""
    published_at: Time = NO_TIME
    texts: dict[str, str]
    group_id: str
    deduplication_id: str = ""
    sequence_number: str = ""
    attributes: dict[str, StoredAttribute] = {}
    subject: str | None = None
    trace_header: str | None = None


class StoredArchive(Part):
    """The archive of a topic that has an ArchivePolicy; ``replays`` is how many were begun."""

    beginning: Time = NO_TIME
    replays: Count = 0
    messages: list[ArchivedMessage] = []


class StoredTopic(Named):
    """A topic. ``sequence`` is the number of messages that a FIFO topic has accepted."""

    settings: dict[str, str] = {}
    tags: dict[str, str] = {}
    data_protection_policy: str | None = None
    deleted_subscriptions: Count = 0
    sequence: Count = 0
    used_ids: list[UsedId] = []
    archive: StoredArchive | None = None

    def rename(self, renaming: Renaming) -> None:
        super().rename(renaming)
        self.settings = renaming.settings(self.settings)
        self.data_protection_policy = renaming.optional(self.data_protection_policy)


def stored_topic(topic: Topic) -> StoredTopic:
    """The topic with its archive."""
    stored = topic_without_contents(topic)
    stored.used_ids = list(map(used_id, topic.window.entries()))
    if stored.archive is not None and topic.archive is not None:
        stored.archive.messages = list(map(archived, topic.archive.kept))
    return stored


def topic_without_contents(topic: Topic) -> StoredTopic:
    """The topic without its deduplication ids and the messages of its archive."""
    archive = topic.archive
    return StoredTopic(
        arn=topic.arn,
        settings=dict(topic.settings),
        tags=topic.tags,
        data_protection_policy=None if topic.data_protection is None else topic.data_protection.policy,
        deleted_subscriptions=topic.deleted_subscriptions,
        sequence=topic.sequence,
        archive=None if archive is None else StoredArchive(beginning=archive.since, replays=archive.replays),
    )


def rebuilding_topic(topics: Topics, stored: StoredTopic) -> Work[Topic]:
    """The topic, not entered in ``topics`` yet. Raises DocumentError or a ServiceError if it is invalid."""
    arn = read_arn(stored.arn, "sns")
    archive = stored.archive
    whole = TopicCreated(
        arn.resource,
        arn.account,
        arn.region,
        settings=stored.settings,
        tags=stored.tags,
        data_protection=stored.data_protection_policy,
        deleted_subscriptions=stored.deleted_subscriptions,
        sequence=stored.sequence,
        archive=None if archive is None else KeptArchive(archive.beginning, archive.replays, []),
    )
    with attributes_of_request():
        topic = topics.rebuild(whole)
    if (topic.archive is None) != (archive is None):
        raise DocumentError("A topic must have an archive if it has an ArchivePolicy, and only then", ".archive")
    yield from restoring_window(topic.window, stored.used_ids)
    if topic.archive is not None and archive is not None:
        yield from _filling(topic.archive, archive, topic.arn)
    return topic


def _filling(archive: Archive, stored: StoredArchive, topic_arn: str) -> Work[None]:
    for portion in portions(enumerate(stored.messages)):
        messages = []
        for number, message in portion:
            with at(f".archive.messages[{number}]"):
                messages.append(_notification(message, topic_arn))
        archive.restore_some(messages)
        yield


def archived(notification: Notification) -> ArchivedMessage:
    return ArchivedMessage(
        id=notification.message_id,
        published_at=notification.published_at,
        texts={**notification.by_protocol, _DEFAULT: notification.message},
        attributes=stored_attributes(notification.attributes),
        subject=notification.subject,
        group_id=notification.group_id or "",
        deduplication_id=notification.deduplication_id or "",
        sequence_number=notification.sequence_number or "",
        trace_header=notification.trace_header,
    )


def _notification(stored: ArchivedMessage, topic_arn: str) -> Notification:
    if _DEFAULT not in stored.texts:
        raise DocumentError("A message has a default text", ".texts")
    return Notification(
        message_id=stored.id,
        topic_arn=topic_arn,
        published_at=stored.published_at,
        message=stored.texts[_DEFAULT],
        by_protocol=stored.texts,
        attributes=message_attributes(stored.attributes),
        subject=stored.subject,
        group_id=stored.group_id,
        deduplication_id=stored.deduplication_id,
        sequence_number=stored.sequence_number,
        trace_header=stored.trace_header,
    )
