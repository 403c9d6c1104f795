"""Long polls without HTTP: who is woken, when, and in which order."""

import asyncio
import functools
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from emulator.foundation.ids import Ids
from emulator.sqs import waiting
from emulator.sqs.message import Delivery, Message
from emulator.sqs.message_content import Content
from emulator.sqs.queue import Queue
from emulator.sqs.queues import Queues
from emulator.sqs.waiting import Waiting
from emulator.timing.clock import Clock
from emulator.timing.jump import Jumper
from tests import patience

NOW = 1_800_000_000.0
SECONDS = 20.0
LONG = 10_000.0  # longer than anything is hidden or delayed here
TURNS = 20  # of the event loop in which everyone who is awake has run

Received = asyncio.Task[list[str]]


def in_event_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    @functools.wraps(test)
    def run() -> None:
        asyncio.run(test())

    del run.__wrapped__  # pytest is not to see a coroutine
    return run


class World:
    """Queues, and receives parked at them."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock(frozen_at=NOW)
        self.ids = Ids()
        self.queues = Queues(self.ids)
        self.waiting = Waiting()
        self.queue = self.new_queue("queue")
        self.tasks: set[asyncio.Task[None]] = set()
        self.takes = 0  # how often a parked receive has tried

    def new_queue(self, name: str, **attributes: str) -> Queue:
        if name.endswith(".fifo"):
            attributes |= {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
        return self.queues.create(name, "000000000000", "us-east-1", attributes, {}, self.clock.now())

    def send(self, body: str, queue: Queue | None = None, *, delay: int | None = None) -> None:
        queue = queue or self.queue
        group = body[0] if queue.fifo else None
        queue.send(Message(self.ids.uuid(), Content(body, "AIDA"), group), self.clock.now(), delay)

    def receive(self, queue: Queue | None = None, limit: int = 1, hidden: int | None = None) -> list[Delivery]:
        return (queue or self.queue).receive(limit, hidden, self.clock.now())

    async def park(self, queue: Queue | None = None, limit: int = 1, seconds: float = SECONDS) -> Received:
        """A receive that waits; it has begun to when this returns."""

        async def wait() -> list[str]:
            at = queue or self.queue

            def take() -> list[Delivery]:
                self.takes += 1
                return self.receive(at, limit)

            deliveries = await self.waiting.wait(at, self.clock, seconds, take)
            return [delivery.message.body for delivery in deliveries]

        task = asyncio.create_task(wait())
        await settle()
        return task


async def settle() -> None:
    """Let everyone run who can."""
    for _ in range(TURNS):
        await asyncio.sleep(0)


# -- What wakes a parked receive -----------------------------------------------------------


@in_event_loop
async def test_send_wakes() -> None:
    world = World()
    parked = await world.park()
    assert not parked.done()
    world.send("hello")
    await settle()
    assert parked.result() == ["hello"]
    assert world.queue.counts(NOW).in_flight == 1


@in_event_loop
async def test_message_that_is_there_is_taken_without_waiting() -> None:
    world = World()
    world.send("hello")
    parked = await world.park()
    assert parked.result() == ["hello"]


@in_event_loop
async def test_end_of_a_delay_wakes_when_the_clock_is_moved() -> None:
    world = World()
    parked = await world.park()
    world.send("late", delay=10)
    world.clock.advance(9.9)
    await settle()
    assert not parked.done()
    world.clock.advance(0.1)
    await settle()
    assert parked.result() == ["late"]


@in_event_loop
async def test_end_of_a_visibility_timeout_wakes_when_the_clock_is_moved() -> None:
    world = World()
    world.send("hello")
    world.receive(hidden=10)
    parked = await world.park()
    world.clock.advance(9.9)
    await settle()
    assert not parked.done()
    world.clock.advance(0.1)
    await settle()
    assert parked.result() == ["hello"]


@pytest.mark.parametrize("delayed", [True, False])
def test_due_time_wakes_by_itself_while_the_clock_runs(delayed: bool) -> None:
    async def scenario() -> None:
        world = World(Clock())
        if delayed:
            world.send("hello", delay=900)
        else:
            world.send("hello")
            world.receive(hidden=900)
        parked = await world.park(seconds=LONG)
        world.clock.advance(899.95)
        await settle()
        assert not parked.done()
        assert await asyncio.wait_for(parked, patience.SECONDS) == ["hello"]

    asyncio.run(scenario())


@in_event_loop
async def test_alarm_is_for_what_falls_due_first() -> None:
    world = World(Clock())
    world.send("last", delay=900)
    parked = await world.park(seconds=LONG)
    world.send("first", delay=800)
    world.clock.advance(799.95)
    assert await asyncio.wait_for(parked, patience.SECONDS) == ["first"]


@in_event_loop
async def test_clock_that_starts_again_sets_the_alarm() -> None:
    world = World(Clock())
    world.clock.freeze()
    world.send("hello", delay=900)
    parked = await world.park(seconds=LONG)
    world.clock.advance(899.95)
    world.clock.resume()
    assert await asyncio.wait_for(parked, patience.SECONDS) == ["hello"]


@in_event_loop
async def test_visibility_changed_to_zero_wakes() -> None:
    world = World()
    world.send("hello")
    handle = world.receive()[0].receipt_handle
    parked = await world.park()
    world.queue.change_visibility(handle, 0, NOW)
    await settle()
    assert parked.result() == ["hello"]


@in_event_loop
async def test_group_that_unlocks_wakes() -> None:
    world = World()
    fifo = world.new_queue("queue.fifo")
    for body in ("a1", "a2", "a3"):
        world.send(body, fifo)
    handles = [delivery.receipt_handle for delivery in world.receive(fifo, limit=2)]
    parked = await world.park(fifo, limit=10)
    world.send("a4", fifo)
    fifo.delete(handles[0], NOW)
    await settle()
    assert not parked.done()
    fifo.delete(handles[1], NOW)
    await settle()
    assert parked.result() == ["a3", "a4"]


@in_event_loop
async def test_dead_letter_wakes_at_its_new_queue() -> None:
    world = World()
    policy = f'{{"deadLetterTargetArn": "{world.queue.arn}", "maxReceiveCount": 1}}'
    source = world.new_queue("source", RedrivePolicy=policy)
    parked = await world.park()
    world.send("poison", source)
    world.receive(source, hidden=0)
    await settle()
    assert not parked.done()
    assert world.receive(source) == []
    await settle()
    assert parked.result() == ["poison"]


@in_event_loop
async def test_receive_that_only_moves_a_dead_letter_goes_on_waiting() -> None:
    world = World()
    policy = f'{{"deadLetterTargetArn": "{world.queue.arn}", "maxReceiveCount": 1}}'
    source = world.new_queue("source", RedrivePolicy=policy)
    world.send("poison", source)
    world.receive(source, hidden=10)
    parked = await world.park(source)
    world.clock.advance(10)
    await settle()
    assert world.queue.counts(world.clock.now()).visible == 1
    assert not parked.done()
    world.send("good", source)
    await settle()
    assert parked.result() == ["good"]


# -- The end of waiting --------------------------------------------------------------------


@in_event_loop
async def test_wait_ends_by_the_clock() -> None:
    world = World()
    parked = await world.park()
    world.clock.advance(19.9)
    await settle()
    assert not parked.done()
    world.clock.advance(0.1)
    await settle()
    assert parked.result() == []


@in_event_loop
async def test_wait_ends_by_real_time_though_the_clock_stands_still() -> None:
    world = World()
    parked = await world.park(seconds=0.01)
    assert await asyncio.wait_for(parked, patience.SECONDS) == []


@in_event_loop
async def test_wait_does_not_go_on_beyond_its_end_because_another_was_quicker() -> None:
    world = World()
    parked = await world.park()
    world.send("hello")  # wakes the parked one, which has not run yet
    world.clock.advance(SECONDS)
    assert [delivery.message.body for delivery in world.receive()] == ["hello"]
    await settle()
    assert parked.result() == []


@in_event_loop
async def test_deleted_queue_wakes_everyone() -> None:
    world = World()
    parked = [await world.park() for _ in range(3)]
    world.queues.delete(world.queue, NOW)
    await settle()
    assert [each.result() for each in parked] == [[], [], []]


MANY = 5 * waiting._ENDED_AT_ONCE  # noqa: SLF001 - a constant


async def park_many(world: World, ended: list[tuple[int, int]], seconds: float, *, each_its_queue: bool) -> None:
    """Receives that wait, and put their number and that of the turn into ``ended`` when they look for messages."""
    turn = 0

    async def count() -> None:
        nonlocal turn
        while True:
            turn += 1
            await asyncio.sleep(0)

    async def wait(number: int, queue: Queue) -> None:
        def take() -> list[Delivery]:
            ended.append((number, turn))
            return [] if queue.deleted else queue.receive(1, None, world.clock.now())

        await world.waiting.wait(queue, world.clock, seconds, take)

    for number in range(MANY):
        queue = world.new_queue(f"queue-{number}") if each_its_queue else world.queue
        world.tasks.add(asyncio.create_task(wait(number, queue)))
    await asyncio.sleep(0)
    world.tasks.add(asyncio.create_task(count()))


async def ended_in_turns(world: World, ended: list[tuple[int, int]]) -> None:
    """All of them have ended, in the order of their arrival and a bounded number in each turn."""
    for _ in range(10 * TURNS):
        await asyncio.sleep(0)
    for task in world.tasks:
        task.cancel()
    assert [number for number, _ in ended] == list(range(MANY))
    by_turn = Counter(turn for _, turn in ended)
    assert max(by_turn.values()) <= waiting._ENDED_AT_ONCE  # noqa: SLF001 - a constant


@pytest.mark.parametrize("each_its_queue", [False, True])
@pytest.mark.parametrize("end", ["clock", "jump", "timer", "close"])
def test_receives_that_end_together_do_so_in_turns(end: str, each_its_queue: bool) -> None:
    @in_event_loop
    async def test() -> None:
        world, ended = World(), list[tuple[int, int]]()
        await park_many(world, ended, 0 if end == "timer" else 5, each_its_queue=each_its_queue)
        if end == "clock":
            world.clock.advance(10)
        elif end == "jump":
            await Jumper(world.waiting, no_deliveries, 5).jump({world.clock: 10})
            assert len(ended) == MANY
        elif end == "close":
            world.waiting.close()
        await ended_in_turns(world, ended)

    test()


@in_event_loop
async def test_receives_of_a_deleted_queue_end_in_turns() -> None:
    world, ended = World(), list[tuple[int, int]]()
    await park_many(world, ended, 5, each_its_queue=False)
    world.queues.delete(world.queue, NOW)
    await ended_in_turns(world, ended)


@pytest.mark.parametrize("each_its_queue", [False, True])
def test_receives_whose_messages_appear_together_are_served_in_turns(each_its_queue: bool) -> None:
    @in_event_loop
    async def test() -> None:
        world, ended = World(), list[tuple[int, int]]()
        await park_many(world, ended, LONG, each_its_queue=each_its_queue)
        for queue in list(world.queues):
            for _ in range(1 if each_its_queue else MANY):
                world.send("body", queue, delay=5)
        world.clock.advance(10)
        await ended_in_turns(world, ended)

    test()


async def no_deliveries(_: object, __: float) -> None:
    """None is under way."""


@in_event_loop
async def test_nobody_waits_once_waiting_is_closed() -> None:
    world = World()
    asleep = await world.park()
    awake = await world.park(world.new_queue("other"))
    world.send("hello", world.queues.find("arn:aws:sqs:us-east-1:000000000000:other"))
    world.waiting.close()
    await settle()
    assert (asleep.result(), awake.result()) == ([], ["hello"])
    assert (await world.park()).result() == []


@in_event_loop
async def test_room_is_gone_when_its_last_guest_has_left() -> None:
    world = World()
    first, second = await world.park(), await world.park()
    world.send("hello")
    await settle()
    assert first.done()
    assert world.waiting.has_parked(world.queue)
    second.cancel()
    await settle()
    assert not world.waiting.has_parked(world.queue)
    assert world.queue.on_change is None
    parked = await world.park()
    world.send("again")
    await settle()
    assert parked.result() == ["again"]


# -- First come, first served --------------------------------------------------------------


@in_event_loop
async def test_waiters_are_served_in_order_of_arrival() -> None:
    world = World()
    parked = [await world.park() for _ in range(4)]
    for body in ("one", "two"):
        world.send(body)
    await settle()
    assert [each.done() for each in parked] == [True, True, False, False]
    world.send("three")
    await settle()
    world.send("four")
    await settle()
    assert [each.result() for each in parked] == [["one"], ["two"], ["three"], ["four"]]


@in_event_loop
async def test_waiters_woken_in_vain_keep_their_places() -> None:
    world = World()
    greedy = await world.park(limit=10)
    parked = [await world.park() for _ in range(3)]
    for body in "abcd":
        world.send(body)
    await settle()
    assert greedy.result() == ["a", "b", "c", "d"]
    for number, body in enumerate(("one", "two", "three")):
        assert not parked[number].done()
        world.send(body)
        await settle()
        assert parked[number].result() == [body]


@in_event_loop
async def test_receive_that_does_not_wait_may_be_quicker() -> None:
    world = World()
    first, second = await world.park(), await world.park()
    world.send("one")
    assert len(world.receive()) == 1
    await settle()
    assert not first.done()
    world.send("two")
    await settle()
    assert first.result() == ["two"]
    assert not second.done()


@in_event_loop
async def test_one_message_wakes_one_of_many() -> None:
    world = World()
    parked = [await world.park() for _ in range(50)]
    world.send("hello")
    world.queue.set_attributes(world.queue.attributes, NOW)  # a change while the first is about to take its message
    await settle()
    assert [each.done() for each in parked] == [True] + [False] * 49
    assert world.takes == 1
    for each in parked:
        each.cancel()
    await settle()


# -- Clients that hang up ------------------------------------------------------------------


@in_event_loop
async def test_client_that_has_gone_gets_nothing() -> None:
    world = World()
    gone, patient = await world.park(), await world.park()
    gone.cancel()
    world.send("hello")
    await settle()
    assert gone.cancelled()
    assert patient.result() == ["hello"]


@in_event_loop
async def test_client_that_goes_while_it_is_woken_leaves_the_message_to_the_next() -> None:
    for turns in range(4):  # of the event loop, which a hang-up takes to reach the request
        world = World()
        gone, patient = await world.park(), await world.park()
        world.send("hello")
        for _ in range(turns):  # the first is awake, and about to take the message
            await asyncio.sleep(0)
        gone.cancel()
        await settle()
        assert gone.cancelled(), turns
        assert patient.result() == ["hello"]


@in_event_loop
async def test_message_nobody_was_there_for_stays_as_it_was() -> None:
    world = World()
    gone = await world.park()
    world.send("hello")
    gone.cancel()
    await settle()
    (delivery,) = world.receive()
    assert delivery.message.receive_count == 1
    assert delivery.message.first_received_at == NOW


@in_event_loop
async def test_nothing_is_left_in_the_alarm_when_the_queue_is_deleted() -> None:
    world = World()
    world.send("late", delay=900)
    parked = await world.park()
    assert world.clock.alarm.seconds_left() == 900
    world.queues.delete(world.queue, world.clock.now())
    await settle()
    assert parked.done()
    assert world.clock.alarm.seconds_left() is None
