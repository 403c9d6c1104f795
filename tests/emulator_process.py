"""``python -m emulator`` in a process of its own, started in a tenth of the time.

On Linux the process is forked from one that has already imported the emulator; there is one such parent for each worker
of the tests. Elsewhere, and where coverage is measured, it is an interpreter of its own. Tests of the start itself, of
what it imports and of how a shell or an init script sees the process start an interpreter of their own as well.
"""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from types import TracebackType
from typing import IO, Any, NoReturn, Self, TextIO

from tests import patience

ROOT = Path(__file__).parent.parent
FORKS = sys.platform == "linux" and not {"COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG"} & os.environ.keys()
_REQUEST_BYTES = 1 << 18  # arguments and environment


class Forked:
    """A process that was forked: the part of ``subprocess.Popen`` that tests use."""

    def __init__(self, arguments: tuple[str, ...], stderr: int, env: Mapping[str, str], cwd: Path) -> None:
        read, write = os.pipe()
        self.stdout: TextIO = open(read, encoding="utf-8")  # noqa: SIM115 - closed by __exit__
        self._status, status = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        request = json.dumps({"arguments": arguments, "environment": dict(env), "folder": str(cwd)})
        socket.send_fds(_parent(), [request.encode()], [write, stderr, status.fileno()])
        os.close(write)
        status.close()
        self.pid = int(self._status.recv(16))
        self._owner = os.getpid()
        self.returncode: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, or the negative number of the signal; TimeoutExpired after ``timeout`` seconds.

        Where this object was copied to by a fork, 0 at once, as from ``Popen``: the process is not a child there.
        """
        if self._owner != os.getpid():
            self._status.close()
            return 0
        if self.returncode is None:
            if not select.select([self._status], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("emulator", timeout or 0)
            self.returncode = int(self._status.recv(16))
            self._status.close()
        return self.returncode

    def poll(self) -> int | None:
        """The exit code; None while it runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it has ended, but how is not known yet
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stdout.close()
        self.wait()


Process = Forked | subprocess.Popen[str]


def start(
    *arguments: str,
    stderr: int | TextIO = 2,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    own_interpreter: bool = False,
) -> Process:
    """Start ``python -m emulator`` with ``arguments``; stdout is a pipe, stderr a file or its descriptor.

    With ``own_interpreter`` the process is not forked: it has hash seeds of its own, and imports only what it needs.
    """
    env = os.environ if env is None else env
    if FORKS and not own_interpreter:
        return Forked(arguments, stderr if isinstance(stderr, int) else stderr.fileno(), env, cwd or Path.cwd())
    command = [sys.executable, "-m", "emulator", *arguments]
    env = {"PYTHONPATH": str(ROOT), **env}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True, env=env, cwd=cwd)


@contextmanager
def started(*arguments: str, env: Mapping[str, str] | None = None) -> Iterator[tuple[Process, IO[str], IO[str]]]:
    """The process with its stdout and stderr, both of them pipes. It ends with the block, or has to have ended."""
    read, write = os.pipe()
    with open(read, encoding="utf-8") as stderr:
        process = start(*arguments, stderr=write, env=env)
        os.close(write)
        with process:
            assert process.stdout is not None
            yield process, process.stdout, stderr


def run(
    *arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run ``python -m emulator`` with ``arguments`` to its end; the result has its exit code, stdout and stderr."""
    with TemporaryFile("w+", encoding="utf-8") as stderr:
        process = start(*arguments, stderr=stderr.fileno(), env=env, cwd=cwd)
        with process:
            watchdog = Timer(patience.SECONDS, process.kill)
            watchdog.start()
            assert process.stdout is not None
            stdout = process.stdout.read()
            returncode = process.wait()
            watchdog.cancel()
            watchdog.join()
        stderr.seek(0)
        return subprocess.CompletedProcess(arguments, returncode, stdout, stderr.read())


@cache
def _parent() -> socket.socket:
    """The connection to the process that forks; it ends when the connection is closed."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, "-m", "tests.emulator_process", str(theirs.fileno())]
        process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, cwd=ROOT)

    def end() -> None:
        ours.close()
        process.wait(patience.SECONDS)

    atexit.register(end)
    return ours


# -- The process that forks ----------------------------------------------------------------


def _serve(requests: socket.socket) -> None:
    """Fork at each request, until there can be no more of them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the tests, which then end this
    _import_everything()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the children that keep an emulator are not waited for
    while True:
        request, descriptors, _, _ = socket.recv_fds(requests, _REQUEST_BYTES, 3)
        if not request:
            break
        if os.fork() == 0:
            requests.close()
            _keep(json.loads(request), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _import_everything() -> None:
    import gc
    import importlib
    import pkgutil

    import emulator

    for module in pkgutil.walk_packages(emulator.__path__, "emulator."):
        if not module.name.startswith("emulator.testing"):
            importlib.import_module(module.name)
    gc.collect()
    gc.freeze()


def _keep(request: dict[str, Any], stdout: int, stderr: int, status: int) -> NoReturn:
    """Run the emulator in a child, and send which process it is and how it has ended. Both are a process group.

    The child ends with the process of the tests, however that ends.
    """
    os.setpgid(0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid == 0:
        os.dup2(stdout, 1)
        os.dup2(stderr, 2)
        for descriptor in (stdout, stderr, status):
            os.close(descriptor)
        _emulate(request)
    os.close(stdout)
    os.close(stderr)
    with socket.socket(fileno=status) as connection:
        connection.send(str(pid).encode())
        select.select([os.pidfd_open(pid), connection.fileno()], [], [])  # the connection: the tests have ended
        if not os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            os.kill(pid, signal.SIGKILL)
        _, ended = os.waitpid(pid, 0)
        with suppress(BrokenPipeError):
            connection.send(str(os.waitstatus_to_exitcode(ended)).encode())
    os._exit(0)


def _emulate(request: dict[str, Any]) -> NoReturn:
    from emulator.__main__ import main

    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    sys.argv[1:] = request["arguments"]
    code = 1
    try:
        main(prog_name="python -m emulator")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - it is written as the interpreter would, which is not ended in the usual way
        traceback.print_exc()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)  # taking down an interpreter with all its modules takes longer than most tests


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
