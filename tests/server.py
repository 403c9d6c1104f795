"""A real server process for the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

from tests import emulator_process, patience


@dataclass(slots=True)
class RunningServer:
    url: str
    control_url: str  # where the control interface is
    process: emulator_process.Process


@contextmanager
def running_server(*options: str, stderr: int | TextIO = 2, own_interpreter: bool = False) -> Iterator[RunningServer]:
    """``python -m emulator`` with ``options`` on a free port, until the end of the block."""
    arguments = ("--port", "0", "--log-level", "warning", *options)
    process = emulator_process.start(*arguments, stderr=stderr, own_interpreter=own_interpreter)
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
