"""Init hooks: scripts of the user, which run when the server starts and ends.

Each init directory has a directory for each stage: ``boot.d``, ``start.d``, ``ready.d`` and ``shutdown.d``. The scripts
of a stage run one after another, each as a process of its own, while the server answers AWS calls. What they print
goes to the log.

https://docs.localstack.cloud/references/init-hooks/
"""

import asyncio
import errno
import logging
import os
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from emulator.foundation.wording import count
from emulator.serving.stages import STAGES, Script, Stage, Stages

logger = logging.getLogger(__name__)

_SUFFIXES = (".sh", ".py")
_DIRECTORIES: dict[Stage, str] = {stage: f"{stage.lower()}.d" for stage in STAGES}
_AT_THE_START: tuple[Stage, ...] = ("BOOT", "START", "READY")
_LAST_LINES = 20  # lines of a script's output in the log record of its failure
_CHUNK_BYTES = 65_536
_GRACE_SECONDS = 1.0  # between SIGTERM and SIGKILL, and for what a script has printed to arrive


class HookFailedError(Exception):
    """An init script has failed; the text says which one, and why."""


class Hooks:
    """The init scripts of ``directories``, and their processes.

    ``environment`` is that of the scripts. If ``strict``, a script that fails ends the start, and no other script runs.
    """

    def __init__(
        self, stages: Stages, directories: Iterable[Path], environment: Mapping[str, str], *, strict: bool
    ) -> None:
        self._stages = stages
        self._environment = environment
        self._strict = strict
        self._paths: list[tuple[Script, Path]] = [
            (Script(stage, path.name), path)
            for stage in STAGES
            for directory in directories
            for path in _scripts_in(directory / _DIRECTORIES[stage])
        ]
        stages.scripts = [script for script, _ in self._paths]
        self._running: asyncio.Task[None] | None = None
        self._readers: set[asyncio.Task[None]] = set()

    def start(self, ready: Callable[[], None], failed: Callable[[HookFailedError], None]) -> None:
        """Run the stages up to READY in the background, and call ``ready``, or ``failed`` if the start has failed."""
        previous = self._running

        async def run() -> None:
            await _ended(previous)
            self._stages.begin()
            try:
                for stage in _AT_THE_START:
                    await self._run_stage(stage)
            except HookFailedError as error:
                failed(error)
            else:
                ready()

        self._stages.begin()
        self._running = asyncio.create_task(run())

    async def finish(self) -> None:
        """Run the scripts of the stage SHUTDOWN, unless ``abort`` is called meanwhile."""
        await _ended(self._running)
        self._running = asyncio.create_task(self._shut_down())
        await asyncio.wait({self._running})
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)

    def abort(self) -> None:
        """End the script that is running. A handler of signals may call this."""
        if self._running is not None:
            self._running.get_loop().call_soon_threadsafe(self._running.cancel)

    async def _shut_down(self) -> None:
        try:
            await self._run_stage("SHUTDOWN")
        except HookFailedError:
            return  # the failure is in the log, and the server ends anyway

    async def _run_stage(self, stage: Stage) -> None:
        scripts = [(script, path) for script, path in self._paths if script.stage == stage]
        for script, path in scripts:
            problem = await self._run(script, path)
            if problem is not None and self._strict:
                raise HookFailedError(f"{path} {problem}")
        failed = sum(script.state == "ERROR" for script, _ in scripts)
        if failed:
            logger.error("%s: %d of %s failed", stage, failed, count(len(scripts), "init script"))
        self._stages.completed[stage] = True

    async def _run(self, script: Script, path: Path) -> str | None:
        """Run a script to its end. Returns what went wrong, or None."""
        logger.info("Running %s", path)
        script.state = "RUNNING"
        printed: deque[str] = deque(maxlen=_LAST_LINES)
        problem: str | None = "was ended before it had finished"
        try:
            problem = await self._outcome(path, printed)
        finally:
            script.state = "SUCCESSFUL" if problem is None else "ERROR"
            if problem is not None:
                logger.error("%s %s%s", path, problem, "".join(f"\n    {line}" for line in printed))
        return problem

    async def _outcome(self, path: Path, printed: deque[str]) -> str | None:
        # Not a pipe of asyncio's: with that, wait() returns only when no process holds the pipe open any more.
        output, its_end = os.pipe()
        reader = self._in_background(_log_output(output, path, printed))
        try:
            process = await _start(path, self._environment, its_end)
        except OSError as error:
            return f"cannot be run: {_reason(error, path)}"
        finally:
            os.close(its_end)
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            await _end(process)
            raise
        # A background process of the script may hold the pipe open for any time.
        await asyncio.wait({reader}, timeout=_GRACE_SECONDS)
        if code == 0:
            return None
        return f"failed with exit code {code}" if code > 0 else f"was ended by signal {-code}"

    def _in_background(self, reading: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        reader = asyncio.create_task(reading)
        self._readers.add(reader)
        reader.add_done_callback(self._readers.discard)
        return reader


async def _ended(running: asyncio.Task[None] | None) -> None:
    """Return when the script that ``running`` runs, if any, has been ended."""
    if running is not None:
        running.cancel()
        await asyncio.wait({running})


def _scripts_in(directory: Path, above: tuple[Path, ...] = ()) -> Iterator[Path]:
    """The scripts of a directory in alphabetical order, then those of each directory in it.

    Names that begin with a dot are left out: what holds a mounted Kubernetes ConfigMap has such names.
    """
    if not directory.is_dir() or (here := directory.resolve()) in above:
        return
    entries = sorted(entry for entry in directory.iterdir() if not entry.name.startswith("."))
    files = [entry for entry in entries if entry.is_file()]
    others = [entry.name for entry in files if entry.suffix not in _SUFFIXES]
    if others:
        logger.info("%s: not run, since only .sh and .py are init scripts: %s", directory, ", ".join(others))
    yield from (entry for entry in files if entry.suffix in _SUFFIXES)
    for entry in entries:
        yield from _scripts_in(entry, (*above, here))


async def _start(path: Path, environment: Mapping[str, str], output: int) -> Process:
    shell = shutil.which("bash") or "sh"
    if path.suffix == ".py":
        command = [sys.executable, str(path)]
    elif os.access(path, os.X_OK):
        command = [str(path)]
    else:  # a mount can lose the permission to execute
        command = [shell, str(path)]
    try:
        return await _execute(command, environment, output)
    except OSError as error:
        if error.errno != errno.ENOEXEC:  # as of a script without a first line that names its interpreter
            raise
    return await _execute([shell, str(path)], environment, output)


async def _execute(command: list[str], environment: Mapping[str, str], output: int) -> Process:
    return await asyncio.create_subprocess_exec(
        *command, stdin=DEVNULL, stdout=output, stderr=STDOUT, env=environment, start_new_session=True
    )


def _reason(error: OSError, path: Path) -> str:
    if isinstance(error, FileNotFoundError) and path.exists():
        return "the interpreter that its first line names is not here (does that line end in CR LF?)"
    return error.strerror or str(error)


async def _log_output(output: int, path: Path, printed: deque[str]) -> None:
    """Log what comes out of the pipe ``output``, and close it at its end."""
    name, rest = path.name, b""
    stream = asyncio.StreamReader()
    pipe = os.fdopen(output, "rb", buffering=0)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), pipe
    )
    try:
        while chunk := await stream.read(_CHUNK_BYTES):
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > _CHUNK_BYTES:
                lines, rest = [*lines, rest], b""
            for line in lines:
                _log_line(name, line, printed)
        if rest:
            _log_line(name, rest, printed)
    finally:
        transport.close()


def _log_line(name: str, line: bytes, printed: deque[str]) -> None:
    text = line.decode(errors="replace").rstrip("\r")
    printed.append(text)
    logger.info("%s: %s", name, text)


async def _end(process: Process) -> None:
    """End a script and what it has started."""
    _signal(process, signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), _GRACE_SECONDS)
    except TimeoutError:
        _signal(process, signal.SIGKILL)
        await process.wait()


def _signal(process: Process, sig: signal.Signals) -> None:
    try:
        os.killpg(process.pid, sig)  # its group, which has its number
    except ProcessLookupError:
        return  # it has ended meanwhile
