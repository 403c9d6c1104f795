"""How many machine instructions a request takes, counted by valgrind's callgrind.

python -m benchmarks.instructions --against ../another-checkout

In process, from the parsed HTTP request to its answer, without sockets. Each operation runs for a short and for a long
time. The difference of the two counts, divided by that of the operations, is what one takes: the start drops out.
Unlike time, a count hardly depends on what else the machine does. With --against, a second checkout is counted too,
with the Python and the libraries of this one, and ratios are printed. With --compiled, the modules that make compiled
left in a folder are counted beside plain Python.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import click

from benchmarks.command import benchmark, names
from benchmarks.results import ROOT, Figure, Measured
from benchmarks.sides import EMULATOR
from emulator import compilation

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
PLAIN = "plain Python"
_RUNS_PLAIN = {compilation.PURE_VARIABLE: "1"}


class Code(NamedTuple):
    """What is counted: a checkout, in an environment with these variables besides."""

    root: Path
    variables: Mapping[str, str]


def valgrind() -> str:
    found = shutil.which("valgrind")
    if found is None:
        raise click.ClickException(_MISSING)
    return found


def counts(code: Code, operations: Sequence[str], switch: str, more: int) -> Counts:
    """What each operation of ``code`` takes; the long run makes so many ``more`` than the short one.

    ``switch`` is that of the garbage collector: "off" or "on".
    """
    program = [sys.executable, "-P", str(_PROGRAM), str(code.root), switch, ",".join(operations)]
    run([*program, "1"], code)  # compiles, and shows at once what fails
    counting = [valgrind(), "--tool=callgrind", f"--callgrind-out-file={os.devnull}"]
    ran = run([*counting, *program, str(_SHORT), str(_SHORT + more)], code)
    return per_operation(ran.stdout, ran.stderr, more)


def run(command: list[str], code: Code) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(code.root), "PYTHONHASHSEED": "0", **code.variables}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise click.ClickException(f"the operations on {code.root} failed: {ran.stderr.strip()}")
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
    if not (root / "emulator" / "__main__.py").is_file():
        raise click.BadParameter(f"{root} is not a checkout of this repository.", param_hint="--against")
    command = ["git", "rev-parse", "--short=12", "HEAD"]
    git = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return git.stdout.strip() or root.name


@benchmark("instructions", __doc__)
@click.option("--against", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Another checkout.")
@click.option("--compiled", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Compiled modules.")
@click.option("--operations", default="all", show_default=True, help=f"With commas between, of {', '.join(CASES)}.")
@click.option("--collector", default="all", show_default=True, help="With commas between, of off, on.")
@click.option("--more", default=200, show_default=True, help="How many operations longer the long run is.")
def main(against: Path | None, compiled: Path | None, operations: str, collector: str, more: int) -> Iterator[Measured]:
    valgrind()
    chosen = names(list(CASES), operations)
    switches = names(list(_COLLECTORS), collector)
    codes = {EMULATOR: Code(ROOT, {})}
    if compiled is not None:
        codes = {EMULATOR: Code(ROOT, compiled_modules(compiled)), PLAIN: Code(ROOT, _RUNS_PLAIN)}
    if against is not None:
        codes[other_side(against)] = Code(against.resolve(), {})
    for switch in switches:
        yield from figures(codes, chosen, switch, more)


def compiled_modules(folder: Path) -> Mapping[str, str]:
    """The environment in which those in ``folder`` run; refused if they are not those of these sources."""
    variables = {compilation.FOLDER_VARIABLE: str(folder.resolve()), compilation.PURE_VARIABLE: ""}
    modules = compilation.CompiledModules(str(folder))
    if not modules.usable:
        raise click.BadParameter(modules.reason or "", param_hint="--compiled")
    return variables


def figures(codes: Mapping[str, Code], operations: Sequence[str], switch: str, more: int) -> Iterator[Figure]:
    """The counts of each side, and the ratios of the emulator's to those of the other checkout."""
    measure = _COLLECTORS[switch]
    taken: dict[str, Counts] = {}
    for side, code in codes.items():
        taken[side] = counts(code, operations, switch, more)
        for operation in operations:
            yield Figure(CASES[operation], side, measure, "instructions", [taken[side][operation]])
            if side != EMULATOR:
                ratio = round(taken[EMULATOR][operation] / taken[side][operation], 4)
                yield Figure(CASES[operation], EMULATOR, RATIOS[measure], f"of {side}", [ratio])


if __name__ == "__main__":
    main()
