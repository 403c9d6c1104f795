"""A real server process for the tests."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from tests import patience


@dataclass(slots=True)
class RunningServer:
    url: str
    control_url: str  # where the control interface is
    process: "subprocess.Popen[str]"


@contextmanager
def running_server(*options: str, stderr: IO[str] | None = None) -> Iterator[RunningServer]:
    """``python -m emulator`` with ``options`` on a free port, until the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "emulator", "--port", "0", "--log-level", "warning", *options],
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )
    assert process.stdout is not None
    with process, process.stdout:
        try:
            lines: list[str] = []
            while (line := process.stdout.readline()) != "Ready.\n":
                assert line, f"the server did not start: {lines}"
                lines.append(line)
            urls = [line.split()[-1] for line in lines]
            yield RunningServer(urls[0], urls[-1], process)
        finally:
            process.terminate()
            process.wait(patience.SECONDS)
