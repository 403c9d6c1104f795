"""The model of a live account of AWS in one region."""

from emulator.architecture.aws_account import Account, AwsMapping, AwsQueue, AwsSubscription, AwsTopic, origin
from emulator.architecture.model import Architecture, Consumer, Queue, Subscription, Topic
from emulator.architecture.of_attributes import WrongAttributeError, queue_of, subscription_of, topic_of


def architecture_of(account: Account, name: str) -> Architecture:
    """The model. Values that AWS gives and that make no sense here are left out, with a notice."""
    found = Architecture(
        source="aws",
        name=name,
        functions=account.functions,
        consumers=[_consumer(mapping) for mapping in account.mappings],
        alarms=account.alarms,
        keys=account.keys,
        known=account.known,
        complete=True,
        notices=[*account.notices],
    )
    for queue in account.queues:
        try:
            found.queues.append(_queue(queue))
        except WrongAttributeError as error:
            found.notices.append(f"{queue.arn} is left out: {error}")
    for topic in account.topics:
        try:
            found.topics.append(_topic(topic, protection_known=account.protection_known))
        except WrongAttributeError as error:
            found.notices.append(f"{topic.arn} is left out: {error}")
    for subscription in account.subscriptions:
        try:
            found.subscriptions.append(_subscription(subscription))
        except WrongAttributeError as error:
            found.notices.append(f"{subscription.arn} is left out: {error}")
    return found


def _queue(queue: AwsQueue) -> Queue:
    return queue_of(queue.arn, queue.attributes, queue.tags, origin(queue.arn))


def _topic(topic: AwsTopic, *, protection_known: bool) -> Topic:
    found = topic_of(topic.arn, topic.attributes, topic.tags, origin(topic.arn), protection=topic.protection)
    found.protection_known = protection_known
    return found


def _subscription(each: AwsSubscription) -> Subscription:
    return subscription_of(
        each.arn if each.arn.startswith("arn:") else "",
        each.topic,
        each.protocol,
        each.endpoint,
        each.attributes,
        owner=each.owner or None,
        confirmed=each.confirmed,
    )


def _consumer(mapping: AwsMapping) -> Consumer:
    return Consumer(
        arn=mapping.arn,
        origin=origin(mapping.arn),
        queue=mapping.queue,
        function=mapping.function,
        batch_size=mapping.batch_size,
        partial_batches=mapping.reports_failures,
    )
