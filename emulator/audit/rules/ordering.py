"""Rules about order and duplicates."""

from collections.abc import Iterator

from emulator.audit.fix import QUEUE, SUBSCRIPTION, ArnOfNew, Fix
from emulator.audit.rule import Found, Rule
from emulator.audit.statements import attributes_fix
from emulator.audit.view import View

_FIFO = "https://docs.aws.amazon.com/sns/latest/dg/sns-fifo-topics.html"
_SQS_GUIDE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide"
_KEEPS_ORDER = ("sqs",)


def _fifo_to_standard(view: View) -> Iterator[Found]:
    for subscription in view.subscriptions:
        if (
            subscription.topic.endswith(".fifo")
            and subscription.protocol == "sqs"
            and not subscription.endpoint.endswith(".fifo")
        ):
            name = f"{subscription.origin.name}Ordered"
            fixes = [
                Fix(QUEUE, name, {"FifoQueue": True}),
                Fix(
                    SUBSCRIPTION,
                    subscription.origin.name,
                    {"Endpoint": ArnOfNew(QUEUE, name, subscription.topic)},
                    subscription.arn,
                ),
            ]
            yield Found(
                subscription, "a standard queue does not keep the order of the topic, nor drop duplicates", fixes
            )


def _standard_to_fifo(view: View) -> Iterator[Found]:
    for subscription in view.subscriptions:
        if not subscription.topic.endswith(".fifo") and subscription.endpoint.endswith(".fifo"):
            name = f"{subscription.origin.name}Standard"
            fixes = [
                Fix(QUEUE, name, {}),
                Fix(
                    SUBSCRIPTION,
                    subscription.origin.name,
                    {"Endpoint": ArnOfNew(QUEUE, name, subscription.topic)},
                    subscription.arn,
                ),
            ]
            yield Found(subscription, "a standard topic cannot send to a FIFO queue", fixes)


def _fifo_to_other(view: View) -> Iterator[Found]:
    for subscription in view.subscriptions:
        if subscription.topic.endswith(".fifo") and subscription.protocol not in _KEEPS_ORDER:
            fixes = [Fix(SUBSCRIPTION, subscription.origin.name, {}, subscription.arn, delete=True)]
            yield Found(subscription, f"a FIFO topic sends to queues only, not to {subscription.protocol}", fixes)


def _throughput_scope(view: View) -> Iterator[Found]:
    for queue in view.architecture.queues:
        if queue.throughput_limit == "perMessageGroupId" and queue.deduplication_scope != "messageGroup":
            text = "the throughput limit is per message group, and deduplication is per queue"
            yield Found(queue, text, attributes_fix(queue, DeduplicationScope="messageGroup"))


def _fifo_batches(view: View) -> Iterator[Found]:
    for queue in view.architecture.queues:
        if queue.fifo and queue.dead_letters is not None and queue.dead_letters.max_receive_count < 3:
            text = f"after {queue.dead_letters.max_receive_count} receives the next message of the group goes first"
            policy = {"deadLetterTargetArn": queue.dead_letters.queue, "maxReceiveCount": 5}
            yield Found(queue, text, attributes_fix(queue, RedrivePolicy=policy))


RULES = (
    Rule(
        "fifo-to-standard",
        "A FIFO topic sends to a standard queue",
        "Tampering",
        "medium",
        "The order of messages is lost, and a message can come twice.",
        "https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html",
        _fifo_to_standard,
    ),
    Rule(
        "standard-to-fifo",
        "A standard topic is to send to a FIFO queue",
        "Denial of service",
        "high",
        "SNS refuses the subscription: only a FIFO topic has the group ids that the queue needs.",
        _FIFO,
        _standard_to_fifo,
    ),
    Rule(
        "fifo-to-other",
        "A FIFO topic is to send to no queue",
        "Denial of service",
        "high",
        "SNS refuses the subscription: only queues can subscribe to FIFO topics.",
        "https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html",
        _fifo_to_other,
    ),
    Rule(
        "throughput-scope",
        "High throughput does not go with the deduplication scope",
        "Denial of service",
        "medium",
        "SQS takes perMessageGroupId only together with the deduplication scope messageGroup.",
        f"{_SQS_GUIDE}/enable-high-throughput-fifo.html",
        _throughput_scope,
    ),
    Rule(
        "fifo-gives-up-early",
        "A FIFO queue gives up on a message early",
        "Tampering",
        "low",
        "A message that moves to the dead-letter queue leaves its group out of order, and later ones are processed.",
        f"{_SQS_GUIDE}/sqs-dead-letter-queues.html#when-to-use-dead-letter-queue",
        _fifo_batches,
    ),
)
