"""Rules about encryption at rest, and the keys for it."""

from collections.abc import Iterator

from emulator.architecture.model import Queue, Topic
from emulator.audit.fix import SUBSCRIPTION, Fix
from emulator.audit.rule import Found, Rule
from emulator.audit.statements import SNS, added_statement, allows_action, attributes_fix, foreign_accounts, services
from emulator.audit.view import View, sensitivity

_KMS = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"
_SNS_KMS = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
_REUSE_MAX = 3_600
OWN_KEY = "alias/messages"  # in fixes, where a customer managed key must take the place of another


def _is_managed_by_aws(key: str | None) -> bool:
    return key is not None and key.rpartition("alias/")[2].startswith("aws/")


def _queue_unencrypted(view: View) -> Iterator[Found]:
    for queue in view.architecture.queues:
        if not queue.encrypted:
            fixes = attributes_fix(queue, SqsManagedSseEnabled=True)
            yield Found(queue, "server-side encryption is switched off", fixes)


def _topic_unencrypted(view: View) -> Iterator[Found]:
    for topic in view.architecture.topics:
        if topic.kms_key is None:
            yield Found(topic, "it has no KmsMasterKeyId", attributes_fix(topic, KmsMasterKeyId=OWN_KEY))


def _managed_key_with_sns(view: View) -> Iterator[Found]:
    for queue in view.architecture.queues:
        topics = view.to_queue.get(queue.arn)
        if topics and _is_managed_by_aws(queue.kms_key):
            text = f"SNS may not use {queue.kms_key}, so no message of {view.name(topics[0].topic)} arrives"
            yield Found(queue, text, attributes_fix(queue, KmsMasterKeyId=OWN_KEY))


def _managed_key_across_accounts(view: View) -> Iterator[Found]:
    for owner in view.owners:
        accounts = [
            account
            for statement in (() if owner.policy is None else owner.policy.statements)
            if statement.allows and not statement.not_principals
            for account in foreign_accounts(statement, {owner.account})
        ]
        if accounts and _is_managed_by_aws(owner.kms_key):
            text = f"the account {', '.join(dict.fromkeys(accounts))} may not use {owner.kms_key}"
            yield Found(owner, text, attributes_fix(owner, KmsMasterKeyId=OWN_KEY))


def _key_without_sns(view: View) -> Iterator[Found]:
    for queue in view.architecture.queues:
        key = view.key(queue.kms_key)
        if key is None or key.policy is None or not view.to_queue.get(queue.arn):
            continue
        wanted = ("kms:generatedatakey", "kms:decrypt")
        allowed = {
            action
            for each in key.policy.statements
            if each.allows and SNS in services(each)
            for action in allows_action(each, *wanted)
        }
        if len(allowed) < len(wanted):
            block = {
                "Effect": "Allow",
                "Principal": {"Service": SNS},
                "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": queue.account}},
            }
            text = f"the policy of its key {key.origin.name or key.name} does not let SNS use it"
            yield Found(queue, text, added_statement(key, block))


def _long_reuse(view: View) -> Iterator[Found]:
    for queue in view.architecture.queues:
        if queue.kms_key is not None and queue.kms_reuse_seconds > _REUSE_MAX:
            text = f"data keys are used for {queue.kms_reuse_seconds} seconds without asking KMS"
            yield Found(queue, text, attributes_fix(queue, KmsDataKeyReusePeriodSeconds=300))


def _weaker_endpoint(view: View) -> Iterator[Found]:
    for subscription in view.subscriptions:
        topic, queue = view.topics.get(subscription.topic), view.queues.get(subscription.endpoint)
        if topic is not None and queue is not None and topic.kms_key is not None and not queue.encrypted:
            text = f"{topic.name} is encrypted, and its queue {queue.name} is not"
            yield Found(queue, text, attributes_fix(queue, SqsManagedSseEnabled=True))


def _weaker_dead_letters(view: View) -> Iterator[Found]:
    for arn, sources in view.sources.items():
        queue = view.queues.get(arn)
        strict = [each for each in sources if each.kms_key is not None]
        if queue is not None and strict and queue.kms_key is None:
            text = f"the messages of {strict[0].name}, which has the key {strict[0].kms_key}, lie here without it"
            yield Found(queue, text, attributes_fix(queue, KmsMasterKeyId=strict[0].kms_key, SqsManagedSseEnabled=None))


