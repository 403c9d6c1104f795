"""Stops a PostgreSQL server of the tests, and removes its files, when all its users have ended, however they have.

    python tests/postgresql_watcher.py DIRECTORY

Each user holds a shared lock of the file ``users`` in the directory. The system releases the lock with the process.
"""

import fcntl
import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

_LOOK_SECONDS = 0.05


def stop_without_users(directory: Path) -> None:
    with (directory / "users").open() as users:
        fcntl.flock(users, fcntl.LOCK_EX)
    with suppress(FileNotFoundError, ProcessLookupError, ValueError, IndexError):
        postmaster = int((directory / "data/postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGQUIT)  # which lets it stop at once
        while (directory / "data/postmaster.pid").exists():
            time.sleep(_LOOK_SECONDS)
    shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    stop_without_users(Path(sys.argv[1]))
