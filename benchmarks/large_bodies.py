"""The latency of small requests while messages of 1 MiB come in, 100 a second.

python -m benchmarks.large_bodies --rate 100 --seconds 10

Another process sends the large messages at a fixed rate, over connections that take turns. Small messages are sent one
after the other, first without the large ones and then with them.
"""

import multiprocessing
import time
from collections.abc import Iterator
from multiprocessing.synchronize import Event

import click

from benchmarks.command import benchmark
from benchmarks.cores import CLIENT_CORE, on_core
from benchmarks.load.api import BODY, Api
from benchmarks.load.generator import load
from benchmarks.load.requests import repeat
from benchmarks.process import measured_server
from benchmarks.results import Figure, Measured
from benchmarks.sides import EMULATOR
from benchmarks.spread import percentile

ALONE, BESIDE = "alone", "beside large bodies"
P50, P99, LARGE_RATE = "p50", "p99", "large bodies"

_LARGE_BYTES = 1024 * 1024
_KEPT = 100  # large messages in memory before the queue is purged


def send_large(host: str, port: int, url: str, rate: float, stop: Event, sent: "multiprocessing.Queue[float]") -> None:
    """Send at ``rate`` until ``stop`` is set; then put the rate that was reached into ``sent``."""
    api = Api(host, port)
    request = api.sqs("SendMessage", QueueUrl=url, MessageBody="x" * _LARGE_BYTES)
    purge = api.sqs("PurgeQueue", QueueUrl=url)
    connection = api.connect()
    since, count = time.perf_counter(), 0
    while not stop.is_set():
        time.sleep(max(0.0, since + count / rate - time.perf_counter()))
        connection.call(request)
        count += 1
        if count % _KEPT == 0:
            connection.call(purge)
    sent.put(count / (time.perf_counter() - since))


def small(api: Api, url: str, seconds: float) -> list[float]:
    """The latency of each small SendMessage, in seconds."""
    request = api.sqs("SendMessage", QueueUrl=url, MessageBody=BODY)
    with load(api, lambda: repeat(request), 1) as prepared:
        return prepared.run(seconds).latencies


def beside_large(api: Api, small_url: str, large_url: str, rate: float, seconds: float) -> tuple[list[float], float]:
    """As ``small``, while large messages come in, and the rate of these per second."""
    context = multiprocessing.get_context("spawn")
    stop, sent = context.Event(), context.Queue()
    sender = context.Process(target=send_large, args=(api.host, api.port, large_url, rate, stop, sent))
    sender.start()
    try:
        small(api, small_url, 1.0)  # until the sender has started
        return small(api, small_url, seconds), _ended(stop, sent)
    finally:
        stop.set()
        sender.join()


def _ended(stop: Event, sent: "multiprocessing.Queue[float]") -> float:
    stop.set()
    return sent.get(timeout=30)


@benchmark("large_bodies", __doc__)
@click.option("--rate", default=100.0, show_default=True, help="Large messages a second.")
@click.option("--seconds", default=5.0, show_default=True, help="Of each round, with and without them.")
@click.option("--rounds", default=3, show_default=True)
def main(rate: float, seconds: float, rounds: int) -> Iterator[Measured]:
    found: dict[tuple[str, str], list[float]] = {}
    rates = []
    with measured_server() as server, on_core(CLIENT_CORE):
        api = Api(server.host, server.port)
        for _ in range(rounds):
            with api.queue() as small_url, api.queue(MaximumMessageSize=str(_LARGE_BYTES)) as large_url:
                alone = small(api, small_url, seconds)
                beside, reached = beside_large(api, small_url, large_url, rate, seconds)
            rates.append(round(reached, 1))
            for case, latencies in ((ALONE, alone), (BESIDE, beside)):
                for what, share in ((P50, 0.5), (P99, 0.99)):
                    found.setdefault((case, what), []).append(round(percentile(latencies, share) * 1e3, 3))
    for (case, what), values in found.items():
        yield Figure(case, EMULATOR, what, "ms", values)
    yield Figure(BESIDE, EMULATOR, LARGE_RATE, "1/s", rates)


if __name__ == "__main__":
    main()
