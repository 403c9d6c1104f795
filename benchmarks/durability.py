"""What it costs to keep everything: in memory, in a data directory, in PostgreSQL, and in a peer that can.

python -m benchmarks.durability --rounds 10

As throughput measures it, whose description says how. The processor time of PostgreSQL itself is not counted.
"""

from collections.abc import Iterator
from contextlib import ExitStack

import click

from benchmarks.command import benchmark, names, numbers
from benchmarks.cores import CLIENT_CORE, on_core
from benchmarks.load.workloads import WORKLOADS
from benchmarks.process import MeasuredServer
from benchmarks.results import Measured, Skipped
from benchmarks.sides import DURABLE_PEERS, EMULATOR, KEPT, KEPT_POWER, SHARED, SIDES, start
from benchmarks.throughput import Case, compare, warm

_SIDES = (EMULATOR, KEPT, KEPT_POWER, SHARED, *DURABLE_PEERS)


@benchmark("durability", __doc__)
@click.option("--workloads", default="send,receive", show_default=True, help="With commas between, or all.")
@click.option("--connections", default="1,16", show_default=True, help="How many at once, with commas between.")
@click.option("--rounds", default=5, show_default=True)
@click.option("--seconds", default=0.5, show_default=True, help="That each side is measured in a round.")
def main(workloads: str, connections: str, rounds: int, seconds: float) -> Iterator[Measured]:
    servers: dict[str, MeasuredServer] = {}
    with ExitStack() as stack:
        for name in _SIDES:
            match start(SIDES[name], stack):
                case Skipped() as skipped:
                    yield skipped
                case MeasuredServer() as server:
                    servers[name] = server
        stack.enter_context(on_core(CLIENT_CORE))
        for server in servers.values():
            warm(server, is_ceiling=False, seconds=seconds)
        for workload in names(list(WORKLOADS), workloads):
            for count in numbers(connections):
                yield from compare(servers, Case(workload, count), rounds, seconds)


if __name__ == "__main__":
    main()
