"""What rules look at: the world, and what has been seen to happen in it."""

from collections.abc import Mapping, Sequence

from emulator.findings.observations import Observations
from emulator.sqs.queue import Queue
from emulator.sqs.queue_urls import queue_url
from emulator.world.world import World


class Scene:
    """The queues and topics of a world, with what was observed of them."""

    def __init__(
        self, world: World, url: str, observations: Observations, sources: Mapping[str, Sequence[Queue]]
    ) -> None:
        """``url`` is the beginning of queue URLs. ``sources`` has, by the ARN of a dead-letter queue, the queues that
        move messages there.
        """
        self.observations = observations
        self.sources = sources
        self._world = world
        self._url = url

    def url_of(self, queue: Queue) -> str:
        """The URL of a queue."""
        return queue_url(self._url, queue.identity.account, queue.identity.name)

    def queue(self, arn: str) -> Queue | None:
        """The queue with this ARN; None if there is none."""
        return self._world.sqs.queues.find(arn)

    def lacks(self, arn: str, account: str) -> bool:
        """Whether there is no queue with this ARN, as far as that is known where ``account`` lives.

        In a cluster, the queues of another account may live elsewhere.
        """
        if self._world.sqs.queues.find(arn) is not None:
            return False
        return not self._world.transfers_abroad or arn.split(":")[4:5] == [account]

    def now(self, account: str) -> float:
        """The time of an account, in seconds since the epoch."""
        return self._world.clocks.now_of(account)
