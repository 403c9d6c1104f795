"""A crowd: many busy connections that come at once, and the longest answer that one of them waits for.

python -m benchmarks.crowd --sides emulator,"raw uvicorn" --rounds 5

Each connection is opened, sends a request, and the next one with each answer. A server that accepts few connections in
a turn of its event loop answers the first ones over and over while the last ones wait.
"""

from collections.abc import Iterator
from contextlib import ExitStack

import click

from benchmarks.command import benchmark, names, numbers
from benchmarks.cores import CLIENT_CORE, on_core
from benchmarks.load.api import Api
from benchmarks.load.connection import LoadError
from benchmarks.load.prepared import prepared_load
from benchmarks.load.workloads import send, send_to_nowhere
from benchmarks.process import MeasuredServer
from benchmarks.results import Figure, Measured, Skipped
from benchmarks.sides import BASE, EMULATOR, SIDES, start_all

LONGEST = "longest answer"
COUNTS = (200, 500)


def case(connections: int) -> str:
    return f"{connections} connections at once"


def longest_answer(server: MeasuredServer, connections: int, is_ceiling: bool, seconds: float) -> float:
    """Milliseconds."""
    api = Api(server.host, server.port)
    workload = send_to_nowhere if is_ceiling else send
    with workload(api) as requests, prepared_load(api, requests, connections) as prepared:
        return round(max(prepared.run(seconds, spins=True).latencies) * 1e3, 2)


@benchmark("crowd", __doc__)
@click.option("--sides", default=f"{EMULATOR},{BASE}", show_default=True, help="With commas between, or all.")
@click.option("--connections", default=",".join(map(str, COUNTS)), show_default=True, help="With commas between.")
@click.option("--rounds", default=5, show_default=True)
@click.option("--seconds", default=1.0, show_default=True, help="Of requests, from the first connection on.")
def main(sides: str, connections: str, rounds: int, seconds: float) -> Iterator[Measured]:
    with ExitStack() as stack:
        servers, skipped = start_all(names(list(SIDES), sides), stack)
        yield from skipped
        stack.enter_context(on_core(CLIENT_CORE))
        for count in numbers(connections):
            yield from compare(servers, count, rounds, seconds)


def compare(servers: dict[str, MeasuredServer], connections: int, rounds: int, seconds: float) -> Iterator[Measured]:
    """The figures of all sides, which take turns in each round. A side that fails is left out."""
    found: dict[str, list[float]] = {name: [] for name in servers}
    for _ in range(rounds):
        for name in list(found):
            try:
                found[name].append(longest_answer(servers[name], connections, SIDES[name].is_ceiling, seconds))
            except (LoadError, OSError) as error:
                del found[name]
                yield Skipped(name, f"{case(connections)}: {error}")
    for name, values in found.items():
        yield Figure(case(connections), name, LONGEST, "ms", values)


if __name__ == "__main__":
    main()
