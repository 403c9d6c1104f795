"""Runs every benchmark, each in a process of its own, and prints tables of ratios at the end.

python -m benchmarks            a few minutes
python -m benchmarks --figures  20 minutes: requests, crowds, wakes and starts, peers too; with results
python -m benchmarks --full     hours: peers too, the large sizes and the soak; results go to benchmarks/results

Benchmarks that fail are listed at the end.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import click

from benchmarks.goals import lines
from benchmarks.results import RESULTS, ROOT
from benchmarks.sides import BASE, EMULATOR

_CEILINGS = f"{BASE},raw uvicorn with work,bare protocol with work,nginx"

# Modules with their arguments, for a short run and for the full one.
_SHORT: tuple[tuple[str, ...], ...] = (
    ("throughput", "--sides", f"{EMULATOR},{_CEILINGS}", "--connections", "16", "--rounds", "5", "--seconds", "0.4"),
    ("crowd", "--rounds", "3"),
    ("startup", "--rounds", "5"),
    ("long_polls", "--parked", "2000"),
    ("deep_queues", "--sizes", "1000,100000", "--rounds", "3"),
    ("queue_depth", "--quick"),
    ("filter_budget", "--rounds", "3"),
    ("pauses", "--messages", "30000", "--resources", "1000", "--rounds", "1"),
    ("fan_out", "--rounds", "3"),
    ("http_delivery", "--deliveries", "2000", "--rounds", "3"),
    ("hostile_subscribers", "--kinds", "silence,interim answers", "--deliveries", "500", "--rounds", "3"),
    ("large_bodies", "--seconds", "2", "--rounds", "2"),
    ("memory", "--rounds", "1"),
    ("in_process", "--rounds", "3"),
    ("instructions", "--more", "50"),
    ("durability", "--rounds", "3"),
    ("store_size", "--minutes", "0.25"),
    ("soak", "--minutes", "0.25"),
)
_FULL: tuple[tuple[str, ...], ...] = (
    ("throughput", "--sides", "all", "--rounds", "10", "--seconds", "1", "--warm-up", "10"),
    ("crowd", "--sides", "all"),
    ("startup", "--sides", "all"),
    ("long_polls", "--parked", "10000", "--sides", "all"),
    ("deep_queues", "--sides", "all", "--sizes", "1000,100000,1000000", "--rounds", "10", "--cycles", "2000"),
    ("queue_depth",),
    ("filter_budget",),
    ("pauses",),
    ("fan_out", "--rounds", "15"),
    ("http_delivery",),
    ("hostile_subscribers",),
    ("large_bodies", "--seconds", "10"),
    ("memory",),
    ("in_process", "--rounds", "15"),
    ("instructions",),
    ("durability", "--rounds", "10", "--seconds", "1"),
    ("store_size",),
    ("soak",),
)

# What users compare first. Each part has many short rounds, in which the sides take turns.
_FIGURES: tuple[tuple[str, ...], ...] = (
    ("throughput", "--sides", "all", "--connections", "16", "--rounds", "5", "--seconds", "0.3", "--warm-up", "3"),
    ("crowd", "--sides", f"{EMULATOR},{BASE},fauxqs,rustack"),
    ("long_polls", "--parked", "10000", "--sides", "all"),
    ("startup", "--sides", "all", "--rounds", "6"),
    ("in_process",),
)


def run(parts: tuple[tuple[str, ...], ...], folder: Path) -> list[str]:
    """Run benchmarks. Returns the names of those that failed."""
    failed = []
    for module, *arguments in parts:
        print(f"\n{' '.join((module, *arguments))}", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{module}", *arguments, "--json", str(folder)]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            failed.append(module)
    return failed


@click.command(help=__doc__)
@click.option("--full", is_flag=True, help="Everything, with results to keep.")
@click.option("--figures", is_flag=True, help="Requests, crowds, wakes and starts, with results to keep.")
def main(full: bool, figures: bool) -> None:
    with tempfile.TemporaryDirectory() as passing:
        folder = RESULTS if full or figures else Path(passing)
        failed = run(_FULL if full else _FIGURES if figures else _SHORT, folder)
        print("\n" + "\n".join(lines(folder)))
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
