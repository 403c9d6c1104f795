"""How many machine instructions a request takes, counted by valgrind's callgrind.

python -m benchmarks.instructions --against ../another-checkout

In process, from the parsed HTTP request to its answer, without sockets. Each operation runs for a short and for a long
time. The difference of the two counts, divided by that of the operations, is what one takes: the start drops out.
Unlike time, a count hardly depends on what else the machine does. With --against, a second checkout is counted too,
with the Python and the libraries of this one, and ratios are printed.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from benchmarks.command import benchmark, names
from benchmarks.results import ROOT, Figure, Measured
from benchmarks.sides import EMULATOR

COLLECTOR_OFF, COLLECTOR_ON = "collector off", "collector on"
RATIOS = {collector: f"{collector}, ratio" for collector in (COLLECTOR_OFF, COLLECTOR_ON)}

CASES = {
    "send": "SendMessage, ReceiveMessage, DeleteMessage",
    "fifo": "the same in a FIFO queue",
    "receive-empty": "ReceiveMessage, empty",
    "send-batch": "SendMessageBatch of 10",
    "publish-1": "Publish to 1 queue",
    "publish-filtered": "Publish to 1 filtered subscription",
    "publish-10": "Publish to 10 queues",
}

_PROGRAM = ROOT / "benchmarks" / "counted.py"
_COLLECTORS = {"off": COLLECTOR_OFF, "on": COLLECTOR_ON}
_SHORT = 20  # operations
_COLLECTED = re.compile(r"==(\d+)== Collected\s*: (\d+)")
_PERFORMED = re.compile(r"(\d+) (\S+) (\d+)")
_MISSING = (
    "valgrind is not installed. Install it with the package manager of your system, "
    "for example: apt-get install valgrind, dnf install valgrind, apk add valgrind"
)

Counts = Mapping[str, float]  # instructions by operation


def valgrind() -> str:
    found = shutil.which("valgrind")
    if found is None:
        raise click.ClickException(_MISSING)
    return found


def counts(root: Path, operations: Sequence[str], switch: str, more: int) -> Counts:
    """What each operation takes in the checkout at ``root``; the long run makes so many ``more`` than the short one.

    ``switch`` is that of the garbage collector: "off" or "on".
    """
    program = [sys.executable, "-P", str(_PROGRAM), str(root), switch, ",".join(operations)]
    run([*program, "1"], root)  # compiles, and shows at once what fails
    counting = [valgrind(), "--tool=callgrind", f"--callgrind-out-file={os.devnull}"]
    ran = run([*counting, *program, str(_SHORT), str(_SHORT + more)], root)
    return per_operation(ran.stdout, ran.stderr, more)


def run(command: list[str], root: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(root), "PYTHONHASHSEED": "0"}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise click.ClickException(f"the operations on {root} failed: {ran.stderr.strip()}")
    return ran


def per_operation(performed: str, counted: str, more: int) -> Counts:
    """From what the program and callgrind print: which process did what, and what each process took."""
    collected = {process: int(instructions) for process, instructions in _COLLECTED.findall(counted)}
    taken: dict[str, list[int]] = {}  # the short run, then the long one
    for process, operation, _ in _PERFORMED.findall(performed):
        taken.setdefault(operation, []).append(collected[process])
    return {operation: round((long - short) / more) for operation, (short, long) in taken.items()}


def other_side(root: Path) -> str:
    """The name of another checkout: its commit."""
    if not (root / "emulator" / "gateway.py").is_file():
        raise click.BadParameter(f"{root} is not a checkout of this repository.", param_hint="--against")
    command = ["git", "rev-parse", "--short=12", "HEAD"]
    git = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return git.stdout.strip() or root.name


@benchmark("instructions", __doc__)
@click.option("--against", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Another checkout.")
@click.option("--operations", default="all", show_default=True, help=f"With commas between, of {', '.join(CASES)}.")
@click.option("--collector", default="all", show_default=True, help="With commas between, of off, on.")
@click.option("--more", default=200, show_default=True, help="How many operations longer the long run is.")
def main(against: Path | None, operations: str, collector: str, more: int) -> Iterator[Measured]:
    valgrind()
    chosen = names(list(CASES), operations)
    switches = names(list(_COLLECTORS), collector)
    roots = {EMULATOR: ROOT}
    if against is not None:
        roots[other_side(against)] = against.resolve()
    for switch in switches:
        yield from figures(roots, chosen, switch, more)


def figures(roots: Mapping[str, Path], operations: Sequence[str], switch: str, more: int) -> Iterator[Figure]:
    """The counts of each side, and the ratios of the emulator's to those of the other checkout."""
    measure = _COLLECTORS[switch]
    taken: dict[str, Counts] = {}
    for side, root in roots.items():
        taken[side] = counts(root, operations, switch, more)
        for operation in operations:
            yield Figure(CASES[operation], side, measure, "instructions", [taken[side][operation]])
            if side != EMULATOR:
                ratio = round(taken[EMULATOR][operation] / taken[side][operation], 4)
                yield Figure(CASES[operation], EMULATOR, RATIOS[measure], f"of {side}", [ratio])


if __name__ == "__main__":
    main()
