"""Rules about what messages, names and tags give away."""

import re
from collections.abc import Iterator

from emulator.architecture.model import Queue, Topic, account_of
from emulator.audit.fix import QUEUE, SUBSCRIPTION, TOPIC, Fix
from emulator.audit.rule import Found, Rule
from emulator.audit.statements import attributes_fix
from emulator.audit.view import View, sensitivity

_SNS_GUIDE = "https://docs.aws.amazon.com/sns/latest/dg"
_PEOPLE = ("email", "email-json", "sms")
_RETENTION_MAX = 345_600  # seconds
_ARCHIVE_DAYS_MAX = 30
_SECRET_KEYS = re.compile(r"passw|secret|token|api-?key|credential", re.IGNORECASE)
_ACCESS_KEY = re.compile(r"(?:AKIA|ASIA)[A-Z0-9]{16}")
_ADDRESS = re.compile(r"(?<!\d)(?:10|127|172|192)[-_]\d{1,3}[-_]\d{1,3}[-_]\d{1,3}(?!\d)")
_DIGITS = re.compile(r"(?<!\d)\d{9,16}(?!\d)")  # of accounts, customers, cards and phones


def _protection() -> dict[str, object]:
    identifiers = ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
    statement = {
        "DataDirection": "Inbound",
        "Principal": ["*"],
        "DataIdentifier": identifiers,
        "Operation": {"Deidentify": {"MaskConfig": {"MaskWithCharacter": "*"}}},
    }
    return {"Name": "protect", "Version": "2021-06-01", "Statement": [statement]}


def _is_unprotected(topic: Topic) -> bool:
    return topic.data_protection is None and topic.protection_known


def _people(view: View) -> Iterator[Found]:
    for topic in view.architecture.topics:
        reason = sensitivity(topic)
        protocols = sorted({each.protocol for each in view.of_topic.get(topic.arn, ()) if each.protocol in _PEOPLE})
        if reason is not None and protocols and _is_unprotected(topic):
            text = f"{reason}, and it goes out by {', '.join(protocols)} without a data protection policy"
            yield Found(topic, text, attributes_fix(topic, DataProtectionPolicy=_protection()))


def _unprotected(view: View) -> Iterator[Found]:
    for topic in view.architecture.topics:
        reason = sensitivity(topic)
        if reason is not None and _is_unprotected(topic) and not topic.fifo:
            text = f"{reason}, and nothing looks for sensitive data in its messages"
            yield Found(topic, text, attributes_fix(topic, DataProtectionPolicy=_protection()))


def _long_retention(view: View) -> Iterator[Found]:
    for queue in view.architecture.queues:
        reason = sensitivity(queue)
        if reason is not None and queue.retention > _RETENTION_MAX and queue.arn not in view.dead_letter_queues:
            text = f"{reason}, and messages stay for {queue.retention // 86_400} days"
            yield Found(queue, text, attributes_fix(queue, MessageRetentionPeriod=_RETENTION_MAX))


def _long_archive(view: View) -> Iterator[Found]:
    for topic in view.architecture.topics:
        reason = sensitivity(topic)
        if reason is not None and topic.archive_days is not None and topic.archive_days > _ARCHIVE_DAYS_MAX:
            text = f"{reason}, and its archive keeps messages for {topic.archive_days} days"
            policy = {"MessageRetentionPeriod": str(_ARCHIVE_DAYS_MAX)}
            yield Found(topic, text, attributes_fix(topic, ArchivePolicy=policy))


def _crosses(view: View) -> Iterator[Found]:
    for subscription in view.subscriptions:
        topic = view.topics.get(subscription.topic)
        target = account_of(subscription.endpoint)
        reason = None if topic is None else sensitivity(topic)
        if topic is not None and reason is not None and target and target != topic.account:
            fixes = [Fix(SUBSCRIPTION, subscription.origin.name, {}, subscription.arn, delete=True)]
            yield Found(subscription, f"{reason}, and its messages go to the account {target}", fixes)


def _revealing_name(view: View) -> Iterator[Found]:
    for owner in view.owners:
        leak = _leak(owner)
        if leak is not None:
            kind, given = (QUEUE, "QueueName") if isinstance(owner, Queue) else (TOPIC, "TopicName")
            suffix = ".fifo" if owner.fifo else ""
            fixes = [Fix(kind, owner.origin.name, {given: f"{_without(owner.name)}{suffix}"}, owner.arn)]
            yield Found(owner, f"its name has {leak}", fixes)


def _leak(owner: Queue | Topic) -> str | None:
    for pattern, what in (
        (_ACCESS_KEY, "an access key id"),
        (_ADDRESS, "an internal address"),
        (_DIGITS, "a long number, such as that of an account or a customer"),
    ):
        if pattern.search(owner.name):
            return what
    return None


def _without(name: str) -> str:
    for pattern in (_ACCESS_KEY, _ADDRESS, _DIGITS):
        name = pattern.sub("", name)
    return re.sub("[-_]{2,}", "-", name.removesuffix(".fifo")).strip("-_") or "messages"


def _secret_tag(view: View) -> Iterator[Found]:
    for owner in view.owners:
        keys = [key for key, value in owner.tags.items() if _ACCESS_KEY.search(value) or _is_secret(key, value)]
        if keys:
            tags = [{"Key": key, "Value": value} for key, value in owner.tags.items() if key not in keys]
            yield Found(owner, f"the tag {keys[0]} looks like a credential", attributes_fix(owner, Tags=tags))


def _is_secret(key: str, value: str) -> bool:
    return bool(_SECRET_KEYS.search(key)) and len(value) >= 8 and not value.startswith("arn:")


RULES = (
    Rule(
        "sensitive-to-people",
        "Sensitive data goes out by mail or text message",
        "Information disclosure",
        "high",
        "Mail and SMS are not encrypted on their way, and stay on devices and servers of others.",
        f"{_SNS_GUIDE}/sns-message-data-protection.html",
        _people,
    ),
    Rule(
        "no-data-protection",
        "A topic with sensitive data has no data protection policy",
        "Information disclosure",
        "low",
        "Nothing audits, masks or refuses what should not be in a message.",
        f"{_SNS_GUIDE}/sns-message-data-protection.html",
        _unprotected,
    ),
    Rule(
        "sensitive-retention",
        "Sensitive data is kept for long",
        "Information disclosure",
        "low",
        "What is kept longer than it is needed can be read, and must be found if a customer asks for its deletion.",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-architecture.html",
        _long_retention,
    ),
    Rule(
        "sensitive-archive",
        "An archive keeps sensitive data for long",
        "Information disclosure",
        "low",
        "Every subscriber can have the archive replayed, as far back as it reaches.",
        f"{_SNS_GUIDE}/message-archiving-and-replay-topic-owner.html",
        _long_archive,
    ),
    Rule(
        "sensitive-across-accounts",
        "Sensitive data goes to another account",
        "Information disclosure",
        "medium",
        "The messages leave the reach of the owner's policies, logs and keys.",
        f"{_SNS_GUIDE}/sns-send-message-to-sqs-cross-account.html",
        _crosses,
    ),
    Rule(
        "telling-name",
        "A name gives something away",
        "Information disclosure",
        "low",
        "Names stand in URLs, logs, metrics and bills, which more people see than messages.",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html",
        _revealing_name,
    ),
    Rule(
        "secret-in-tag",
        "A tag has a secret",
        "Information disclosure",
        "high",
        "Tags are not encrypted, and many services show them.",
        "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
        _secret_tag,
    ),
)
