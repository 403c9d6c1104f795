"""Batches of changes, and answers that wait for them."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from emulator.foundation.changes import Change
from emulator.store import journal as journals
from emulator.store.database import Database, DatabaseError, Entry, LeaseLostError, lines
from emulator.store.held_transport import HeldTransport
from emulator.store.journal import Journal
from emulator.store.writer import Writer


class Happened(Change, frozen=True):
    number: int


class FakeDatabase:
    """Keeps the batches, or fails."""

    def __init__(self) -> None:
        self.batches: list[bytes] = []
        self.failure: Exception | None = None

    def write(self, entries: Sequence[Entry]) -> None:
        if self.failure is not None:
            raise self.failure
        self.batches.append(lines(entries))


class FakeWriter:
    """Does a job when it is asked to."""

    def __init__(self) -> None:
        self.jobs: list[tuple[Callable[[], Any], Callable[[Any], None]]] = []
        self.came = asyncio.Event()

    def do(self, _: object, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self.jobs.append((work, done))
        self.came.set()

    async def next(self) -> None:
        """Do the next job, as soon as there is one."""
        await self.came.wait()
        self.work()

    def work(self) -> None:
        self.came.clear()
        work, done = self.jobs.pop(0)
        try:
            outcome = work()
        except (DatabaseError, LeaseLostError) as error:
            outcome = error
        done(outcome)


class FakeTransport:
    def __init__(self) -> None:
        self.sent: list[bytes | str] = []

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def close(self) -> None:
        self.sent.append("closed")

    def abort(self) -> None:
        self.sent.append("aborted")

    def write_eof(self) -> None:
        self.sent.append("end")

    def is_closing(self) -> bool:
        return "closed" in self.sent or "aborted" in self.sent


class Scene:
    """A journal, and a connection that waits for it."""

    def __init__(self) -> None:
        self.database, self.writer, self.wire = FakeDatabase(), FakeWriter(), FakeTransport()
        self.journal = Journal(cast(Database, self.database), cast(Writer, self.writer))
        self.failures: list[str | None] = []
        self.journal.on_failure = self.failures.append
        self.transport = self.connection(self.wire)

    def connection(self, wire: FakeTransport) -> HeldTransport:
        return HeldTransport(cast(asyncio.Transport, wire), self.journal)

    def record(self, *numbers: int) -> None:
        for number in numbers:
            self.journal.record(Happened(number))

    def batches(self) -> list[list[int]]:
        return [[int(line.split(b":")[-1][:-1]) for line in batch.splitlines()] for batch in self.database.batches]


def in_a_loop(scenario: Callable[[Scene], Any]) -> None:
    async def run() -> None:
        await scenario(Scene())

    asyncio.run(run())


def test_changes_of_one_turn_are_one_batch_and_those_of_its_writing_the_next() -> None:
    async def scenario(scene: Scene) -> None:
        scene.record(1, 2)
        assert not scene.writer.jobs
        await asyncio.sleep(0)
        for number in (3, 4):
            scene.record(number)
            await asyncio.sleep(0)
        assert len(scene.writer.jobs) == 1
        scene.writer.work()
        scene.writer.work()
        assert scene.batches() == [[1, 2], [3, 4]]
        assert scene.journal.uncommitted is None

    in_a_loop(scenario)


def test_answer_leaves_when_all_that_was_recorded_before_it_is_committed() -> None:
    async def scenario(scene: Scene) -> None:
        scene.transport.write(b"of nothing")
        assert scene.wire.sent == [b"of nothing"]
        scene.record(1)
        scene.transport.write(b"of 1")
        await asyncio.sleep(0)
        scene.transport.write(b"a read")
        scene.record(2)
        scene.transport.write(b"of 2")
        scene.transport.write_eof()
        scene.transport.close()
        assert scene.wire.sent == [b"of nothing"]
        scene.writer.work()
        assert scene.wire.sent == [b"of nothing", b"of 1", b"a read"]
        scene.writer.work()
        assert scene.wire.sent[3:] == [b"of 2", "end", "closed"]

    in_a_loop(scenario)


def test_client_that_hung_up_gets_nothing() -> None:
    async def scenario(scene: Scene) -> None:
        scene.record(1)
        scene.transport.write(b"of 1")
        scene.transport.write_eof()
        await asyncio.sleep(0)
        scene.wire.close()
        scene.writer.work()
        assert scene.wire.sent == ["closed"]

    in_a_loop(scenario)


def test_while_the_file_cannot_be_written_answers_fail_and_it_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "_TRY_AGAIN_SECONDS", 0)

    async def scenario(scene: Scene) -> None:
        scene.database.failure = DatabaseError("database or disk is full")
        later = FakeTransport()
        scene.record(1)
        scene.transport.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await asyncio.sleep(0)
        scene.record(2)
        scene.connection(later).write(b"the rest of an answer")
        settled = asyncio.create_task(scene.journal.settled())
        await asyncio.sleep(0)
        scene.writer.work()
        first, last = scene.wire.sent
        assert isinstance(first, bytes)
        assert first.startswith(b"HTTP/1.1 503 ")
        assert (last, later.sent) == ("closed", ["aborted"])
        with pytest.raises(ConnectionError):
            await settled
        assert scene.failures == ["database or disk is full"]

        refusal = FakeTransport()
        scene.connection(refusal).write(b"refused")
        assert refusal.sent == [b"refused"]  # it tells of nothing that is not in the file
        scene.record(3)
        scene.connection(refusal).write(b"of 3")
        await scene.writer.next()
        assert refusal.sent == [b"refused", "aborted"]

        scene.database.failure = None
        for _ in range(3):
            await scene.writer.next()
        assert scene.batches() == [[1], [2], [3]]
        assert scene.failures == ["database or disk is full", None]
        assert scene.journal.uncommitted is None

    in_a_loop(scenario)


def test_when_an_account_is_lost_what_waits_fails_and_all_else_goes_on() -> None:
    async def scenario(scene: Scene) -> None:
        lost: list[frozenset[str]] = []
        scene.journal.on_loss = lost.append
        later = FakeTransport()
        scene.record(1)
        scene.transport.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await asyncio.sleep(0)
        scene.record(2)
        scene.connection(later).write(b"the rest of an answer, which may tell of the account")
        scene.database.failure = LeaseLostError(["111111111111"])
        scene.writer.work()
        assert lost == [{"111111111111"}]
        assert (scene.wire.sent[-1], later.sent) == ("closed", ["aborted"])
        scene.database.failure = None
        scene.writer.work()
        assert scene.batches() == [[2]]
        assert scene.failures == []
        assert scene.journal.uncommitted is None

    in_a_loop(scenario)


def test_call_comes_between_what_was_recorded_before_and_after_it() -> None:
    async def scenario(scene: Scene) -> None:
        seen: list[list[list[int]]] = []

        def look() -> None:
            seen.append(scene.batches())

        scene.journal.when_written(look)
        scene.record(1)
        scene.journal.when_written(look)
        scene.record(2)
        await asyncio.sleep(0)
        scene.journal.when_written(look)
        scene.record(3)
        scene.writer.work()
        scene.journal.when_written(look)
        while scene.writer.jobs:
            scene.writer.work()
        assert seen == [[], [[1]], [[1], [2]], [[1], [2], [3]]]

    in_a_loop(scenario)


def test_jobs_are_done_in_their_order_and_give_results_and_errors(tmp_path: Path) -> None:
    async def scenario() -> None:
        writer = Writer()
        done: list[object] = []
        loop = asyncio.get_running_loop()
        for number in range(3):
            writer.do(loop, lambda number=number: number, done.append)  # type: ignore[misc]
        assert await writer.result_of(lambda: 7) == 7
        assert done == [0, 1, 2]
        with pytest.raises(ZeroDivisionError):
            await writer.result_of(lambda: 1 / 0)
        writer.end()

    asyncio.run(scenario())
