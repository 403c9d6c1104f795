"""What was measured, as JSON: one file a benchmark, which the tables and charts of the documentation are made from."""

import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from benchmarks.spread import Spread

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results"

_LIBRARIES = ("uvicorn", "uvloop", "httptools", "msgspec")


class Figure(msgspec.Struct, frozen=True):
    """One thing, measured again and again."""

    case: str  # what was done: "send, 16 connections"
    side: str  # by whom: "emulator", a ceiling, a peer
    measure: str  # what was looked at: "CPU per request"
    unit: str
    values: list[float]  # one a round, in the order of the rounds

    @property
    def spread(self) -> Spread:
        return Spread.of(self.values)


class Series(msgspec.Struct, frozen=True):
    """One thing, looked at as time goes by."""

    measure: str
    unit: str
    seconds: list[float]  # since the start
    values: list[float]


class Skipped(msgspec.Struct, frozen=True):
    """A side, or a workload of one, of which there is no figure."""

    side: str
    reason: str


class Machine(msgspec.Struct, frozen=True):
    system: str
    processor: str
    cores: int
    memory_gib: float

    @classmethod
    def here(cls) -> "Machine":
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
        return cls(f"{platform.system()} {platform.release()}", _processor(), os.cpu_count() or 1, round(memory, 1))


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


class Results(msgspec.Struct):
    """One run of one benchmark."""

    benchmark: str
    command: str  # that makes it again
    measured_at: str
    commit: str
    machine: Machine
    versions: dict[str, str]  # of Python, of libraries, and of the sides that have one
    figures: list[Figure]
    series: list[Series] = []
    skipped: list[Skipped] = []

    def figure(self, case: str, side: str, measure: str) -> Figure | None:
        for figure in self.figures:
            if (figure.case, figure.side, figure.measure) == (case, side, measure):
                return figure
        return None

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        text = msgspec.json.format(msgspec.json.encode(self), indent=1)
        (folder / f"{self.benchmark}.json").write_bytes(text + b"\n")


def results(
    benchmark: str,
    command: Sequence[str],
    figures: Iterable[Figure],
    *,
    series: Iterable[Series] = (),
    skipped: Iterable[Skipped] = (),
    versions: dict[str, str] | None = None,
) -> Results:
    """Results with the circumstances of here and now."""
    return Results(
        benchmark,
        " ".join(command),
        datetime.now(UTC).isoformat(timespec="seconds"),
        commit(),
        Machine.here(),
        {"python": platform.python_version(), **{name: version(name) for name in _LIBRARIES}, **(versions or {})},
        list(figures),
        list(series),
        list(skipped),
    )


def commit() -> str:
    """The commit that is checked out, with a word if there are changes beside it."""
    described = subprocess.run(
        ["git", "describe", "--always", "--abbrev=12", "--dirty=, with changes"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return described.stdout.strip() or "unknown"


def read(benchmark: str, folder: Path = RESULTS) -> Results | None:
    file = folder / f"{benchmark}.json"
    return msgspec.json.decode(file.read_bytes(), type=Results) if file.exists() else None
