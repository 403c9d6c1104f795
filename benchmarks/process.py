"""A server in a process of its own, and the processor time and memory that it and its children use."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from benchmarks.cores import SERVER_CORE, on_core

HOST = "127.0.0.1"
FIRST_PATH = "/?Action=ListQueues&Version=2012-11-05"  # requested until a server answers

_CPU_CLOCK = 2  # among the clocks of a process: its time on any processor
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_START_SECONDS = 90.0
_STOP_SECONDS = 10.0

# Fields of /proc/PID/stat, counted from the one after the command's name.
_PARENT, _RESIDENT_PAGES = 1, 21


class StartError(Exception):
    """The server did not start; the text says how it ended."""


class MeasuredServer:
    """A running server."""

    def __init__(self, pid: int, port: int) -> None:
        self.host = HOST
        self.port = port
        self.pid = pid

    @property
    def cpu_seconds(self) -> float:
        """User and system time since the start, to the nanosecond."""
        return sum(map(_cpu_seconds, self._tree()))

    @property
    def resident_bytes(self) -> int:
        return sum(int(stat[_RESIDENT_PAGES]) for stat in self._tree().values()) * _PAGE_BYTES

    def _tree(self) -> dict[int, list[str]]:
        """The stat lines of the process and of all below it, by their ids."""
        stats = {int(folder.name): stat for folder in Path("/proc").glob("[0-9]*") if (stat := _stat(folder))}
        found = {}
        left = [self.pid]
        while left:
            pid = left.pop()
            if pid in stats:
                found[pid] = stats[pid]
                left += [child for child, stat in stats.items() if int(stat[_PARENT]) == pid]
        return found


def _stat(folder: Path) -> list[str] | None:
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):  # ended meanwhile
        return None


def _cpu_seconds(pid: int) -> float:
    """The processor time of a process, by its clock: https://man7.org/linux/man-pages/man3/clock_getcpuclockid.3.html."""
    try:
        return time.clock_gettime((~pid << 3) | _CPU_CLOCK)
    except OSError:  # ended meanwhile
        return 0.0


def busy_seconds() -> float:
    """The processor time of all processes of the machine so far. It shows whether a measurement was disturbed."""
    ticks = [int(text) for text in Path("/proc/stat").read_text().partition("\n")[0].split()[1:9]]
    idle, waiting = ticks[3], ticks[4]
    return (sum(ticks) - idle - waiting) / _TICKS_PER_SECOND


def free_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str],
    port: int,
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    path: str = FIRST_PATH,
    log: IO[bytes] | None = None,
) -> Iterator[MeasuredServer]:
    """Run ``command`` on the server's core, from its first answer on ``port`` to the end of the block.

    The process has a session of its own, so that its children are ended too. What it writes goes to ``log``.
    """
    output = subprocess.DEVNULL if log is None else log
    with on_core(SERVER_CORE):
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        await_answer(process, port, path)
        yield MeasuredServer(process.pid, port)
    finally:
        stop(process)


def await_answer(process: "subprocess.Popen[bytes]", port: int, path: str) -> None:
    """Wait until the server answers, also with an error."""
    until = time.perf_counter() + _START_SECONDS
    while time.perf_counter() < until:
        if process.poll() is not None:
            raise StartError(f"it ended with {process.returncode}")
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("POST" if path == FIRST_PATH else "GET", path)
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            time.sleep(0.001)
        else:
            return
        finally:
            connection.close()
    raise StartError(f"it did not answer within {_START_SECONDS:.0f} seconds")


def stop(process: "subprocess.Popen[bytes]") -> None:
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    except ProcessLookupError:  # it ended by itself
        process.wait()


@contextmanager
def measured_server(
    *options: str, path: str = FIRST_PATH, environment: Mapping[str, str] | None = None
) -> Iterator[MeasuredServer]:
    """The emulator on a free port, without a log, from its first answer at ``path`` to the end of the block."""
    port = free_port()
    command = [sys.executable, "-m", "emulator", "--port", str(port), "--log-level", "warning", *options]
    with running(command, port, path=path, environment=environment) as server:
        yield server
