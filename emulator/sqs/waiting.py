"""Long polls: receives that wait for a message.

A parked receive costs a timer and a future. The queue calls its waiting room on every change, and the room wakes as
many waiters as there are messages, first come, first served. For changes that only time makes, such as the end of a
delay, the room has one deadline in the alarm of the account's clock. Nothing polls.

A waiter is woken some turns of the event loop after there is a message for it, so that the loop has reported by then if
its client has hung up. So no message becomes invisible for a client that is gone. The turns pass in callbacks: the task
of the waiter runs once.

A wait ends in real time, as the client counts it, or when the clock is moved past its end. If thousands end together,
they do so in turns of the event loop, in the order of their arrival, so that others are answered in between.

A clock moves in steps (``emulator/timing/jump.py``): to each deadline of its alarm, and before that to the end of each
wait that is over by then. So a jump wakes and ends the waiters in the order in which passing time would.
"""

import asyncio
import itertools
from bisect import bisect_left
from collections.abc import Callable, Container, Iterable, Iterator
from functools import partial
from math import inf
from operator import attrgetter

from emulator.sqs.listeners import forget, listen
from emulator.sqs.message import Delivery
from emulator.sqs.queue import Queue
from emulator.timing.alarm import Call
from emulator.timing.clock import Clock
from emulator.timing.deadlines import Deadline
from emulator.timing.turns import CallsInTurns, Work, portions

Take = Callable[[], list[Delivery]]
InTurns = Callable[[Iterable[Callable[[], None]]], None]  # makes calls, some in each turn

# Turns of the event loop between a hang-up that it has seen and the cancellation of the waiting request.
_HANG_UP_TURNS = 3
_ENDED_AT_ONCE = 20  # waits, or looks at a room
_AWAKE_AT_ONCE = 20  # waiters of one room that a look wakes


class Waiter:
    """One parked receive. Waiting ends by ``deadline``, in the account's time, or by its own real timer."""

    __slots__ = ("deadline", "ending", "number", "over", "wake_up")

    def __init__(self, number: int, deadline: float) -> None:
        self.number = number  # its position in the order of arrival
        self.deadline = deadline
        self.ending = False  # whether it ends in one of the next turns
        self.over = False
        self.wake_up: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def wake_after(self, turns: int) -> None:
        """Wake after so many turns of the event loop, unless its client is found to hang up."""
        if turns:
            self.wake_up.get_loop().call_soon(self.wake_after, turns - 1)
        elif not self.wake_up.done():
            self.wake_up.set_result(None)


_number_of = attrgetter("number")


class WaitingRoom:
    """The parked receives of one queue, while there are any."""

    def __init__(self, queue: Queue, clock: Clock, in_turns: InTurns) -> None:
        self._queue = queue
        self.clock = clock
        self._in_turns = in_turns
        self.first_end = inf  # no wait is over before, by the clock
        self._numbers = itertools.count()
        self._asleep: list[Waiter] = []  # in order of arrival
        self._awake: set[Waiter] = set()  # woken, not yet gone or asleep again
        self._next_change: Deadline[Call] | None = None  # of the queue, by time alone
        listen(queue, self.look)

    @property
    def parked(self) -> int:
        return len(self._asleep) + len(self._awake)

    @property
    def empty(self) -> bool:
        return not self._asleep and not self._awake

    @property
    def taking(self) -> bool:
        """Whether a waiter was woken and has not taken messages yet."""
        return bool(self._awake)

    async def wait(self, seconds: float, take: Take) -> list[Delivery]:
        """The first messages that ``take`` returns within ``seconds`` of waiting; [] if there are none.

        ``take`` is called whenever there may be a message.
        """
        waiter = Waiter(next(self._numbers), self.clock.now() + seconds)
        timer = asyncio.get_running_loop().call_later(seconds, self._end_those, (waiter,))
        self._asleep.append(waiter)
        self.first_end = min(self.first_end, waiter.deadline)
        self.look()
        try:
            while True:
                await waiter.wake_up
                deliveries = take()
                if deliveries or waiter.over:
                    return deliveries
                self._sleep_again(waiter)
        finally:
            timer.cancel()
            self._leave(waiter)
            self.look()

    def look(self) -> None:
        """Wake as many waiters as the queue can serve now, and look again at the time of its next change."""
        if self._queue.deleted:
            if self._asleep and not self._asleep[-1].ending:
                self.end_all()
            return
        if self._asleep:
            spare = min(self._queue.receivable(self.clock.now()), _AWAKE_AT_ONCE) - len(self._awake)
            for waiter in self._asleep[: max(0, spare)]:
                self._wake(waiter)
        self._expect(self._queue.next_due() if self._asleep else None)

    def ends(self) -> Iterator[float]:
        """For each waiter, the seconds until its wait is over."""
        now = self.clock.now()
        return (waiter.deadline - now for waiter in self._asleep)

    def end_all(self) -> None:
        """End all waits. Each takes the messages that there are."""
        self._end_those((*self._asleep, *self._awake))

    def end_overdue(self) -> None:
        """End the waits that are over by the clock."""
        now, waiters = self.clock.now(), (*self._asleep, *self._awake)
        self.first_end = min((waiter.deadline for waiter in waiters if waiter.deadline > now), default=inf)
        self._end_those(waiter for waiter in waiters if waiter.deadline <= now)

    def close(self) -> None:
        """Disconnect from the queue and the clock. For a room without waiters."""
        forget(self._queue, self.look)
        self._expect(None)

    def _wake(self, waiter: Waiter) -> None:
        self._leave(waiter)
        self._awake.add(waiter)
        waiter.wake_after(_HANG_UP_TURNS)

    def _leave(self, waiter: Waiter) -> None:
        """Remove ``waiter``, awake or asleep."""
        if waiter in self._awake:
            self._awake.remove(waiter)
        else:
            del self._asleep[self._place_of(waiter)]

    def _sleep_again(self, waiter: Waiter) -> None:
        """Put a waiter that got no message back into its old place in the line."""
        waiter.wake_up = asyncio.get_running_loop().create_future()
        self._leave(waiter)
        self._asleep.insert(self._place_of(waiter), waiter)
        self.look()

    def _place_of(self, waiter: Waiter) -> int:
        return bisect_left(self._asleep, waiter.number, key=_number_of)

    def _end(self, waiter: Waiter) -> None:
        waiter.over = True
        if waiter not in self._awake and not waiter.wake_up.done():  # else it has left
            self._wake(waiter)

    def _end_those(self, waiters: Iterable[Waiter]) -> None:
        """End these waits, some in each turn."""
        ending = [waiter for waiter in waiters if not waiter.ending]
        for waiter in ending:
            waiter.ending = True
        self._in_turns(partial(self._end, waiter) for waiter in ending)

    def _expect(self, change: float | None) -> None:
        """Look again at the time ``change`` of the queue's next change; None if there is none, or no waiter."""
        expected = self._next_change
        if expected is not None:
            if expected.at == change and expected.pending:
                return
            self.clock.alarm.cancel(expected)
        self._next_change = None if change is None else self.clock.alarm.call_at(change, self._changed)

    def _changed(self, _: float) -> None:
        self._in_turns((self.look,))


