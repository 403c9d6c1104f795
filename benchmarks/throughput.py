"""The requests per second that a server answers, their latency, and the processor time of each.

python -m benchmarks.throughput --sides emulator,"raw uvicorn" --workloads send,receive --connections 16 --rounds 6

The server has one core and the load generator the other. In each round the sides take turns. Processor time is
steadier than throughput, and a ratio to raw uvicorn, which answers fixed bytes in the same rounds, is steadier still.

Each side is measured with two kinds of client, one after the other. *Saturated* means that the client never sleeps, so
that the server has always something to do: throughput times processor time is then the part of a core that it uses. A
*sleeping client* waits for answers as a program does; the server pays for waking it, and both wait for each other.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

import click

from benchmarks.command import benchmark, names, numbers
from benchmarks.cores import CLIENT_CORE, on_core
from benchmarks.load import generator, native
from benchmarks.load.api import Api
from benchmarks.load.connection import LoadError
from benchmarks.load.generator import Run
from benchmarks.load.prepared import LIMITS, Prepared, prepared_load
from benchmarks.load.requests import Requests
from benchmarks.load.workloads import MOST_REQUESTS, WORKLOADS, Workload, send_to_nowhere
from benchmarks.process import MeasuredServer, busy_seconds
from benchmarks.results import Figure, Measured, Skipped
from benchmarks.sides import BASE, EMULATOR, SIDES, start_all
from benchmarks.spread import percentile

_WARM_UP_SECONDS = 0.15  # before each measurement

CPU, SLEEPING = "CPU per request, saturated", "CPU per request, sleeping client"
RATE, P50, P99, USED = "requests", "p50", "p99", "server"  # of a saturated server
_OTHERS = "others on the machine"  # processor time of other processes: a round with much of it is unreliable
_UNITS = {CPU: "µs", SLEEPING: "µs", RATE: "1/s", P50: "ms", P99: "ms", USED: "% of a core", _OTHERS: "% of a core"}


class Case(NamedTuple):
    workload: str
    connections: int

    def __str__(self) -> str:
        return f"{self.workload}, {self.connections} connection{'s' if self.connections > 1 else ''}"


def compare(servers: dict[str, MeasuredServer], case: Case, rounds: int, seconds: float) -> Iterator[Measured]:
    """The figures of all sides that support the case. A side that fails is left out."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in servers if SIDES[name].is_able(case.workload)}
    for _ in range(rounds):
        for name in list(found):
            try:
                found[name].append(measure(servers[name], case, SIDES[name].is_ceiling, seconds))
            except (LoadError, OSError) as error:
                del found[name]
                yield Skipped(name, f"{case}: {error}")
    for name, values in found.items():
        for what, unit in _UNITS.items():
            yield Figure(str(case), name, what, unit, [round(value[what], 4) for value in values])


def warm(server: MeasuredServer, is_ceiling: bool, seconds: float) -> None:
    """Send for ``seconds`` before a measurement, so that servers with a just-in-time compiler are warm."""
    api = Api(server.host, server.port)
    workload: Workload = send_to_nowhere if is_ceiling else WORKLOADS["send"]
    with workload(api) as requests, prepared_load(api, requests, 16) as prepared:
        prepared.run(seconds)


def measure(server: MeasuredServer, case: Case, is_ceiling: bool, seconds: float) -> dict[str, float]:
    """One side's part of a round."""
    api = Api(server.host, server.port)
    workload: Workload = send_to_nowhere if is_ceiling else WORKLOADS[case.workload]
    with workload(api) as requests, prepared_load(api, requests, case.connections) as prepared:
        most = most_of(case.workload, requests)
        prepared.run(_WARM_UP_SECONDS, most // 10)
        saturated = Part.of(prepared, server, seconds, most, spins=True)
        sleeping = Part.of(prepared, server, seconds, most, spins=False)
    run = saturated.run
    return {
        CPU: saturated.cpu / len(run.latencies) * 1e6,
        SLEEPING: sleeping.cpu / len(sleeping.run.latencies) * 1e6,
        RATE: len(run.latencies) / run.seconds,
        P50: percentile(run.latencies, 0.5) * 1e3,
        P99: percentile(run.latencies, 0.99) * 1e3,
        USED: saturated.cpu / run.seconds * 100,
        _OTHERS: saturated.others / run.seconds * 100,
    }


def most_of(workload: str, requests: Requests) -> int:
    """The most requests of each kind of client. Requests that do not repeat are shared by both, and the warm-up."""
    if requests.repeats:
        return MOST_REQUESTS.get(workload, generator.MOST_REQUESTS)
    return len(requests.texts) * 2 // 5


class Part(NamedTuple):
    """A run, and the processor time in seconds that the server and all other processes took meanwhile."""

    run: Run
    cpu: float
    others: float

    @classmethod
    def of(cls, prepared: Prepared, server: MeasuredServer, seconds: float, most: int, *, spins: bool) -> "Part":
        busy, own, used = busy_seconds(), time.process_time(), server.cpu_seconds
        run = prepared.run(seconds, most, spins=spins)
        used = server.cpu_seconds - used
        others = busy_seconds() - busy - (time.process_time() - own) - used
        if not run.latencies:
            raise LoadError("the messages were used up before the measurement began")
        return cls(run, used, max(others, 0.0))


@benchmark("throughput", __doc__)
@click.option("--sides", default=f"{EMULATOR},{BASE}", show_default=True, help="With commas between, or all.")
@click.option("--workloads", default="all", show_default=True, help="With commas between, or all.")
@click.option("--connections", default="1,16", show_default=True, help="How many at once, with commas between.")
@click.option("--rounds", default=5, show_default=True)
@click.option("--seconds", default=0.5, show_default=True, help="That each side is measured in a round.")
@click.option("--warm-up", default=0.5, show_default=True, help="Seconds of load on each side before all else.")
def main(
    sides: str, workloads: str, connections: str, rounds: int, seconds: float, warm_up: float
) -> Iterator[Measured]:
    if reason := native.missing():
        yield Skipped("generator in C", f"{reason}; {LIMITS}")
    with ExitStack() as stack:
        servers, skipped = start_all(names(list(SIDES), sides), stack)
        yield from skipped
        stack.enter_context(on_core(CLIENT_CORE))
        for name, server in servers.items():
            warm(server, SIDES[name].is_ceiling, warm_up)
        for workload in names(list(WORKLOADS), workloads):
            for count in numbers(connections):
                yield from compare(servers, Case(workload, count), rounds, seconds)


if __name__ == "__main__":
    main()
