"""A thread of its own for what a store writes, so that the event loop never waits for the disk."""

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

Result = TypeVar("Result")


class _Job(NamedTuple):
    work: Callable[[], Any]
    done: Callable[[Any], None]  # called in the event loop, with the result or the exception
    loop: asyncio.AbstractEventLoop


class Writer:
    """Does jobs one after another."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)
        self._thread.start()

    def do(
        self, loop: asyncio.AbstractEventLoop, work: Callable[[], Result], done: Callable[[Result | Exception], None]
    ) -> None:
        """Do ``work`` after all jobs before it, and call ``done`` in ``loop`` with its result or exception."""
        self._jobs.put(_Job(work, done, loop))

    async def result_of(self, work: Callable[[], Result]) -> Result:
        """As ``do``, for a coroutine: the result is returned, and the exception raised."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()

        def settle(outcome: Result | Exception) -> None:
            if future.cancelled():
                return
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

        self.do(loop, work, settle)
        return await future

    def end(self) -> None:
        """Wait until all jobs are done. No more may come."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                outcome = job.work()
            except Exception as error:  # noqa: BLE001 - whoever waits for the job gets it
                outcome = error
            job.loop.call_soon_threadsafe(job.done, outcome)
