"""Init scripts for tests, and servers that run them."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from emulator.serving.hooks import HookFailedError, Hooks
from emulator.serving.stages import Stages
from tests import emulator_process, patience


def write(path: Path, *lines: str, executable: bool = True) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    path.chmod(0o755 if executable else 0o644)
    return path


def hooks_of(directory: Path, *, strict: bool = False) -> tuple[Stages, Hooks]:
    stages = Stages()
    return stages, Hooks(stages, [directory], os.environ, strict=strict)


def start(hooks: Hooks) -> HookFailedError | None:
    """Run the stages of the start to their end, and those of the end; the failure, if that ended the start."""

    async def run() -> HookFailedError | None:
        outcome: asyncio.Future[HookFailedError | None] = asyncio.get_running_loop().create_future()
        hooks.start(lambda: outcome.set_result(None), outcome.set_result)
        failure = await asyncio.wait_for(outcome, patience.SECONDS)
        await hooks.finish()
        return failure

    return asyncio.run(run())


@dataclass
class StartedServer:
    url: str
    process: emulator_process.Process
    log: Path

    def await_ready(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "Ready.\n", self.log.read_text()


@contextmanager
def started_server(directory: Path, *options: str, env: dict[str, str] | None = None) -> Iterator[StartedServer]:
    """A server with the init scripts of ``directory``, which may not have run yet."""
    log = directory.parent / f"{directory.name}.log"
    with log.open("w") as file:
        arguments = ("--port", "0", "--init-dir", str(directory), *options)
        process = emulator_process.start(*arguments, stderr=file, env=os.environ | (env or {}))
        assert process.stdout is not None
        with process, process.stdout:
            try:
                yield StartedServer(process.stdout.readline().split()[-1], process, log)
            finally:
                if process.poll() is None:
                    process.terminate()
                    process.wait(patience.SECONDS)
