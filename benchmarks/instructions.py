"""The machine instructions of a request, counted by valgrind's callgrind.

python -m benchmarks.instructions --against ../another-checkout

In process, from the parsed HTTP request to its answer, without sockets. Each operation is performed a few times in one
run and many times in another. The difference of the two counts, divided by the difference of the numbers of operations,
is the count of one operation without the start. Unlike time, a count hardly depends on other load of the machine. With
--against, a second checkout is counted too, with the Python and the libraries of this one, and ratios are printed.
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
_SWITCHES = {COLLECTOR_OFF: "off", COLLECTOR_ON: "on"}
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


def counts(root: Path, operations: Sequence[str], collector: str, more: int) -> Counts:
    """The counts in the checkout at ``root``. The long run has ``more`` operations than the short one."""
    program = [sys.executable, "-P", str(_PROGRAM), str(root), _SWITCHES[collector], ",".join(operations)]
    run([*program, "1"], root)  # compiles the bytecode, and fails early if something is wrong
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
    """The counts, from the output of the program (which process did what) and of callgrind (the count of each)."""
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
@click.option("--more", default=200, show_default=True, help="How many operations longer the long run is.")
def main(against: Path | None, operations: str, more: int) -> Iterator[Measured]:
    valgrind()
    chosen = names(list(CASES), operations)
    roots = {EMULATOR: ROOT}
    if against is not None:
        roots[other_side(against)] = against.resolve()
    for collector in _SWITCHES:
        taken = {side: counts(root, chosen, collector, more) for side, root in roots.items()}
        for operation in chosen:
            yield from figures(operation, collector, taken)


def figures(operation: str, collector: str, taken: Mapping[str, Counts]) -> Iterator[Figure]:
    """The count of each side, and the ratio of the emulator's to that of the other checkout."""
    for side, found in taken.items():
        yield Figure(CASES[operation], side, collector, "instructions", [found[operation]])
        if side != EMULATOR:
            ratio = round(taken[EMULATOR][operation] / found[operation], 4)
            yield Figure(CASES[operation], EMULATOR, RATIOS[collector], f"of {side}", [ratio])


if __name__ == "__main__":
    main()
