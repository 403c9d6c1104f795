"""ElasticMQ's statistics of queues: those of the default account and region, as ElasticMQ has one of each."""

import msgspec

from emulator.aws.place import Place
from emulator.control.queues import QueueSummary, summaries
from emulator.control.refusals import NotFoundError
from emulator.control.run import Run
from emulator.timing.turns import in_turns
from emulator.world.world import World


class Statistics(msgspec.Struct, rename="camel"):
    """How many messages a queue has in each state."""

    approximate_number_of_visible_messages: int
    approximate_number_of_messages_delayed: int
    approximate_number_of_invisible_messages: int


class QueueStatistics(msgspec.Struct):
    """A queue and its messages."""

    name: str
    statistics: Statistics


class QueueName(msgspec.Struct):
    """Which queue."""

    name: str


class QueueAttributes(msgspec.Struct):
    """A queue with its ARN and the attributes that can be set."""

    name: str
    attributes: dict[str, str]


async def list_statistics(world: World, run: Run) -> list[QueueStatistics]:
    """Every queue, with its numbers of messages."""
    return [_statistics(queue) for queue in await in_turns(summaries(world, _place(run)))]


async def show_statistics(world: World, run: Run, path: QueueName) -> QueueAttributes:
    """The attributes of a queue."""
    await in_turns(summaries(world, _place(run)))
    queue = next((each for each in world.sqs.queues.within(_place(run)) if each.identity.name == path.name), None)
    if queue is None:
        raise NotFoundError(f"There is no queue {path.name}.")
    return QueueAttributes(path.name, {"QueueArn": queue.arn, **queue.attributes.shown()})


def _place(run: Run) -> Place:
    return Place(run.settings.account_id, run.settings.region)


def _statistics(queue: QueueSummary) -> QueueStatistics:
    return QueueStatistics(queue.name, Statistics(queue.visible, queue.delayed, queue.in_flight))