def _sensitive_without_own_key(view: View) -> Iterator[Found]:
    for owner in view.owners:
        reason = sensitivity(owner)
        if reason is not None and _is_shared(owner):
            yield Found(owner, f"{reason}, and it has no key of its own", attributes_fix(owner, KmsMasterKeyId=OWN_KEY))


def _is_shared(owner: Queue | Topic) -> bool:
    """Whether it is encrypted with a key whose use cannot be limited or ended."""
    return _is_managed_by_aws(owner.kms_key) or (isinstance(owner, Queue) and owner.sqs_encryption)


def _raw_to_web(view: View) -> Iterator[Found]:
    """Raw deliveries have no signature."""
    for subscription in view.subscriptions:
        if subscription.protocol in ("http", "https") and subscription.raw:
            properties = {"RawMessageDelivery": False}
            fixes = [Fix(SUBSCRIPTION, subscription.origin.name, properties, subscription.arn)]
            yield Found(subscription, f"{subscription.endpoint} gets messages without a signature", fixes)


RULES = (
    Rule(
        "queue-unencrypted",
        "A queue is not encrypted",
        "Information disclosure",
        "high",
        "Messages are stored as they are. SSE-SQS costs nothing and is the default.",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
        _queue_unencrypted,
    ),
    Rule(
        "topic-unencrypted",
        "A topic is not encrypted",
        "Information disclosure",
        "medium",
        "Messages are stored unencrypted while they are delivered, and retried for up to 23 days.",
        "https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html",
        _topic_unencrypted,
    ),
    Rule(
        "managed-key-with-sns",
        "SNS cannot use the queue's key",
        "Denial of service",
        "high",
        "The policy of the AWS managed key cannot be changed, so every delivery fails: use a customer managed key.",
        f"{_KMS}#compatibility-with-aws-services",
        _managed_key_with_sns,
    ),
    Rule(
        "managed-key-across-accounts",
        "Another account cannot use the key",
        "Denial of service",
        "high",
        "An AWS managed key is for its own account only: requests of the others that the policy allows fail.",
        "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html",
        _managed_key_across_accounts,
    ),
    Rule(
        "key-without-sns",
        "The key policy does not let SNS use the key",
        "Denial of service",
        "high",
        "SNS needs kms:GenerateDataKey and kms:Decrypt for an encrypted queue; otherwise every delivery fails.",
        f"{_SNS_KMS}#sns-what-permissions-for-sse",
        _key_without_sns,
    ),
    Rule(
        "long-key-reuse",
        "A data key is used for long",
        "Information disclosure",
        "low",
        "Who lost the right to use the key can still read, as long as SQS does not ask KMS again.",
        f"{_KMS}#sqs-how-does-the-data-key-reuse-period-work",
        _long_reuse,
    ),
    Rule(
        "weaker-endpoint",
        "An encrypted topic has a queue that is not",
        "Information disclosure",
        "medium",
        "The same messages are stored once with and once without encryption.",
        "https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html",
        _weaker_endpoint,
    ),
    Rule(
        "weaker-dead-letter-queue",
        "A dead-letter queue lacks the key of its source",
        "Information disclosure",
        "medium",
        "Messages that failed lie there longest, and without the key everyone who may read the queue reads them.",
        _KMS,
        _weaker_dead_letters,
    ),
    Rule(
        "sensitive-without-own-key",
        "Sensitive data has no key of its own",
        "Information disclosure",
        "low",
        "Only the use of a customer managed key can be limited, logged for each user, and ended.",
        f"{_KMS}#sqs-what-permissions-for-sse",
        _sensitive_without_own_key,
    ),
    Rule(
        "raw-to-web",
        "A web subscriber gets raw messages",
        "Spoofing",
        "low",
        "A raw message has no signature, so the endpoint cannot tell SNS from anyone who knows its URL.",
        "https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html",
        _raw_to_web,
    ),
)
