"""How many requests a second a server answers, how soon, and what each costs it in processor time.

    python -m benchmarks.throughput --sides emulator,"raw uvicorn" --workloads send,receive --connections 16 --rounds 6

The server has one core and the load generator the other. In each round the sides take turns. Processor time is
steadier than throughput, and a ratio to raw uvicorn, which answers fixed bytes in the same rounds, is steadier still.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import click

from benchmarks.cores import CLIENT_CORE, on_core
from benchmarks.load import generator
from benchmarks.load.api import Api
from benchmarks.load.connection import LoadError
from benchmarks.load.generator import load
from benchmarks.load.workloads import MOST_REQUESTS, WORKLOADS, Workload, send_to_nowhere
from benchmarks.process import MeasuredServer, StartError, busy_seconds
from benchmarks.results import Figure, Skipped, results
from benchmarks.sides import BASE, EMULATOR, SIDES, Side
from benchmarks.spread import Spread, percentile

_WARM_UP_SECONDS = 0.15

CPU, RATE, P50, P99, OTHERS = "CPU per request", "requests", "p50", "p99", "others on the machine"
_UNITS = {CPU: "µs", RATE: "1/s", P50: "ms", P99: "ms", OTHERS: "% of a core"}


class Case(NamedTuple):
    workload: str
    connections: int

    def __str__(self) -> str:
        return f"{self.workload}, {self.connections} connection{'s' if self.connections > 1 else ''}"


class Comparison:
    """The sides that run, and what was measured of them."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._servers: dict[str, MeasuredServer] = {}
        self._values: dict[tuple[str, str, str], list[float]] = {}
        self.skipped: list[Skipped] = []

    def start(self, side: Side, stack: ExitStack) -> None:
        reason = side.missing()
        if reason is None:
            try:
                self._servers[side.name] = stack.enter_context(side.start())
            except StartError as error:
                reason = str(error)
        if reason is not None:
            self._skip(side.name, reason)

    def _skip(self, side: str, reason: str) -> None:
        self.skipped.append(Skipped(side, reason))
        print(f"skipped: {side}: {reason}", flush=True)

    def compare(self, case: Case, rounds: int) -> None:
        able = [name for name in self._servers if not SIDES[name].is_ceiling or case.workload == "send"]
        for _ in range(rounds):
            for name in list(able):
                try:
                    self._measure(case, name)
                except (LoadError, OSError) as error:
                    self._skip(name, f"{case}: {error}")
                    able.remove(name)
        for name in able:
            print(f"{case!s:<32} {name:<28} {self._line(case, name)}", flush=True)

    def _measure(self, case: Case, name: str) -> None:
        server = self._servers[name]
        api = Api(server.host, server.port)
        workload: Workload = send_to_nowhere if SIDES[name].is_ceiling else WORKLOADS[case.workload]
        most = MOST_REQUESTS.get(case.workload, generator.MOST_REQUESTS)
        with workload(api) as script, load(api, script, case.connections) as prepared:
            prepared.run(_WARM_UP_SECONDS, most // 10)
            busy, own, used = busy_seconds(), time.process_time(), server.cpu_seconds
            run = prepared.run(self._seconds, most)
            used = server.cpu_seconds - used
            others = busy_seconds() - busy - (time.process_time() - own) - used
        if not run.latencies:
            raise LoadError("the messages were used up before the measurement began")
        found = {
            CPU: used / len(run.latencies) * 1e6,
            RATE: len(run.latencies) / run.seconds,
            P50: percentile(run.latencies, 0.5) * 1e3,
            P99: percentile(run.latencies, 0.99) * 1e3,
            OTHERS: max(others, 0.0) / run.seconds * 100,
        }
        for measure, value in found.items():
            self._values.setdefault((str(case), name, measure), []).append(round(value, 4))

    def _line(self, case: Case, name: str) -> str:
        spreads = {measure: Spread.of(self._values[str(case), name, measure]) for measure in _UNITS}
        return "  ".join(f"{measure} {found} {_UNITS[measure]}" for measure, found in spreads.items())

    def figures(self) -> Iterator[Figure]:
        for (case, side, measure), values in self._values.items():
            yield Figure(case, side, measure, _UNITS[measure], values)


def names(known: Sequence[str], given: str) -> list[str]:
    """What a list with commas names; ``all`` is everything."""
    chosen = list(known) if given == "all" else [name.strip() for name in given.split(",")]
    for name in chosen:
        if name not in known:
            raise click.BadParameter(f"{name!r} is none of {', '.join(known)}")
    return chosen


@click.command(help=__doc__)
@click.option("--sides", default=f"{EMULATOR},{BASE}", show_default=True, help="with commas between, or all")
@click.option("--workloads", default="all", show_default=True, help="with commas between, or all")
@click.option("--connections", default="1,16", show_default=True, help="how many at once, with commas between")
@click.option("--rounds", default=5, show_default=True)
@click.option("--seconds", default=0.5, show_default=True, help="that each side is measured in a round")
@click.option("--json", "folder", type=click.Path(path_type=Path), help="folder to which throughput.json is written")
def main(sides: str, workloads: str, connections: str, rounds: int, seconds: float, folder: Path | None) -> None:
    comparison = Comparison(seconds)
    with ExitStack() as stack:
        for name in names(list(SIDES), sides):
            comparison.start(SIDES[name], stack)
        stack.enter_context(on_core(CLIENT_CORE))
        for workload in names(list(WORKLOADS), workloads):
            for count in connections.split(","):
                comparison.compare(Case(workload, int(count)), rounds)
    if folder is not None:
        command = ["python", "-m", "benchmarks.throughput", *sys.argv[1:]]
        results("throughput", command, comparison.figures(), skipped=comparison.skipped).write(folder)


if __name__ == "__main__":
    main()
