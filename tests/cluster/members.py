"""Processes that are a cluster on one PostgreSQL."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile
from typing import TextIO, cast

from tests import emulator_process, patience


class Process:
    """One process of the cluster, which can be started again at the same port."""

    def __init__(self, database: str, port: int, *options: str) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._options = ("--port", str(port), "--store", database, "--log-level", "warning", *options)
        self._log = cast(TextIO, TemporaryFile("w+"))  # noqa: SIM115 - closed by ``end``
        self._process: emulator_process.Process | None = None

    def start(self) -> None:
        """Start it; ``wait_until_ready`` follows."""
        self._process = emulator_process.start(*self._options, stderr=self._log)

    def wait_until_ready(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        while line := self._process.stdout.readline():
            if line == "Ready.\n":
                return
        raise AssertionError(f"the process did not start: {self.log()}")

    def signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def wait(self) -> int:
        """Its exit code."""
        assert self._process is not None
        code = self._process.wait(patience.SECONDS)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None
        return code

    def log(self) -> str:
        self._log.seek(0)
        return self._log.read()

    def end(self) -> None:
        """End it, whatever it does."""
        if self._process is not None:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):
                self.wait()
        self._log.close()


@contextmanager
def members(database: str, number: int, *options: str) -> Iterator[list[Process]]:
    """A cluster of so many processes, which are ready."""
    processes = [Process(database, port, *options) for port in free_ports(number)]
    try:
        for process in processes:
            process.start()
        for process in processes:
            process.wait_until_ready()
        yield processes
    finally:
        if sys.exc_info()[0] is not None:
            for process in processes:
                sys.stderr.write(process.log())
        for process in processes:
            process.end()


def free_ports(number: int) -> list[int]:
    """Ports at which nothing listens."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
