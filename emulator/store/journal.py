"""Writes the recorded changes to the database, and calls back when they are committed.

Changes of one turn of the event loop are written together. While a batch of changes is being written, those that come
gather in the next one, so that under load many requests share a transaction.

    changes ──> open batch ── the batch before is written ──> written by the thread ──> committed: answers leave
                                                                        └── error ──> answers fail; it is tried again
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Protocol

import msgspec

from emulator.foundation.changes import Change
from emulator.store.database import Database, DatabaseError, Entry, LeaseLostError
from emulator.store.writer import Writer

logger = logging.getLogger(__name__)

_TRY_AGAIN_SECONDS = 1.0

encode = msgspec.json.Encoder().encode


class Waiting(Protocol):
    """Something that is to happen when changes are in the database."""

    def committed(self) -> None: ...

    def failed(self) -> None: ...


class Batch:
    """Changes that are written in one transaction, and what waits for them."""

    __slots__ = ("after", "changes", "waiting")

    def __init__(self) -> None:
        self.changes: list[Entry] = []
        self.waiting: list[Waiting] = []
        self.after: list[Callable[[], None]] = []  # called before a later batch is written


class Journal:
    """The changes on their way to the database."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self.on_failure: Callable[[str | None], None] = _ignore  # is given the reason; None: writing succeeds again
        self.on_loss: Callable[[frozenset[str]], None] = _lose_nothing  # is given accounts that others have now
        self._database = database
        self._writer = writer
        self._open = Batch()  # takes changes
        self._full: deque[Batch] = deque()  # take no more changes, and come before the open one
        self._written: Batch | None = None  # that is being written
        self._is_scheduled = False
        self._failure: str | None = None

    def record(self, change: Change) -> None:
        """Add a change. It is written in the next turn of the event loop, or after the batch that is being written."""
        self._open.changes.append((change, encode(change)))
        if not self._is_scheduled and self._written is None:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._write_next)

    @property
    def uncommitted(self) -> Batch | None:
        """The batch after which all that has been recorded is in the database; None if it is.

        While the database cannot be written, also None if nothing has been recorded since that was found out: answers
        that tell of nothing new, such as refusals, need not wait.
        """
        if self._open.changes:
            return self._open
        if self._failure is not None:
            return None
        return self._full[-1] if self._full else self._written

    async def settled(self) -> None:
        """Wait until all that has been recorded is in the database. ConnectionError if it cannot be written."""
        batch = self.uncommitted
        if batch is not None:
            future = _Future()
            batch.waiting.append(future)
            await future.future

    def when_written(self, call: Callable[[], None]) -> None:
        """Call ``call`` when all that has been recorded is in the database, and nothing of what is recorded later."""
        if self._open.changes:
            self._open.after.append(call)
            self._full.append(self._open)
            self._open = Batch()
            return
        batch = self._full[-1] if self._full else self._written
        if batch is None:
            call()
        else:
            batch.after.append(call)

    # -- Writing ---------------------------------------------------------------------------

    def _write_next(self) -> None:
        self._is_scheduled = False
        if self._full:
            self._written = self._full.popleft()
        elif self._open.changes:
            self._written, self._open = self._open, Batch()
        else:
            return
        self._write(self._written)

    def _write(self, batch: Batch) -> None:
        self._writer.do(asyncio.get_running_loop(), lambda: self._database.write(batch.changes), self._done)

    def _done(self, outcome: Exception | None) -> None:
        batch = self._written
        assert batch is not None, "it was being written"
        if isinstance(outcome, LeaseLostError):
            self._fail_all_that_waits()  # as it may tell of what was not written
            self.on_loss(outcome.accounts)
        elif isinstance(outcome, Exception):
            self._fail(outcome, batch)
            return
        self._written = None
        for call in batch.after:
            call()
        self._write_next()
        for each in batch.waiting:
            each.committed()
        if self._failure is not None:
            self._failure = None
            logger.warning("The store can be written again. Nothing that was acknowledged is lost")
            self.on_failure(None)

    def _fail(self, error: Exception, batch: Batch) -> None:
        """What waits fails. The batch stays the one that is being written, and is tried again until it is written."""
        if not isinstance(error, DatabaseError):
            raise error
        self._fail_all_that_waits()
        if self._open.changes:
            self._full.append(self._open)
            self._open = Batch()
        if self._failure is None:
            self._failure = str(error)
            logger.error("The store cannot be written: %s. Requests are refused until it can", error)
            self.on_failure(self._failure)
        asyncio.get_running_loop().call_later(_TRY_AGAIN_SECONDS, self._write, batch)

    def _fail_all_that_waits(self) -> None:
        for batch in (self._written, *self._full, self._open):
            if batch is not None:
                waiting, batch.waiting = batch.waiting, []
                for each in waiting:
                    each.failed()


class _Future:
    """A future that waits for a batch."""

    def __init__(self) -> None:
        self.future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def committed(self) -> None:
        if not self.future.done():
            self.future.set_result(None)

    def failed(self) -> None:
        if not self.future.done():
            self.future.set_exception(ConnectionError("The store cannot be written."))


def _ignore(_: str | None) -> None:
    """Nothing has to know whether the database can be written."""


def _lose_nothing(_: frozenset[str]) -> None:
    """Where a database keeps everything as one, it is always this process that has it."""
