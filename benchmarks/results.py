"""Results as JSON, in one file per benchmark. The tables and charts of the documentation are made from them."""

import os
import platform
import shlex
import subprocess
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from benchmarks.peers.table import PEERS
from benchmarks.spread import Spread

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results"

_LIBRARIES = ("uvicorn", "uvloop", "httptools", "msgspec")


class Figure(msgspec.Struct, frozen=True):
    """One measure, repeated over several rounds."""

    case: str  # what was done: "send, 16 connections"
    side: str  # by whom: "emulator", a ceiling, a peer
    measure: str  # what was looked at: "CPU per request"
    unit: str
    values: list[float]  # one a round, in the order of the rounds

    @property
    def spread(self) -> Spread:
        return Spread.of(self.values)


class Series(msgspec.Struct, frozen=True):
    """One measure over time."""

    measure: str
    unit: str
    seconds: list[float]  # since the start
    values: list[float]

    @property
    def spread(self) -> Spread:
        return Spread.of(self.values)


class Skipped(msgspec.Struct, frozen=True):
    """A side, or one of its workloads, without a figure."""

    side: str
    reason: str


Measured = Figure | Series | Skipped


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
    command: str  # that repeats the run
    measured_at: str
    commit: str
    machine: Machine
    versions: dict[str, str]  # of Python, of libraries, and of the sides that have one
    figures: list[Figure]
    series: list[Series] = []
    skipped: list[Skipped] = []
    load: float = 0.0  # processes that wanted a core, on average over the last five minutes, those of the run too

    @classmethod
    def of(cls, benchmark: str, command: Sequence[str], measured: Iterable[Measured]) -> "Results":
        """The results of a run that ends now, on this machine."""
        found = list(measured)
        sides = {item.side for item in found if isinstance(item, Figure)}
        return cls(
            benchmark,
            shlex.join(command),
            datetime.now(UTC).isoformat(timespec="seconds"),
            commit(),
            Machine.here(),
            {"python": platform.python_version()}
            | {name: version(name) for name in _LIBRARIES}
            | {peer.name: peer.version for peer in PEERS if {peer.name, peer.durable_name} & sides},
            [item for item in found if isinstance(item, Figure)],
            [item for item in found if isinstance(item, Series)],
            [item for item in found if isinstance(item, Skipped)],
            round(os.getloadavg()[1], 1),
        )

    def figure(self, case: str, side: str, measure: str) -> Figure | None:
        for figure in self.figures:
            if (figure.case, figure.side, figure.measure) == (case, side, measure):
                return figure
        return None

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        text = msgspec.json.format(msgspec.json.encode(self), indent=1)
        (folder / f"{self.benchmark}.json").write_bytes(text + b"\n")


def commit() -> str:
    """The commit that is checked out, with a note if the measured code differs from it."""
    head = _git("rev-parse", "--short=12", "HEAD")
    changed = _git("status", "--porcelain", "--", "emulator", "api_shapes")
    return f"{head}, with changes" if changed else head


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def read(benchmark: str, folder: Path = RESULTS) -> Results | None:
    file = folder / f"{benchmark}.json"
    return msgspec.json.decode(file.read_bytes(), type=Results) if file.exists() else None
