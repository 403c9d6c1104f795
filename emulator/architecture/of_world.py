"""The model of a running emulator."""

from collections.abc import Iterator

from emulator.architecture.model import Architecture, Consumer, Origin, Queue, Subscription, Topic
from emulator.architecture.of_attributes import queue_of, subscription_of, topic_of
from emulator.aws.place import Place
from emulator.functions.mapping import EventSourceMapping, unqualified
from emulator.sns.topic import Topic as SnsTopic
from emulator.sqs.queue import Queue as SqsQueue
from emulator.timing.turns import Work, portions
from emulator.world.world import World


def architecture_of(world: World, place: Place, name: str) -> Work[Architecture]:
    """The queues and topics in ``place``. Each is shown as it is when its turn comes; no message is looked at."""
    found = Architecture(source="emulator", name=name, known=["confirmations", "consumers"], complete=True)
    for queues in portions(list(world.sqs.queues.within(place))):
        found.queues += map(_queue, queues)
        yield
    for topics in portions(list(world.sns.topics.within(place))):
        for topic in topics:
            found.topics.append(_topic(topic))
            found.subscriptions += _subscriptions(topic)
        yield
    found.consumers = [_consumer(each) for each in world.mappings if place.covers(*each.place)]
    return found


def _consumer(mapping: EventSourceMapping) -> Consumer:
    return Consumer(
        arn=mapping.arn,
        origin=Origin(name=mapping.uuid),
        queue=mapping.queue_arn,
        function=unqualified(mapping.function_arn),
        batch_size=mapping.batch_size,
        partial_batches=mapping.reports_failures,
    )


def _queue(queue: SqsQueue) -> Queue:
    return queue_of(queue.arn, queue.attributes.shown(), queue.tags, Origin(name=queue.identity.name))


def _topic(topic: SnsTopic) -> Topic:
    protection = topic.data_protection
    return topic_of(
        topic.arn,
        topic.settings,
        topic.tags,
        Origin(name=topic.identity.name),
        protection=None if protection is None else protection.policy,
    )


def _subscriptions(topic: SnsTopic) -> Iterator[Subscription]:
    for each in list(topic.subscriptions.values()):
        yield subscription_of(
            each.arn,
            topic.arn,
            each.protocol,
            each.endpoint,
            each.settings,
            owner=each.owner,
            confirmed=each.confirmed,
        )
