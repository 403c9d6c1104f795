"""Jumps of the clock: what falls due in them happens in order of time, and has happened when they are over."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.faults.later import Later
from emulator.foundation.ids import Ids
from emulator.sns.delivery.answer import Answer
from emulator.sns.delivery.delivery import Attempt, Delivery
from emulator.sns.delivery.dispatch import Dispatch
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sns.delivery.http_policy import HttpPolicy
from emulator.sns.delivery.timeouts import Timeouts
from emulator.sqs.message import Delivery as Received
from emulator.sqs.message import Message
from emulator.sqs.message_content import Content
from emulator.sqs.move_tasks import MoveTasks
from emulator.sqs.queue import Queue
from emulator.sqs.queues import Queues
from emulator.sqs.waiting import Waiting
from emulator.timing.clock import Clock, Clocks
from emulator.timing.jump import Jumper
from tests import patience
from tests.delivery.postroom import delivery_to
from tests.delivery.test_misbehavior import in_event_loop

ACCOUNT = "111111111111"
NOW = 1_800_000_000.0
TIMEOUTS = Timeouts(seconds=15.0, real_seconds=0.05)

Post = Callable[[HttpMessage], Awaitable[Answer]]


async def refuse(_: HttpMessage) -> Answer:
    return Answer(500, b"")


async def hang(_: HttpMessage) -> Answer:
    await asyncio.Event().wait()
    raise AssertionError("nobody sets it")


class World:
    """Queues, receives that are parked there, and deliveries; ``log`` holds what happened and when."""

    def __init__(self, clock: Clock | None = None, post: Post = refuse) -> None:
        self.clocks = Clocks(frozen_at=NOW)
        self.clock = clock or self.clocks.of(ACCOUNT)
        self.ids = Ids()
        self.queues = Queues(self.ids)
        self.waiting = Waiting()
        self.dispatch = Dispatch(self.clocks, post, TIMEOUTS)
        self.dispatch.report_to("Notification", self._attempted)
        self.later = Later(self.clocks)
        self.jumper = Jumper(self.waiting, self.dispatch.attempted, patience.SECONDS)
        self.queue = self.new_queue("queue")
        self.log: list[tuple[float, object]] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.told: Callable[[Attempt], None] = lambda attempt: self.note(f"attempt {attempt.number}")

    def new_queue(self, name: str, **attributes: str) -> Queue:
        return self.queues.create(name, ACCOUNT, "us-east-1", attributes, {}, self.clock.now())

    def send(self, body: str, queue: Queue | None = None, *, delay: int = 0) -> None:
        message = Message(self.ids.uuid(), Content(body, "AIDA"))
        (queue or self.queue).send(message, self.clock.now(), delay)

    def receive(self, queue: Queue | None = None, hidden: int | None = None) -> list[Received]:
        return (queue or self.queue).receive(1, hidden, self.clock.now())

    async def park(self, queue: Queue | None = None, *, seconds: float = 20, hidden: int | None = None) -> None:
        """A receive whose end the log tells: the bodies it got."""

        async def wait() -> None:
            deliveries = await self.waiting.wait(
                queue or self.queue, self.clock, seconds, lambda: self.receive(queue, hidden)
            )
            self.note([delivery.message.body for delivery in deliveries])

        self.tasks.append(asyncio.create_task(wait()))
        await asyncio.sleep(0)

    def note(self, what: object) -> None:
        self.log.append((round(self.clock.now() - NOW, 3), what))

    def deliver(self, *retry_delays: float) -> None:
        self.dispatch.add(delivery_to(f"to-{len(self.log)}", policy=HttpPolicy(retry_delays, 0.0, "text/plain")))

    def _attempted(self, _: Delivery, attempt: Attempt) -> None:
        self.told(attempt)

    async def jump(self, seconds: float) -> None:
        await self.jumper.jump({self.clock: seconds})


@in_event_loop
async def test_receive_whose_time_is_up_before_the_message_comes_gets_nothing() -> None:
    world = World()
    world.send("late", delay=25)
    await world.park(seconds=20)
    await world.jump(30)
    assert world.log == [(20, [])]
    assert world.queue.counts(world.clock.now()).visible == 1


@in_event_loop
async def test_receive_gets_what_appears_within_its_time_at_that_time() -> None:
    world = World()
    world.send("in time", delay=10)
    await world.park(seconds=20)
    await world.jump(30)
    assert world.log == [(10, ["in time"])]


@in_event_loop
async def test_message_at_the_very_end_is_in_time() -> None:
    world = World()
    world.send("just in time", delay=20)
    await world.park(seconds=20)
    await world.jump(30)
    assert world.log == [(20, ["just in time"])]


@in_event_loop
async def test_message_that_comes_back_within_the_jump_is_received_again() -> None:
    world = World()
    world.send("slow")
    for _ in range(3):
        await world.park(hidden=8)
    await world.jump(30)
    assert world.log == [(0, ["slow"]), (8, ["slow"]), (16, ["slow"])]


@in_event_loop
async def test_dead_letter_of_one_queue_is_received_at_the_other_in_time() -> None:
    world = World()
    redrive = f'{{"deadLetterTargetArn": "{world.queue.arn}", "maxReceiveCount": 1}}'
    source = world.new_queue("source", RedrivePolicy=redrive)
    world.send("poison", source, delay=5)
    await world.park(source, hidden=5)  # takes it at 5
    await world.park(source)  # moves it at 10, and goes on waiting
    await world.park(seconds=9)
    await world.park(seconds=15)
    await world.jump(60)
    assert world.log == [(5, ["poison"]), (9, []), (10, ["poison"]), (20, [])]


@in_event_loop
async def test_redrive_goes_at_its_pace_while_receives_wait() -> None:
    world = World()
    source = world.new_queue("dead")
    redrive = f'{{"deadLetterTargetArn": "{source.arn}", "maxReceiveCount": 1}}'
    world.new_queue("source", RedrivePolicy=redrive)
    for body in "abc":
        world.send(body, source)
    MoveTasks(world.queues, world.ids).start(source, world.queue, 1, NOW)
    world.receive()
    await world.park()
    await world.park(seconds=1.5)
    await world.park()
    await world.jump(10)
    assert world.log == [(1, ["b"]), (1.5, []), (2, ["c"])]


@in_event_loop
async def test_retries_and_receives_happen_in_order_of_time() -> None:
    world = World()
    world.send("delayed", delay=15)
    await world.park(seconds=12)
    await world.park(seconds=60)
    world.deliver(10, 10)
    await world.jump(30)
    assert world.log == [(0, "attempt 1"), (10, "attempt 2"), (12, []), (15, ["delayed"]), (20, "attempt 3")]


@in_event_loop
async def test_receive_gets_what_an_endpoint_refused_for_good() -> None:
    world = World()

    def told(attempt: Attempt) -> None:
        if attempt.next_at is None:
            world.send("given up")

    world.told = told
    world.deliver(10, 5)
    await world.park(seconds=14)
    await world.park(seconds=16)
    await world.jump(60)
    assert world.log == [(14, []), (15, ["given up"])]


@in_event_loop
async def test_receive_gets_what_was_put_off_at_its_time() -> None:
    world = World()
    world.later.put_off(ACCOUNT, 10, lambda _: world.send("put off"))
    world.later.put_off(ACCOUNT, 20, lambda _: world.send("too late"))
    await world.park(seconds=15)
    await world.park(seconds=15)
    await world.jump(30)
    assert world.log == [(10, ["put off"]), (15, [])]


@in_event_loop
async def test_all_retries_within_a_jump_have_been_made_when_it_is_over() -> None:
    world = World()
    world.deliver(*[20.0] * 50)
    await world.jump(999)
    assert [what for _, what in world.log] == [f"attempt {number}" for number in range(1, 51)]
    assert [len(delivery.attempts) for delivery in world.dispatch.unfinished()] == [50]


@in_event_loop
async def test_endpoint_that_hangs_is_given_up_at_its_time_and_called_again() -> None:
    world = World(post=hang)
    world.send("delayed", delay=40)
    await world.park(seconds=60)
    world.deliver(20)
    await world.jump(100)
    assert world.log == [(15, "attempt 1"), (40, ["delayed"]), (50, "attempt 2")]


@in_event_loop
async def test_endpoint_that_still_has_time_is_left_under_way() -> None:
    world = World(post=hang)
    world.deliver()
    await world.jump(5)
    [delivery] = world.dispatch.unfinished()
    assert not delivery.waits
    await world.dispatch.finish()


@in_event_loop
async def test_jump_that_takes_too_long_is_ended_by_one_step() -> None:
    world = World()
    world.jumper = Jumper(world.waiting, world.dispatch.attempted, real_seconds=0)
    world.send("late", delay=25)
    await world.park(seconds=20)
    await world.jump(30)
    assert world.clock.now() == NOW + 30
    assert len(world.log) == 1


@in_event_loop
async def test_thousands_who_wait_for_nothing_cost_two_steps() -> None:
    world = World()
    moves: list[float] = []
    world.clock.on_move(lambda: moves.append(world.clock.now() - NOW))
    for number in range(2_000):
        await world.park(seconds=1 + number / 200)
    await world.jump(30)
    assert len(world.log) == 2_000
    assert moves == [pytest.approx(10.995), 30]


@in_event_loop
async def test_other_accounts_stay_where_they_are() -> None:
    world = World()
    other = world.clocks.of("222222222222")
    await world.park()
    await world.jumper.jump({other: 30})
    assert (world.clock.now(), other.now(), world.log) == (NOW, NOW + 30, [])
    world.tasks[0].cancel()


@in_event_loop
async def test_clocks_go_at_the_same_pace_each_to_its_own_time() -> None:
    world = World()
    other = world.clocks.of("222222222222")
    await world.park(seconds=5)
    await world.jumper.jump({other: 3, world.clock: 20})
    assert (other.now() - NOW, world.clock.now() - NOW) == (3, 20)
    assert world.log == [(5, [])]


@in_event_loop
async def test_running_clock_jumps_by_the_whole_distance() -> None:
    clock = Clock()
    world = World(clock)
    since = clock.setting.offset
    world.send("delayed", delay=5)
    await world.park(seconds=20)
    await world.park(seconds=15)
    await world.jump(30)
    assert [what for _, what in world.log] == [["delayed"], []]
    assert clock.setting.offset - since == pytest.approx(30, abs=1e-3)


@dataclass(frozen=True)
class Parked:
    queue: int
    seconds: int
    hidden: int


_QUEUES = st.integers(0, 1)
_SECONDS = st.integers(1, 40)


@given(
    delayed=st.lists(st.tuples(_QUEUES, _SECONDS), max_size=6),
    parked=st.lists(st.builds(Parked, _QUEUES, _SECONDS, _SECONDS), max_size=6),
    jumps=st.lists(_SECONDS, min_size=1, max_size=3),
)
def test_one_jump_does_what_many_small_ones_do(
    delayed: list[tuple[int, int]], parked: list[Parked], jumps: list[int]
) -> None:
    """The reference goes second by second. ``parked`` are in no order, so each has its place in the line."""

    async def run(steps: list[float]) -> tuple[list[tuple[float, str]], int]:
        world = World()
        redrive = f'{{"deadLetterTargetArn": "{world.queue.arn}", "maxReceiveCount": 1}}'
        queues = (world.new_queue("source", RedrivePolicy=redrive), world.queue)
        for number, (queue, delay) in enumerate(delayed):
            world.send(str(number), queues[queue], delay=delay)
        for receive in parked:
            await world.park(queues[receive.queue], seconds=receive.seconds, hidden=receive.hidden)
        for step in steps:
            await world.jump(step)
        for task in world.tasks:
            task.cancel()
        await asyncio.gather(*world.tasks, return_exceptions=True)
        # Those who get nothing may be told a little late, all together.
        return sorted((at, str(bodies)) for at, bodies in world.log if bodies), sum(
            not bodies for _, bodies in world.log
        )

    assert asyncio.run(run([float(jump) for jump in jumps])) == asyncio.run(run([1.0] * sum(jumps)))
