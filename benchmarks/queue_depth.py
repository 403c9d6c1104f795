"""What an operation on a queue costs, by how much the queue holds; and what a message takes in memory.

    python -m benchmarks.queue_depth [--quick]

No server and no wire: the queues alone. Every size of a scenario is loaded first; then the sizes take turns, round
by round, so that whatever else the machine does hits them alike. A round sends, receives, hides and deletes a
batch of messages one by one, and leaves the queue as it was. The table shows medians over the rounds, and in
parentheses how many times the smallest size each is. Times are this process's own, on the processor.
"""

import argparse
import gc
import itertools
import statistics
import time
import tracemalloc
from collections.abc import Callable
from typing import NamedTuple

from emulator.ids import Ids
from emulator.sqs.message import Message
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


def make_queue(*, fifo: bool = False) -> Queue:
    given = {"VisibilityTimeout": "43200"} | ({"FifoQueue": "true"} if fifo else {})
    return Queues(_ids).create("queue.fifo" if fifo else "queue", "1" * 12, "eu-west-1", given, {}, 0)


def make_message(groups: int, number: int) -> Message:
    """A message of group ``number`` modulo ``groups``, whose id is also its deduplication id."""
    id = _ids.uuid()
    group = f"group-{number % groups}" if groups else None
    return Message(id, BODY, sender_id="AIDA", group_id=group, deduplication_id=id if group else None)


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
    Scenario("FIFO queue, two messages a group", "groups", (1_000, 10_000, 50_000), with_groups, lambda size: size),
    Scenario("fair queue, two messages a tenant", "tenants", (1_000, 10_000, 50_000), with_tenants, lambda size: size),
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


def measure(scenario: Scenario, sizes: tuple[int, ...], rounds: int) -> list[list[float]]:
    """For each size, the medians of all operations in microseconds."""
    queues = [scenario.load(size) for size in sizes]
    measured: list[list[list[float]]] = [[] for _ in sizes]
    for number in range(rounds + 1):
        for index, size in enumerate(sizes):
            result = run_round(queues[index], scenario.groups(size), float(number))
            if number:  # the first round warms up
                measured[index].append(result)
    return [[statistics.median(column) for column in zip(*results, strict=True)] for results in measured]


def bytes_per_message(count: int, *, fifo: bool, seconds: float) -> float:
    """What a stored message with a body of 1 KB takes, when all were sent within ``seconds``."""
    queue = make_queue(fifo=fifo)
    gc.collect()
    tracemalloc.start()
    for number in range(count):
        id = _ids.uuid()
        body = f"{number:<1024}"
        group = f"group-{number % 1_000}" if fifo else None
        queue.send(
            Message(id, body, sender_id="AIDA", group_id=group, deduplication_id=id if fifo else None),
            number * seconds / count,
        )
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken / count


def print_table(scenario: Scenario, sizes: tuple[int, ...], medians: list[list[float]]) -> None:
    print(f"\n{scenario.name}: microseconds by {scenario.unit}\n")
    print(f"{'':<20}" + "".join(f"{size:>18,}" for size in sizes))
    for index, operation in enumerate(OPERATIONS):
        base = medians[0][index]
        cells = (f"{row[index]:9.2f} ({row[index] / base:4.2f})" for row in medians)
        print(f"{operation:<20}" + "".join(f"{cell:>18}" for cell in cells))


def main() -> None:
    parser = argparse.ArgumentParser(description="Time and memory of the queues, by their size.")
    parser.add_argument("--quick", action="store_true", help="without the largest sizes, and with fewer rounds")
    quick = parser.parse_args().quick
    for scenario in SCENARIOS:
        sizes = scenario.sizes[:-1] if quick else scenario.sizes
        print_table(scenario, sizes, measure(scenario, sizes, 5 if quick else ROUNDS))
        gc.collect()
    count = 10_000 if quick else 100_000
    print(f"\nmemory of a message with a body of 1 KB, among {count:,}: bytes\n")
    for kind, fifo, seconds in (
        ("standard queue", False, 1.0),
        ("FIFO queue, 1,000 groups, sent in an hour", True, 3_600.0),
        ("FIFO queue, 1,000 groups, sent in a second", True, 1.0),  # all within the deduplication window
    ):
        print(f"{kind:<50}{bytes_per_message(count, fifo=fifo, seconds=seconds):8,.0f}")


if __name__ == "__main__":
    main()
