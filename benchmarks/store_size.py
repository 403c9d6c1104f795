"""The size of a data directory under a steady load, sampled each second: it should not grow without end.

python -m benchmarks.store_size --minutes 30

The load is that of the soak: every connection deletes what it makes, so what the emulator knows stays small, while what
it has written grows all the time.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from benchmarks.command import benchmark
from benchmarks.cores import CLIENT_CORE, on_core
from benchmarks.load.api import Api
from benchmarks.load.generator import Load
from benchmarks.process import measured_server
from benchmarks.results import Figure, Measured, Series
from benchmarks.sides import KEPT
from benchmarks.soak import scripts

SIZE, REQUESTS = "size on disk", "requests so far"

_SAMPLE_SECONDS = 1.0


def size_of(directory: Path) -> int:
    """The size of all files in bytes."""
    return sum(path.stat().st_size for path in directory.iterdir())


@benchmark("store_size", __doc__)
@click.option("--minutes", default=30.0, show_default=True)
def main(minutes: float) -> Iterator[Measured]:
    seconds: list[float] = []
    sizes: list[float] = []
    requests: list[float] = []
    total = 0
    with TemporaryDirectory() as directory, measured_server("--data-dir", directory) as server, ExitStack() as stack:
        stack.enter_context(on_core(CLIENT_CORE))
        api = Api(server.host, server.port)
        load = Load(api, list(scripts(api, stack)))
        stack.callback(load.close)
        since = time.perf_counter()
        while (elapsed := time.perf_counter() - since) < minutes * 60:
            total += len(load.run(_SAMPLE_SECONDS).latencies)
            sizes.append(round(size_of(Path(directory)) / 2**20, 2))
            requests.append(total)
            seconds.append(round(elapsed, 1))
    yield Series(SIZE, "MiB", seconds, sizes)
    yield Series(REQUESTS, "", seconds, requests)
    yield Figure(f"{minutes:g} minutes", KEPT, SIZE, "MiB", [max(sizes)])


if __name__ == "__main__":
    main()
