"""The state document as a stream: the same document, in portions, whatever happens between them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from emulator.sqs.chaos import StandardQueueChaos
from emulator.sqs.queue import Queue
from emulator.sqs.snapshot import Snapshot
from emulator.state import moment
from emulator.state.exporting import export
from emulator.state.moment import ROWS_AT_ONCE, Moment
from emulator.state.streaming import stream
from emulator.timing.turns import in_turns
from tests.examples import examples
from tests.sqs.test_ledger import RecordedQueues
from tests.sqs.world import World as Queues
from tests.sqs.world import message, receive_one, send
from tests.state.world import World
from tests.turns import counted

MESSAGES = 1_234


def at_once(world: World) -> bytes:
    return msgspec.json.encode(export(world.control, None))


async def whole(portions: AsyncIterator[bytes]) -> list[bytes]:
    return [portion async for portion in portions]


class StreamedQueues(RecordedQueues):
    """Everything that can happen to queues, while documents are being read."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.portions: AsyncIterator[bytes] | None = None
        self.expected = b""
        self.read: list[bytes] = []

    def next_portion(self) -> bytes:
        assert self.portions is not None
        return self.loop.run_until_complete(anext(self.portions, b""))

    @precondition(lambda self: self.portions is None)
    @rule()
    def begin_to_read(self) -> None:
        self.expected = at_once(self.world)
        self.portions = stream(self.world.control, None)
        self.read = [self.next_portion()]

    @precondition(lambda self: self.portions is not None)
    @rule(count=st.integers(1, 4))
    def go_on_reading(self, count: int) -> None:
        for _ in range(count):
            portion = self.next_portion()
            self.read.append(portion)
            if not portion:
                assert b"".join(self.read) == self.expected
                self.portions = None
                break

    def teardown(self) -> None:
        while self.portions is not None:
            self.go_on_reading(4)
        self.loop.close()
        super().teardown()


@pytest.fixture(scope="module", autouse=True)
def small_portions() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(moment, "ROWS_AT_ONCE", 2)
    yield
    patch.undo()


TestStreamedQueues = StreamedQueues.TestCase
TestStreamedQueues.settings = settings(
    max_examples=examples(60), stateful_step_count=40, suppress_health_check=[HealthCheck.too_slow]
)


def filled() -> World:
    world = World()
    world.told("CreateQueue", QueueName="jobs")
    world.told("CreateQueue", QueueName="empty")
    world.told("CreateQueue", QueueName="line.fifo", Attributes={"FifoQueue": "true"})
    for number in range(0, MESSAGES, 10):
        entries = [{"Id": str(each), "MessageBody": f'"{number + each}"'} for each in range(min(10, MESSAGES - number))]
        world.told("SendMessageBatch", QueueUrl="jobs", Entries=entries)
    fifo = {"MessageGroupId": "g", "MessageDeduplicationId": "d"}
    world.told("SendMessage", QueueUrl="line.fifo", MessageBody='{"id":"","sequence":0,', **fifo)
    return world


def test_streamed_document_is_the_one_that_is_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moment, "ROWS_AT_ONCE", ROWS_AT_ONCE)
    world = filled()
    portions = asyncio.run(whole(stream(world.control, None)))
    assert b"".join(portions) == at_once(world)
    rows = [portion.count(b'"sequence":') for portion in portions]
    assert sum(rows) == MESSAGES + 1
    assert max(rows) == ROWS_AT_ONCE


def test_large_messages_make_small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.told("CreateQueue", QueueName="jobs", Attributes={"MaximumMessageSize": "1048576"})
    monkeypatch.setattr(moment, "ROWS_AT_ONCE", ROWS_AT_ONCE)
    for _ in range(4):
        world.told("SendMessage", QueueUrl="jobs", MessageBody="x" * 700_000)
    portions = asyncio.run(whole(stream(world.control, None)))
    assert b"".join(portions) == at_once(world)
    assert max(map(len, portions)) < 1_500_000


def test_other_tasks_run_between_the_portions() -> None:
    world = filled()

    streamed, taken = asyncio.run(counted(whole(stream(world.control, None))))
    portions = len(streamed)
    assert portions > MESSAGES / 2
    assert taken >= portions - 5


def test_a_document_that_is_given_up_leaves_no_snapshot() -> None:
    world = filled()

    async def give_up() -> None:
        portions = stream(world.control, None)
        for _ in range(3):
            await anext(portions)
        await portions.aclose()

    asyncio.run(give_up())
    assert not any(queue.contents.snapshots for queue in world.emulator.world.sqs.queues)


def rest(snapshot: Snapshot, limit: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    while rows := snapshot.next(limit):
        assert len(rows) <= limit
        found += [(row.sequence, row.receive_count) for row in rows]
    return found


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_snapshot_shows_messages_as_they_were(limit: int) -> None:
    queue = Queues().standard(VisibilityTimeout=10)
    send(queue, *"abcdefgh")
    with queue.contents.snapshot() as snapshot:
        assert snapshot.next(2)[1].sequence == 2
        for _ in range(5):
            receive_one(queue, 1)
        queue.delete(receive_one(queue, 2).receipt_handle, 2)
        queue.send(message("later"), 3)
        assert rest(snapshot, limit) == [(number, 0) for number in range(3, 9)]


def test_snapshot_outlasts_a_purge() -> None:
    queue = Queues().standard()
    send(queue, *"abc")
    with queue.contents.snapshot() as snapshot:
        queue.purge(1)
        send(queue, "d", now=2)
        assert rest(snapshot, 2) == [(1, 0), (2, 0), (3, 0)]
    assert not snapshot.messages
    assert [each.body for each in queue] == ["d"]


def test_what_a_document_was_made_of_is_freed_in_turns() -> None:
    world = World()
    for number in range(500):
        world.told("CreateQueue", QueueName=f"queue-{number}")
    taken = Moment(world.control, None)

    before = 0
    freed: list[int] = []

    async def read() -> None:
        nonlocal before
        await in_turns(taken.taking())
        before = len(taken._taken)  # noqa: SLF001
        freed.extend(before - len(taken._taken) for _ in taken.ending())  # noqa: SLF001

    asyncio.run(read())
    assert freed == [200, 400, before]
    assert not any(queue.contents.snapshots for queue in world.emulator.world.sqs.queues)


def test_a_document_that_was_read_is_freed_in_turns_before_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    world, left = filled(), []
    end = Moment.end

    def look_and_end(taken: Moment) -> None:
        left.append(len(taken._taken))  # noqa: SLF001
        end(taken)

    monkeypatch.setattr(Moment, "end", look_and_end)
    asyncio.run(whole(stream(world.control, None)))
    assert left == [0]


@pytest.mark.parametrize(
    "happening",
    [
        lambda queue: send(queue, "a"),
        lambda queue: receive_one(queue, 0),
        lambda queue: queue.purge(0),
        lambda queue: queue.set_tags({"a": "b"}),
        lambda queue: queue.contents.set_chaos(StandardQueueChaos(1)),
    ],
    ids=["sent", "received", "purged", "tagged", "chaos"],
)
def test_a_queue_that_changes_after_it_was_taken_is_taken_again(happening: Callable[[Queue], object]) -> None:
    queue = Queues().standard()
    send(queue, "b")
    snapshot = queue.contents.begin_snapshot()
    is_current = moment._unchanged(queue, snapshot)  # noqa: SLF001
    assert is_current()
    happening(queue)
    assert not is_current()