class Waiting:
    """The waiting rooms of all queues."""

    def __init__(self) -> None:
        self._rooms: dict[Queue, WaitingRoom] = {}
        self._clocks: dict[Clock, int] = {}  # how many rooms live by each clock
        self._calls = CallsInTurns(_ENDED_AT_ONCE)
        self._loop: asyncio.AbstractEventLoop  # in which the newest room was made
        self._closed = False

    def parked(self) -> Iterator[tuple[Queue, int]]:
        """Each queue at which receives are parked, and how many."""
        for queue, room in self._rooms.items():
            yield queue, room.parked

    def has_parked(self, queue: Queue) -> bool:
        return queue in self._rooms

    async def wait(self, queue: Queue, clock: Clock, seconds: float, take: Take) -> list[Delivery]:
        """The first messages that ``take`` returns from ``queue`` within ``seconds``; [] if there are none."""
        if self._closed:
            return take()
        room = self._rooms.get(queue)
        if room is None:
            room = self._rooms[queue] = self._new_room(queue, clock)
        try:
            return await room.wait(seconds, take)
        finally:
            if room.empty:
                room.close()
                if self._rooms.pop(queue, None) is not None:
                    self._leave(clock)

    def _new_room(self, queue: Queue, clock: Clock) -> WaitingRoom:
        if clock not in self._clocks:
            clock.on_move(self._clock_moved)
        self._clocks[clock] = self._clocks.get(clock, 0) + 1
        self._loop = asyncio.get_running_loop()
        return WaitingRoom(queue, clock, self._in_turns)

    def _leave(self, clock: Clock) -> None:
        self._clocks[clock] -= 1
        if not self._clocks[clock]:
            del self._clocks[clock]
            clock.forget(self._clock_moved)

    def _in_turns(self, calls: Iterable[Callable[[], None]]) -> None:
        self._calls.add(calls, self._loop)

    def _clock_moved(self) -> None:
        self._in_turns([room.end_overdue for room in self._rooms.values() if room.first_end <= room.clock.now()])

    def looking(self, moving: Container[Clock]) -> Work[None]:
        """Bring the deadlines in the alarms of these clocks up to date with each queue's next change, in portions."""
        for portion in portions(self._rooms_of(moving)):
            for room in portion:
                room.look()
            yield

    def last_end(self, moving: Container[Clock], before: float) -> float | None:
        """Seconds until the last of the waits ends that end in less than ``before`` seconds; None if there are none."""
        ends = (end for room in self._rooms_of(moving) for end in room.ends())
        return max((end for end in ends if end < before), default=None)

    def taking(self, moving: Container[Clock]) -> bool:
        """Whether a waiter was woken, or is to be, and has not taken messages yet."""
        return bool(self._calls) or any(room.taking for room in self._rooms_of(moving))

    def end_those_of(self, account: str) -> None:
        """End all waits at the queues of an account."""
        for queue, room in self._rooms.items():
            if queue.identity.account == account:
                room.end_all()

    def close(self) -> None:
        """End all waits, and let no new ones begin. For the end of the process."""
        self._closed = True
        for room in self._rooms.values():
            room.end_all()

    def _rooms_of(self, clocks: Container[Clock]) -> list[WaitingRoom]:
        return [room for room in self._rooms.values() if room.clock in clocks]
