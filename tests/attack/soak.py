"""A steady load with hostile neighbors for a long time: memory is flat, nothing is lost, no FIFO message comes twice.

python -m tests.attack.soak --minutes 30

The emulator runs in a process of its own. Messages are sent to a standard and a FIFO queue and published to a topic
with a queue and an HTTP endpoint, received and deleted. Beside them, others send nonsense, do not read, leave requests
unfinished, and subscribe endpoints that do not answer, answer without end or drip. What these make is deleted every
thirty seconds. Prints a table, and ends with 1 if a limit is exceeded.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import click

from benchmarks.process import MeasuredServer, free_port, running
from tests.attack.load import FifoLoad, Load, QueueLoad, TopicLoad
from tests.attack.neighbors import ENDPOINTS, HostileEndpoint, Neighbors
from tests.attack.soak_client import Client
from tests.state.world import ACCOUNT, OTHER

DEFAULT_ACCOUNT = "000000000000"  # which requests without a right account are for

_WARM_UP = 1 / 3  # of the time, in which memory may grow
_FLAT_MIB = 16.0  # by which it may grow afterwards
_SAMPLE_SECONDS = 1.0
_CLEAN_UP_SECONDS = 30.0
_DRAIN_SECONDS = 120.0


class Row(NamedTuple):
    """A line of the table; ``limit`` is empty for what is only shown."""

    what: str
    value: str
    limit: str = ""
    ok: bool = True


@contextmanager
def hostile_endpoints(client: Client) -> Iterator[list[HostileEndpoint]]:
    """One of each kind, and a topic that they are subscribed to. A publish is tried once for each."""
    endpoints = [HostileEndpoint(behave) for behave in ENDPOINTS]
    for endpoint in endpoints:
        endpoint.start()
    prepare(client, endpoints)
    try:
        yield endpoints
    finally:
        for endpoint in endpoints:
            endpoint.close()


def prepare(client: Client, endpoints: list[HostileEndpoint]) -> None:
    """Make what the neighbors use."""
    client.sqs("CreateQueue", QueueName="quiet")
    topic = client.sns("CreateTopic", Name="hostile")
    policy = '{"healthyRetryPolicy":{"numRetries":0,"minDelayTarget":1,"maxDelayTarget":1}}'
    attributes = {"Attributes.entry.1.key": "DeliveryPolicy", "Attributes.entry.1.value": policy}
    for endpoint in endpoints:
        client.sns("Subscribe", TopicArn=topic, Protocol="http", Endpoint=endpoint.url, **attributes)


class Sampler:
    """Memory and processor time, each second; and the hostile publishes and the cleaning up, which go on meanwhile."""

    def __init__(self, server: MeasuredServer, hostile: Client, endpoints: list[HostileEndpoint]) -> None:
        self.seconds: list[float] = []
        self.mib: list[float] = []
        self._server, self._hostile, self._endpoints = server, hostile, endpoints

    def run(self, seconds: float) -> None:
        since = cleaned = published = time.monotonic()
        while (now := time.monotonic()) < since + seconds:
            self.seconds.append(now - since)
            self.mib.append(self._server.resident_bytes / 2**20)
            if now > cleaned + _CLEAN_UP_SECONDS:
                cleaned = now
                self._clean_up()
            if now > published + 5:
                published = now
                self._hostile.sns("Publish", TopicArn=f"arn:aws:sns:us-east-1:{OTHER}:hostile", Message="hello")
            time.sleep(_SAMPLE_SECONDS)

    def _clean_up(self) -> None:
        """Delete what the neighbors made, so that memory can be flat."""
        for account in (DEFAULT_ACCOUNT, ACCOUNT, OTHER):
            self._hostile.control("reset", {"account": account})
        prepare(self._hostile, self._endpoints)

    def slope(self) -> tuple[float, float]:
        """After the warm-up: MiB an hour, by least squares, and MiB from the first to the last fifth of the samples."""
        start = int(len(self.seconds) * _WARM_UP)
        times, values = self.seconds[start:], self.mib[start:]
        mean_time, mean = sum(times) / len(times), sum(values) / len(values)
        above = sum((at - mean_time) * (value - mean) for at, value in zip(times, values, strict=True))
        below = sum((at - mean_time) ** 2 for at in times)
        fifth = max(1, len(values) // 5)
        growth = sum(values[-fifth:]) / fifth - sum(values[:fifth]) / fifth
        return above / (below or 1.0) * 3600, growth


def soak(minutes: float) -> list[Row]:
    """Run it; the lines of the table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        port = free_port()
        command = [sys.executable, "-m", "emulator", "--port", str(port), "--log-level", "warning", "--auto-confirm"]
        with path.open("wb") as log, running(command, port, log=log) as server:
            client, hostile = Client(port, "333333333333"), Client(port, OTHER)
            loads: list[Load] = [QueueLoad(client), FifoLoad(client), TopicLoad(client)]
            with hostile_endpoints(hostile) as endpoints:
                neighbors = Neighbors(port)
                sampler = Sampler(server, hostile, endpoints)
                for load in loads:
                    load.start()
                neighbors.start()
                sampler.run(minutes * 60)
                for load in loads:
                    load.stop(_DRAIN_SECONDS)
                neighbors.stop()
            client.close()
            hostile.close()
            rows = [row for load in loads for row in _rows_of_load(load)]
            rows += _rows_of_neighbors(neighbors, endpoints)
            rows += _rows_of_memory(sampler, server, minutes)
        return [*rows, *_rows_of_log(path)]


