"""A PostgreSQL server for the tests: one for all processes of a test run, on a free port, in a temporary directory.

Each test that wants one gets a database of its own.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest

PASSWORD = "secret"

_USER = "postgres"  # PostgreSQL refuses to run as root
_OPTIONS = ("listen_addresses=127.0.0.1", "max_connections=300")
_FAST = ("-c fsync=off", "-c full_page_writes=off")
_numbers = count()


def binaries() -> Path | None:
    """The directory with initdb and pg_ctl; None if there is none."""
    found = shutil.which("pg_ctl")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists() and (place / "pg_ctl").exists()), None)


class Server:
    """A server in a directory."""

    def __init__(self, directory: Path, port: int) -> None:
        self.directory = directory
        self.port = port
        import fcntl

        self._users = (directory / "users").open()  # locked until this process ends, or ``leave``
        fcntl.flock(self._users, fcntl.LOCK_SH)

    @classmethod
    def started(cls, *, is_safe: bool = False) -> "Server":
        """A new one. It waits for the disk only if what it keeps is to be ``is_safe``."""
        directory = Path(tempfile.mkdtemp(prefix="emulator-postgresql-"))
        password = directory / "password"
        password.write_text(PASSWORD)
        if os.geteuid() == 0:
            for path in (directory, password):
                shutil.chown(path, _USER, _USER)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        (directory / "users").touch()
        server = cls(directory, port)
        _watch(directory)
        data = str(directory / "data")
        initdb = ("-D", data, "-U", _USER, "-A", "scram-sha-256", "--pwfile", str(password), "--no-sync", "-E", "UTF8")
        server._run("initdb", *initdb)
        options = " ".join(
            [f"-p {port}", f"-k {directory}", *(f"-c {option}" for option in _OPTIONS), *([] if is_safe else _FAST)]
        )
        server._run("pg_ctl", "-D", data, "-o", options, "-l", str(directory / "log"), "-w", "start")
        return server

    def leave(self) -> None:
        """Use it no more."""
        self._users.close()

    def stop(self) -> None:
        """Stop it, and remove its files."""
        self._run("pg_ctl", "-D", str(self.directory / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.directory, ignore_errors=True)
        self.leave()

    def new_database(self) -> str:
        """The URL of a new database."""
        import psycopg

        name = f"test_{os.getpid()}_{next(_numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} STRATEGY file_copy")
        return self.url(name)

    def url(self, database: str, password: str = PASSWORD, port: int | None = None) -> str:
        return f"postgresql://{_USER}:{password}@127.0.0.1:{port or self.port}/{database}"

    def _run(self, tool: str, *arguments: str) -> None:
        directory = binaries()
        assert directory is not None, missing()
        command = [str(directory / tool), *arguments]
        if os.geteuid() == 0:
            command = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups", *command]
        with (self.directory / "output").open("a") as output:  # the server keeps it open
            done = subprocess.run(command, stdout=output, stderr=output, cwd=self.directory, check=False)
        assert done.returncode == 0, (self.directory / "output").read_text()


def _watch(directory: Path) -> None:
    """Have the server stopped when this process has ended without doing so. The watcher is nobody's child."""
    watcher = Path(__file__).with_name("postgresql_watcher.py")
    command = ["sh", "-c", '"$@" >&- 2>&- <&- &', "sh", sys.executable, "-S", str(watcher), str(directory)]
    subprocess.run(command, start_new_session=True, check=True)


def missing() -> str | None:
    """Why there can be no server here; None if there can be one."""
    if sys.platform == "win32" or binaries() is None:
        return "PostgreSQL is not installed: apt-get install postgresql"
    return None if find_spec("psycopg") else "psycopg is not installed"


def needs_postgresql() -> None:
    """Skip the test that calls this where there is no PostgreSQL."""
    if (reason := missing()) is not None:
        pytest.skip(reason)


@contextmanager
def shared_server(place: Path) -> Iterator[Server]:
    """The server of all processes that name the same ``place``. The last one of them stops it."""
    user = place / f"user-{os.getpid()}"
    with _locked(place):
        server = _running(place) or _start(place)
        user.touch()
    try:
        yield server
    finally:
        with _locked(place):
            user.unlink()
            if not any(place.glob("user-*")):
                (place / "server.json").unlink()
                server.stop()
            else:
                server.leave()


def _running(place: Path) -> Server | None:
    described = place / "server.json"
    if not described.exists():
        return None
    directory, port = json.loads(described.read_text())
    return Server(Path(directory), port)


def _start(place: Path) -> Server:
    server = Server.started()
    (place / "server.json").write_text(json.dumps([str(server.directory), server.port]))
    return server


@contextmanager
def _locked(place: Path) -> Iterator[None]:
    import fcntl

    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
