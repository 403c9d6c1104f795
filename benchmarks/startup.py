"""Time from the start of the process to its first answer, compared with that of an empty Python.

python -m benchmarks.startup --sides emulator,moto --rounds 20
"""

import subprocess
import sys
import time
from collections.abc import Iterator

import click

from benchmarks.command import benchmark, names
from benchmarks.cores import SERVER_CORE, on_core
from benchmarks.process import StartError, measured_server
from benchmarks.results import Figure, Measured, Skipped
from benchmarks.sides import EMULATOR, SIDES, Side

FIRST_ANSWER, FIRST_CONTROL_ANSWER, EMPTY_PYTHON = "first SQS answer", "first health answer", "python -c pass"


def seconds_to_first_answer(side: Side) -> float:
    since = time.perf_counter()
    with side.start():
        return time.perf_counter() - since


def seconds_to_first_health_answer() -> float:
    since = time.perf_counter()
    with measured_server(path="/_emulator/health"):
        return time.perf_counter() - since


def seconds_of_empty_python() -> float:
    since = time.perf_counter()
    with on_core(SERVER_CORE):
        subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - since


@benchmark("startup", __doc__)
@click.option("--sides", default=EMULATOR, show_default=True, help="With commas between, or all.")
@click.option("--rounds", default=20, show_default=True)
def main(sides: str, rounds: int) -> Iterator[Measured]:
    empty: list[float] = []
    health: list[float] = []
    answers: dict[str, list[float]] = {}
    for name in names(list(SIDES), sides):
        if (reason := SIDES[name].missing()) is None:
            answers[name] = []
        else:
            yield Skipped(name, reason)
    for _ in range(rounds):
        empty.append(seconds_of_empty_python())
        health.append(seconds_to_first_health_answer())
        for name in list(answers):
            try:
                answers[name].append(seconds_to_first_answer(SIDES[name]))
            except StartError as error:
                del answers[name]
                yield Skipped(name, str(error))
    yield figure(EMPTY_PYTHON, "python", empty)
    yield figure(FIRST_CONTROL_ANSWER, EMULATOR, health)
    for name, values in answers.items():
        yield figure(FIRST_ANSWER, name, values)


def figure(case: str, side: str, seconds: list[float]) -> Figure:
    return Figure(case, side, "time", "ms", [round(value * 1e3, 2) for value in seconds])


if __name__ == "__main__":
    main()
