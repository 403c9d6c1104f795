"""The input of Publish, its checks, and the notification that is made from it.

https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

import re
import string
from collections.abc import Mapping, Sequence
from hashlib import sha256
from unicodedata import category

from msgspec import Struct

from emulator.aws.limits import (
    BATCH_ENTRY_ID_LENGTH,
    MESSAGE_GROUP_ID_LENGTH,
    PUBLISH_BATCH_ENTRIES_MAX,
    SUBJECT_LENGTH,
)
from emulator.aws.message_attribute import MessageAttribute, attributes_size, utf8_length
from emulator.aws.sns_errors import (
    SnsBatchEntryIdsNotDistinct,
    SnsBatchRequestTooLong,
    SnsEmptyBatchRequest,
    SnsInvalidBatchEntryId,
    SnsInvalidParameter,
    SnsTooManyEntriesInBatchRequest,
)
from emulator.sns.direct_message import Sending
from emulator.sns.json_document import JsonError, parse_json
from emulator.sns.message_attributes import check_attributes
from emulator.sns.notification import Notification
from emulator.sns.topic import Topic

_ENTRY_ID = re.compile(r"[A-Za-z0-9_-]+")
_FIFO_ID = re.compile(rf"[{re.escape(string.ascii_letters + string.digits + string.punctuation)}]+")
_UNPRINTABLE = frozenset({"Cc", "Zl", "Zp"})  # control characters and line breaks
_STRUCTURE = "Message Structure - "
DEFAULT = "default"


class SubjectRejected(SnsInvalidParameter):
    """The subject of a message is invalid. In a batch it fails only its own entry, unlike all other errors."""


class Publication(Struct, frozen=True):
    """The input of one Publish, or of one entry of a PublishBatch."""

    message: str
    attributes: dict[str, MessageAttribute]
    subject: str | None = None
    structure: str | None = None
    group_id: str | None = None
    deduplication_id: str | None = None

    @property
    def size(self) -> int:
        """Bytes that count towards the size limit."""
        size = utf8_length(self.message)
        return size + attributes_size(self.attributes) if self.attributes else size


def compose(topic: Topic, publication: Publication, sending: Sending) -> Notification:
    """The notification for a topic. Raises the error that Publish returns; the subject is checked last."""
    check_content(publication, topic.maximum_message_size)
    if publication.structure is None:
        texts = {DEFAULT: publication.message}
    else:
        texts = texts_of(publication)
        check_default(texts)
    group_id, deduplication_id = publication.group_id, publication.deduplication_id
    if topic.fifo or group_id is not None or deduplication_id is not None:
        group_id, deduplication_id = _fifo_ids(topic, publication)
    if publication.subject is not None:
        check_subject(publication.subject)
    return Notification(  # by position, as names take longer
        sending.message_id,
        topic.arn,
        sending.published_at,
        texts[DEFAULT],
        texts,
        publication.attributes,
        publication.subject,
        group_id,
        deduplication_id,
        None,  # the number that a FIFO topic gives it
        sending.trace_header,
    )


def check_batch(topic: Topic, entries: Sequence[tuple[str, Publication]]) -> None:
    """Check a batch, given as ids and messages, as AWS does before it checks each message."""
    entry_ids = [entry_id for entry_id, _ in entries]
    if not entry_ids:
        raise SnsEmptyBatchRequest
    if len(entry_ids) > PUBLISH_BATCH_ENTRIES_MAX:
        raise SnsTooManyEntriesInBatchRequest
    for entry_id in entry_ids:
        if len(entry_id) > BATCH_ENTRY_ID_LENGTH:
            raise SnsInvalidBatchEntryId(f"The Id of a batch entry in the batch request is too long: {entry_id}")
        if not _ENTRY_ID.fullmatch(entry_id):
            raise SnsInvalidBatchEntryId(
                f"The Id of a batch entry in the batch request contains an impermissible character: {entry_id}"
            )
    if len(set(entry_ids)) < len(entry_ids):
        raise SnsBatchEntryIdsNotDistinct
    if sum(publication.size for _, publication in entries) > topic.maximum_message_size:
        raise SnsBatchRequestTooLong


def check_content(publication: Publication, maximum_size: int) -> None:
    if not publication.message:
        raise SnsInvalidParameter.of("Empty message")
    if publication.attributes:
        check_attributes(publication.attributes)
    if publication.size > maximum_size:
        raise SnsInvalidParameter.of("Message too long")


def check_subject(subject: str | None) -> None:
    if subject is not None and not (0 < len(subject) <= SUBJECT_LENGTH and _printable(subject)):
        raise SubjectRejected.of("Subject")


def _printable(subject: str) -> bool:
    return not any(category(character) in _UNPRINTABLE for character in subject)


def texts_of(publication: Publication) -> dict[str, str]:
    """The texts by protocol and platform for those that have one of their own, and under DEFAULT the text for the
    others.
    """
    if publication.structure != "json":
        return {DEFAULT: publication.message}
    try:
        document = parse_json(publication.message)
    except JsonError as error:
        raise SnsInvalidParameter.of(f"{_STRUCTURE}JSON message body failed to parse") from error
    texts = document if isinstance(document, dict) else {}
    return {key: text for key, text in texts.items() if isinstance(text, str)}


def check_default(texts: Mapping[str, str]) -> None:
    """Raise InvalidParameter if there is no default text."""
    if DEFAULT not in texts:
        raise SnsInvalidParameter.of(f"{_STRUCTURE}No default entry in JSON message body")


def _fifo_ids(topic: Topic, publication: Publication) -> tuple[str | None, str | None]:
    """Message group id and deduplication id, as the topic's type needs them."""
    group_id, deduplication_id = publication.group_id, publication.deduplication_id
    if topic.fifo and not group_id:
        raise SnsInvalidParameter.of("The MessageGroupId parameter is required for FIFO topics")
    if not topic.fifo and deduplication_id is not None:
        raise SnsInvalidParameter.of(
            "MessageDeduplicationId",
            "The request includes MessageDeduplicationId parameter that is not valid for this topic type",
        )
    _check_fifo_id("MessageGroupId", group_id)
    _check_fifo_id("MessageDeduplicationId", deduplication_id)
    if not topic.fifo or deduplication_id is not None:
        return group_id, deduplication_id
    if not topic.content_based_deduplication:
        raise SnsInvalidParameter.of(
            "The topic should either have ContentBasedDeduplication enabled "
            "or MessageDeduplicationId provided explicitly"
        )
    return group_id, sha256(publication.message.encode()).hexdigest()


def _check_fifo_id(parameter: str, value: str | None) -> None:
    if value is not None and not (len(value) <= MESSAGE_GROUP_ID_LENGTH and _FIFO_ID.fullmatch(value)):
        raise SnsInvalidParameter.of(
            parameter,
            f"{parameter} can only include alphanumeric and punctuation characters. "
            f"1 to {MESSAGE_GROUP_ID_LENGTH} in length",
        )
