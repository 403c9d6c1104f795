"""A real server process for the tests."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

STOP_SECONDS = 10


@dataclass(slots=True)
class RunningServer:
    url: str
    process: "subprocess.Popen[str]"


@contextmanager
def running_server(*options: str) -> Iterator[RunningServer]:
    """``python -m emulator`` with ``options`` on a free port, until the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "emulator", "--port", "0", "--log-level", "warning", *options],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process, process.stdout:
        try:
            first = process.stdout.readline()
            assert process.stdout.readline() == "Ready.\n", f"the server did not start: {first}"
            yield RunningServer(first.split()[-1], process)
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)
