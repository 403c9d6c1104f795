"""The server as a process that can be measured."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_STOP_SECONDS = 10


class MeasuredServer:
    """A running server, its address, and what the kernel says it has used."""

    def __init__(self, process: "subprocess.Popen[str]", host: str, port: int) -> None:
        self.host = host
        self.port = port
        self._pid = process.pid

    @property
    def cpu_seconds(self) -> float:
        """User and system time since the start."""
        fields = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND

    @property
    def resident_bytes(self) -> int:
        pages = int(Path(f"/proc/{self._pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def measured_server(*options: str) -> Iterator[MeasuredServer]:
    """The emulator on a free port, quiet, until the end of the block."""
    command = [sys.executable, "-m", "emulator", "--port", "0", "--log-level", "warning", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        process.stdout.readline()
        host, port = url.removeprefix("http://").split(":")
        try:
            yield MeasuredServer(process, host, int(port))
        finally:
            process.terminate()
            process.wait(_STOP_SECONDS)
