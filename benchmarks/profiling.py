"""Profiles of the hot paths: samples of a server under load, written to benchmarks/profiles.

python -m benchmarks.profiling --seconds 5

Needs py-spy: make install-bench. It samples the running server some hundred times a second from another process, which
hardly changes the result. The first lines of a file say how the time is divided between the parts.
"""

import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import click

from benchmarks.command import names
from benchmarks.cores import CLIENT_CORE, on_core
from benchmarks.load import generator
from benchmarks.load.api import Api
from benchmarks.load.prepared import prepared_load
from benchmarks.load.workloads import MOST_REQUESTS, WORKLOADS
from benchmarks.process import MeasuredServer, measured_server
from benchmarks.results import ROOT, commit

PROFILES = ROOT / "benchmarks" / "profiles"
HOT = ("send", "receive", "delete", "receive-empty", "send-batch", "publish-1", "publish-10", "publish-filtered")

_CONNECTIONS = 16
_SAMPLES_A_SECOND = 400
_TOP = 25

# Parts by a substring of the path of a file; the first that fits counts. All other time is the standard library's.
_PARTS = {
    "emulator/protocol": "the protocol",
    "emulator/serving/gateway": "the gateway",
    "emulator/actions": "the gateway",
    "emulator/wire/": "the wire",
    "api_shapes": "the wire",
    "emulator/sqs/actions/": "the actions",
    "emulator/sns/actions/": "the actions",
    "emulator/sqs/": "queues",
    "emulator/sns/": "topics and delivery",
    "emulator/aws/": "checksums, limits and policies",
    "emulator/observation/": "trace and metrics",
    "emulator/foundation/events": "trace and metrics",
    "emulator/control/": "trace and metrics",
    "emulator/": "the rest of the emulator",
    "uvicorn": "uvicorn, uvloop and the kernel",
    "uvloop": "uvicorn, uvloop and the kernel",
    "asyncio": "uvicorn, uvloop and the kernel",
}


class Sampled(NamedTuple):
    """A stack, outermost frame first, each as "function (file:line)", and the number of its samples."""

    frames: list[str]
    times: int

    @property
    def part(self) -> str:
        """The part of the innermost frame that belongs to one."""
        for frame in reversed(self.frames):
            for mark, part in _PARTS.items():
                if mark in frame:
                    return part
        return "the interpreter"


def parse(raw: str) -> list[Sampled]:
    """Parse the output of ``py-spy record --format raw``."""
    found = []
    for line in raw.splitlines():
        stack, _, count = line.rpartition(" ")
        found.append(Sampled(stack.split(";"), int(count)))
    return found


def text_of(workload: str, sampled: list[Sampled]) -> str:
    """A sentence about the parts, then the functions that take most time."""
    total = sum(found.times for found in sampled)
    parts: Counter[str] = Counter()
    functions: Counter[str] = Counter()
    for found in sampled:
        parts[found.part] += found.times
        functions[found.frames[-1].rpartition(":")[0] + ")"] += found.times
    shares = ", ".join(f"{part} {count / total:.0%}" for part, count in parts.most_common())
    lines = [f"{count / total:7.1%}  {function}" for function, count in functions.most_common(_TOP)]
    return "\n".join([f"{workload}: {total} samples, commit {commit()}", f"By part: {shares}.", "", *lines, ""])


def sample(server: MeasuredServer, workload: str, seconds: float, folder: Path) -> list[Sampled]:
    """Samples of ``server`` while it is under load."""
    api = Api(server.host, server.port)
    raw = folder / f"{workload}.raw"
    most = MOST_REQUESTS.get(workload, generator.MOST_REQUESTS)
    command = [spy(), "record", "--pid", str(server.pid), "--format", "raw", "--output", str(raw)]
    command += ["--duration", str(max(int(seconds), 1)), "--rate", str(_SAMPLES_A_SECOND)]
    with (
        WORKLOADS[workload](api) as requests,
        prepared_load(api, requests, _CONNECTIONS) as prepared,
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as spying,
    ):
        while spying.poll() is None and prepared.run(0.2, most, spins=True).latencies:
            pass
        _, said = spying.communicate()
    if spying.returncode:
        raise click.ClickException(said.strip())
    return parse(raw.read_text())


def spy() -> str:
    beside = Path(sys.executable).with_name("py-spy")
    found = str(beside) if beside.exists() else shutil.which("py-spy")
    if found is None:
        raise click.ClickException("py-spy is not installed (make install-bench)")
    return found


def write(folder: Path, workloads: Iterable[str], seconds: float) -> None:
    folder.mkdir(exist_ok=True)
    for workload in workloads:
        with measured_server() as server, on_core(CLIENT_CORE), tempfile.TemporaryDirectory() as passing:
            text = text_of(workload, sample(server, workload, seconds, Path(passing)))
        (folder / f"{workload}.txt").write_text(text.replace(f"{ROOT}/", ""))
        print(text.partition("\n\n")[0], flush=True)


@click.command(help=__doc__)
@click.option("--workloads", default=",".join(HOT), show_default=True, help="With commas between, or all.")
@click.option("--seconds", default=5.0, show_default=True, help="Of each workload.")
def main(workloads: str, seconds: float) -> None:
    write(PROFILES, names(list(WORKLOADS), workloads), seconds)


if __name__ == "__main__":
    main()