def _rows_of_load(load: Load) -> Iterator[Row]:
    name = load.name
    yield Row(f"{name}: sent", f"{load.sent:,}", "> 0", load.sent > 0)
    lost = load.lost()
    yield Row(f"{name}: lost", f"{len(lost):,}", "0", not lost)
    if load.exactly_once:
        yield Row(f"{name}: received twice", f"{load.twice:,}", "0", not load.twice)
        yield Row(f"{name}: out of order", f"{load.out_of_order:,}", "0", not load.out_of_order)
    yield Row(f"{name}: errors", "; ".join(load.errors[:3]) or "0", "0", not load.errors)


def _rows_of_neighbors(neighbors: Neighbors, endpoints: list[HostileEndpoint]) -> Iterator[Row]:
    counts = sorted(neighbors.statuses.items())
    yield Row("neighbors: answers", ", ".join(f"{count:,} of {status or 'none'}" for status, count in counts))
    yield Row("neighbors: 500", "; ".join(neighbors.faults[:3]) or "0", "0", not neighbors.faults)
    yield Row("hostile endpoints: connections", f"{sum(each.connections for each in endpoints):,}")


def _rows_of_memory(sampler: Sampler, server: MeasuredServer, minutes: float) -> Iterator[Row]:
    slope, growth = sampler.slope()
    yield Row("memory: at the end, at most", f"{sampler.mib[-1]:.0f}, {max(sampler.mib):.0f} MiB")
    yield Row("memory: slope after the warm-up", f"{slope:+.1f} MiB/h")
    yield Row("memory: growth after the warm-up", f"{growth:+.1f} MiB", f"<= {_FLAT_MIB:g} MiB", growth <= _FLAT_MIB)
    yield Row("processor", f"{server.cpu_seconds / (minutes * 60) * 100:.0f} % of a core")


def _rows_of_log(log: Path) -> Iterator[Row]:
    lines = log.read_text(errors="replace").splitlines()
    tracebacks = sum(line.startswith("Traceback") for line in lines)
    yield Row("log: lines", f"{len(lines):,}")
    yield Row("log: tracebacks", f"{tracebacks:,}", "0", not tracebacks)
    if tracebacks:
        first = next(number for number, line in enumerate(lines) if line.startswith("Traceback"))
        print("\n".join(lines[first - 1 : first + 40]), file=sys.stderr)


@click.command(help=__doc__)
@click.option("--minutes", default=30.0, show_default=True)
def main(minutes: float) -> None:
    rows = soak(minutes)
    for row in rows:
        print(f"{'ok' if row.ok else 'FAILED':<7} {row.what:<36} {row.value:<30} {row.limit}".rstrip())
    failed = [row.what for row in rows if not row.ok]
    if failed:
        print(f"\n{minutes:g} minutes; failed: {', '.join(failed)}")
        sys.exit(1)
    print(f"\n{minutes:g} minutes; nothing failed")


if __name__ == "__main__":
    main()
