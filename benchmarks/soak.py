"""Mixed load over a long time, sampled each second: memory, processor time and latency should stay constant.

python -m benchmarks.soak --minutes 30

Every connection deletes what it makes, so any growth is a leak of the emulator. Deduplication ids are part of the load
and are kept for five minutes: memory may grow until then, but not after.
"""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count

import click

from benchmarks.command import benchmark
from benchmarks.cores import CLIENT_CORE, on_core
from benchmarks.load.api import BODY, Api
from benchmarks.load.generator import Load
from benchmarks.load.requests import Script
from benchmarks.process import MeasuredServer, measured_server
from benchmarks.results import Figure, Measured, Series
from benchmarks.sides import EMULATOR
from benchmarks.spread import percentile

RESIDENT, CPU, RATE, P50, P99 = "resident memory", "CPU", "requests", "p50", "p99"
GROWTH = "growth in the second half"
_UNITS = {RESIDENT: "MiB", CPU: "% of a core", RATE: "1/s", P50: "ms", P99: "ms"}

_CONNECTIONS_EACH = 2
_SAMPLE_SECONDS = 1.0


def through_a_queue(api: Api, url: str, *, fifo: bool) -> Script:
    """Sends, receives and deletes. In a FIFO queue the groups alternate, and each message has its own id."""
    for number in count():
        given = {"MessageGroupId": f"group-{number % 100}", "MessageDeduplicationId": str(number)}
        yield api.sqs("SendMessage", QueueUrl=url, MessageBody=BODY, **(given if fifo else {}))
        yield from receive_and_delete(api, url)


def through_a_topic(api: Api, topic: str, url: str) -> Script:
    """Publishes to a queue, and receives and deletes there."""
    while True:
        yield api.sns("Publish", {"TopicArn": topic, "Message": BODY})
        yield from receive_and_delete(api, url)


def empty_receives(api: Api, url: str) -> Script:
    while True:
        yield api.sqs("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=0)


def receive_and_delete(api: Api, url: str) -> Script:
    messages = json.loads((yield api.sqs("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10))).get("Messages", [])
    entries = [{"Id": str(index), "ReceiptHandle": found["ReceiptHandle"]} for index, found in enumerate(messages)]
    if entries:
        yield api.sqs("DeleteMessageBatch", QueueUrl=url, Entries=entries)


def scripts(api: Api, stack: ExitStack) -> Iterator[Script]:
    standard, silent = stack.enter_context(api.queue()), stack.enter_context(api.queue())
    fifo = stack.enter_context(api.queue(FifoQueue="true"))
    topic, (subscriber,) = stack.enter_context(api.topic(1))
    for _ in range(_CONNECTIONS_EACH):
        yield through_a_queue(api, standard, fifo=False)
        yield through_a_topic(api, topic, subscriber)
        yield empty_receives(api, silent)
    yield through_a_queue(api, fifo, fifo=True)


def sample(server: MeasuredServer, load: Load) -> dict[str, float]:
    """The measures of one second of load."""
    used = server.cpu_seconds
    run = load.run(_SAMPLE_SECONDS)
    return {
        RESIDENT: server.resident_bytes / 2**20,
        CPU: (server.cpu_seconds - used) / run.seconds * 100,
        RATE: len(run.latencies) / run.seconds,
        P50: percentile(run.latencies, 0.5) * 1e3,
        P99: percentile(run.latencies, 0.99) * 1e3,
    }


@benchmark("soak", __doc__)
@click.option("--minutes", default=30.0, show_default=True)
def main(minutes: float) -> Iterator[Measured]:
    seconds: list[float] = []
    found: dict[str, list[float]] = {what: [] for what in _UNITS}
    with measured_server() as server, on_core(CLIENT_CORE), ExitStack() as stack:
        api = Api(server.host, server.port)
        load = Load(api, list(scripts(api, stack)))
        stack.callback(load.close)
        since = time.perf_counter()
        while (elapsed := time.perf_counter() - since) < minutes * 60:
            for what, value in sample(server, load).items():
                found[what].append(round(value, 3))
            seconds.append(round(elapsed, 1))
    for what, unit in _UNITS.items():
        yield Series(what, unit, seconds, found[what])
    half = found[RESIDENT][len(seconds) // 2 :]
    case = f"{minutes:g} minutes"
    yield Figure(case, EMULATOR, RESIDENT, "MiB", [round(max(found[RESIDENT]), 1)])
    yield Figure(case, EMULATOR, GROWTH, "MiB", [round(half[-1] - half[0], 1)])


if __name__ == "__main__":
    main()
