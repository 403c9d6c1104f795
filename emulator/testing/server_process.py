"""A server in a process of its own, on a free port."""

import atexit
import os
import subprocess
import sys
from typing import Any

_STOP_SECONDS = 10


class ServerProcess:
    """A running server; it ends with ``close``, or at the latest with this process."""

    def __init__(self, *options: str) -> None:
        self._process: subprocess.Popen[str] = subprocess.Popen(
            [sys.executable, "-m", "emulator", "--port", "0", "--log-level", "warning", *options],
            stdout=subprocess.PIPE,
            text=True,
            env=_environment(),
        )
        atexit.register(self.close)
        assert self._process.stdout is not None
        announced = self._process.stdout.readline()
        if self._process.stdout.readline() != "Ready.\n":
            self.close()
            raise RuntimeError(f"The emulator did not start; it ended with {self._process.returncode}. {announced}")
        self.url = announced.split()[-1]

    def close(self) -> None:
        atexit.unregister(self.close)
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> "ServerProcess":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def _environment() -> dict[str, str]:
    """That of this process, without the options of a server that somebody runs elsewhere."""
    from emulator import localstack, variables

    prefixes = (variables.PREFIX, localstack.PREFIX)
    return {
        name: value
        for name, value in os.environ.items()
        if name not in localstack.NAMES and not name.startswith(prefixes)
    }
