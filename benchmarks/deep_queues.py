"""The latency of send, receive and delete by the number of messages in the queue, and the longest pause.

python -m benchmarks.deep_queues --sides emulator --sizes 1000,100000,1000000

Each side has a server for each size, with one queue that is filled to that size. Then the servers take turns: a message
is sent, one is received and deleted, on one connection, repeatedly. At the end each queue is emptied, ten messages at a
time. The longest latency is the longest time for which the server did something else, such as a garbage collection; the
smallest size shows which part of it is due to the machine.
"""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import NamedTuple

import click

from benchmarks.command import benchmark, names, numbers
from benchmarks.cores import CLIENT_CORE, on_core
from benchmarks.load.api import BODY, Api
from benchmarks.load.connection import LoadError
from benchmarks.load.generator import load
from benchmarks.load.requests import Script, repeat
from benchmarks.load.workloads import batch
from benchmarks.process import MeasuredServer
from benchmarks.results import Figure, Measured, Skipped
from benchmarks.sides import EMULATOR, SIDES, start
from benchmarks.spread import percentile

ACTIONS = ("send", "receive", "delete")
LONGEST = "longest answer"
LONGEST_FILLING = f"{LONGEST} while filling"
LONGEST_DRAINING = f"{LONGEST} while draining"

_CONNECTIONS = 4  # for filling and draining
_CYCLES_SECONDS = 5.0
_HIDDEN_SECONDS = "43200"


class Deep(NamedTuple):
    """One queue of one side."""

    side: str
    size: int
    api: Api
    url: str

    @property
    def case(self) -> str:
        return f"{self.size:,} messages"

    def fill(self, seconds: float) -> list[float]:
        """Fill the queue. Returns the latency of each answer; LoadError if the time is not enough."""
        with load(self.api, partial(repeat, batch(self.api, self.url)), _CONNECTIONS) as filling:
            done = filling.run(seconds, self.size // 10)
        if len(done.latencies) < self.size // 10:
            raise LoadError(f"{len(done.latencies) * 10:,} of {self.size:,} messages went in within {seconds:.0f} s")
        return done.latencies

    def drain(self, seconds: float) -> list[float]:
        """Empty the queue, as far as the time allows. Returns the latency of each answer."""
        receive = self.api.sqs("ReceiveMessage", QueueUrl=self.url, MaxNumberOfMessages=10)

        def script() -> Script:
            while messages := json.loads((yield receive)).get("Messages"):
                handles = [message["ReceiptHandle"] for message in messages]
                entries = [{"Id": str(number), "ReceiptHandle": handle} for number, handle in enumerate(handles)]
                yield self.api.sqs("DeleteMessageBatch", QueueUrl=self.url, Entries=entries)

        with load(self.api, script, _CONNECTIONS) as draining:
            return draining.run(seconds, self.size).latencies

    def cycles(self, count: int) -> list[list[float]]:
        """Milliseconds of each action in each cycle; fewer cycles if they are slow."""
        until = time.perf_counter() + _CYCLES_SECONDS
        send = self.api.sqs("SendMessage", QueueUrl=self.url, MessageBody=BODY)
        receive = self.api.sqs("ReceiveMessage", QueueUrl=self.url, MaxNumberOfMessages=1)
        connection = self.api.connect()

        def timed(request: bytes, into: list[float]) -> bytes:
            since = time.perf_counter()
            answer = connection.call(request)
            into.append((time.perf_counter() - since) * 1e3)
            return answer

        found: list[list[float]] = [[] for _ in ACTIONS]
        while len(found[0]) < count and time.perf_counter() < until:
            timed(send, found[0])
            handle = json.loads(timed(receive, found[1]))["Messages"][0]["ReceiptHandle"]
            timed(self.api.sqs("DeleteMessage", QueueUrl=self.url, ReceiptHandle=handle), found[2])
        connection.close()
        return found


def prepare(side: str, size: int, stack: ExitStack) -> Deep | Skipped:
    match start(SIDES[side], stack):
        case Skipped() as skipped:
            return skipped
        case MeasuredServer() as server:
            api = Api(server.host, server.port)
            url = stack.enter_context(api.queue(VisibilityTimeout=_HIDDEN_SECONDS))
            return Deep(side, size, api, url)


def figures(deep: Deep, rounds: list[list[list[float]]]) -> Iterator[Figure]:
    for action, found in zip(ACTIONS, zip(*rounds, strict=True), strict=True):
        for what, share in (("p50", 0.5), ("p99", 0.99)):
            values = [round(percentile(times, share), 4) for times in found]
            yield Figure(deep.case, deep.side, f"{action} {what}", "ms", values)
    longest = [round(max(max(times) for times in found), 3) for found in rounds]
    yield Figure(deep.case, deep.side, LONGEST, "ms", longest)


@benchmark("deep_queues", __doc__)
@click.option("--sides", default=EMULATOR, show_default=True, help="With commas between, or all.")
@click.option("--sizes", default="1000,100000", show_default=True, help="With commas between.")
@click.option("--rounds", default=5, show_default=True)
@click.option("--cycles", default=500, show_default=True, help="Of send, receive and delete in a round.")
@click.option("--fill-seconds", default=120.0, show_default=True, help="That filling a queue may take.")
@click.option("--drain-seconds", default=120.0, show_default=True, help="After which draining a queue ends.")
def main(
    sides: str, sizes: str, rounds: int, cycles: int, fill_seconds: float, drain_seconds: float
) -> Iterator[Measured]:
    with ExitStack() as stack:
        deeps: list[Deep] = []
        for side in names([name for name, side in SIDES.items() if not side.is_ceiling], sides):
            for size in numbers(sizes):
                deep = prepare(side, size, stack)
                if isinstance(deep, Skipped):
                    yield deep
                    break
                try:
                    with on_core(CLIENT_CORE):
                        longest = max(deep.fill(fill_seconds))
                    deeps.append(deep)
                    yield Figure(deep.case, side, LONGEST_FILLING, "ms", [round(longest * 1e3, 3)])
                except LoadError as error:
                    yield Skipped(side, f"{deep.case}: {error}")
                    break
        found: dict[int, list[list[list[float]]]] = {index: [] for index in range(len(deeps))}
        with on_core(CLIENT_CORE):
            for _ in range(rounds):
                for index, deep in enumerate(deeps):
                    found[index].append(deep.cycles(cycles))
            longest_draining = [max(deep.drain(drain_seconds)) for deep in deeps]
        for index, deep in enumerate(deeps):
            yield from figures(deep, found[index])
            yield Figure(deep.case, deep.side, LONGEST_DRAINING, "ms", [round(longest_draining[index] * 1e3, 3)])


if __name__ == "__main__":
    main()
