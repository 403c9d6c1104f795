"""The cost of an operation on a queue, by the number of messages in the queue.

python -m benchmarks.queue_depth --quick

Only queues are measured, without server and wire. Every size of a scenario is loaded first; then the sizes take turns,
round by round, so that other load of the machine affects all of them alike. A round sends, receives, hides and deletes
a batch of messages one by one, and leaves the queue as it was. Times are processor time of this process.
"""

import gc
import itertools
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import click

from benchmarks.command import benchmark
from benchmarks.results import Figure, Measured
from benchmarks.sides import EMULATOR
from emulator.foundation.ids import Ids
from emulator.sqs.message import Message
from emulator.sqs.message_content import Content
from emulator.sqs.queue import Queue
from emulator.sqs.queues import Queues

BATCH = 500  # messages of one round
ROUNDS = 51
OPERATIONS = ("send", "receive", "change visibility", "delete")
BODY = "x" * 1_024

_ids = Ids(seed=1)
_bodies = itertools.count()


class Scenario(NamedTuple):
    name: str
    unit: str
    sizes: tuple[int, ...]
    load: Callable[[int], Queue]
    groups: Callable[[int], int]  # how many groups a queue of this size has; 0: none

    def case(self, size: int) -> str:
        return f"{self.name}, {size:,} {self.unit}"


def make_queue(*, fifo: bool = False) -> Queue:
    given = {"VisibilityTimeout": "43200"} | ({"FifoQueue": "true"} if fifo else {})
    return Queues(_ids).create("queue.fifo" if fifo else "queue", "1" * 12, "eu-west-1", given, {}, 0)


def make_message(groups: int, number: int) -> Message:
    """A message of group ``number`` modulo ``groups``, whose id is also its deduplication id."""
    id = _ids.uuid()
    group = f"group-{number % groups}" if groups else None
    return Message(id, Content(BODY, "AIDA"), group, id if group else None)


def fill(queue: Queue, messages: int, groups: int = 0) -> Queue:
    for number in range(messages):
        queue.send(make_message(groups, number), 0)
    return queue


def deep(depth: int) -> Queue:
    return fill(make_queue(), depth)


def with_in_flight(count: int) -> Queue:
    queue = fill(make_queue(), count + BATCH)
    for _ in range(0, count, 10):
        queue.receive(10, None, 0)
    return queue


def with_groups(groups: int) -> Queue:
    return fill(make_queue(fifo=True), 2 * groups, groups)


def with_tenants(tenants: int) -> Queue:
    return fill(make_queue(), 2 * tenants, tenants)


SCENARIOS = (
    Scenario("standard queue", "messages", (1_000, 100_000, 1_000_000), deep, lambda _: 0),
    Scenario("standard queue", "in flight", (1_000, 10_000, 100_000), with_in_flight, lambda _: 0),
    Scenario("FIFO queue", "groups", (1_000, 10_000, 50_000), with_groups, lambda size: size),
    Scenario("fair queue", "tenants", (1_000, 10_000, 50_000), with_tenants, lambda size: size),
)


def run_round(queue: Queue, groups: int, now: float) -> list[float]:
    """Microseconds per operation, in the order of OPERATIONS."""
    messages = [make_message(groups, number) for number in range(BATCH)]
    started = time.process_time()
    for message in messages:
        queue.send(message, now)
    sent = time.process_time()
    handles = [queue.receive(1, None, now)[0].receipt_handle for _ in range(BATCH)]
    received = time.process_time()
    for handle in handles:
        queue.change_visibility(handle, 1_000, now)
    changed = time.process_time()
    for handle in handles:
        queue.delete(handle, now)
    deleted = time.process_time()
    times = (started, sent, received, changed, deleted)
    return [(end - start) / BATCH * 1e6 for start, end in itertools.pairwise(times)]


def measure(scenario: Scenario, sizes: tuple[int, ...], rounds: int) -> Iterator[Figure]:
    """Microseconds of each operation at each size."""
    queues = [scenario.load(size) for size in sizes]
    found: dict[int, list[list[float]]] = {size: [] for size in sizes}
    for number in range(rounds + 1):
        for size, queue in zip(sizes, queues, strict=True):
            result = run_round(queue, scenario.groups(size), float(number))
            if number:  # the first round warms up
                found[size].append(result)
    for size, results in found.items():
        for operation, values in zip(OPERATIONS, zip(*results, strict=True), strict=True):
            rounded = [round(value, 3) for value in values]
            yield Figure(scenario.case(size), EMULATOR, operation, "µs", rounded)


@benchmark("queue_depth", __doc__)
@click.option("--quick", is_flag=True, help="Without the largest sizes, and with fewer rounds.")
def main(quick: bool) -> Iterator[Measured]:
    for scenario in SCENARIOS:
        sizes = scenario.sizes[:-1] if quick else scenario.sizes
        yield from measure(scenario, sizes, 5 if quick else ROUNDS)
        gc.collect()


if __name__ == "__main__":
    main()
