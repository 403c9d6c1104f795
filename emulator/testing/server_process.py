"""A server in a process of its own, on a free port."""

import atexit
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from emulator.testing.real_time import time

_STOP_SECONDS = 10.0
_LOOK_EVERY_SECONDS = 0.01
# A path, not the name of a module: the project under test may have another package `emulator`.
_COMMAND = Path(__file__).parent.parent.parent / "sqs_sns_emulator" / "__main__.py"


class ServerProcess:
    """A running server. It ends with ``close``, or at the latest with this process."""

    def __init__(self, *options: str) -> None:
        self._process: subprocess.Popen[str] = subprocess.Popen(
            [sys.executable, "-P", str(_COMMAND), "--port", "0", "--log-level", "warning", "--no-config", *options],
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
            if not self._ended_within(_STOP_SECONDS):
                self._process.kill()
                self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _ended_within(self, seconds: float) -> bool:
        """As ``Popen.wait`` with a timeout, which would never come while freezegun has frozen time."""
        until = time.monotonic() + seconds
        while self._process.poll() is None:
            if time.monotonic() >= until:
                return False
            time.sleep(_LOOK_EVERY_SECONDS)
        return True

    def __enter__(self) -> "ServerProcess":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def _environment() -> dict[str, str]:
    """The environment of this process, without ``EMULATOR_*`` options, which are meant for other servers."""
    from emulator.configuration import localstack
    from emulator.configuration.option import ENVIRONMENT_PREFIX

    prefixes = (ENVIRONMENT_PREFIX, localstack.PREFIX)
    return {
        name: value
        for name, value in os.environ.items()
        if name not in localstack.NAMES and not name.startswith(prefixes)
    }
