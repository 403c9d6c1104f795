"""Long polls: receives that wait for a message.

A parked receive costs a timer and a future. The queue calls its waiting room on every change, and the room wakes as
many waiters as there are messages, first come, first served. For changes that only time makes, such as the end of a
delay, the room has one deadline in the alarm of the account's clock. Nothing polls.

A waiter is woken some turns of the event loop after there is a message for it, so that the loop has reported by then if
its client has hung up. So no message becomes invisible for a client that is gone. The turns pass in callbacks: the task
of the waiter runs once.

A wait ends in real time, as the client counts it, or when the clock is moved past its end. A clock moves in steps
(``emulator/jump.py``): to each deadline of its alarm, and before that to the end of each wait that is over by then. So
a jump wakes and ends the waiters in the order in which passing time would.
"""

import asyncio
import itertools
from bisect import bisect_left
from collections.abc import Callable, Container, Iterator
from operator import attrgetter

from emulator.alarm import Call
from emulator.clock import Clock
from emulator.deadlines import Deadline
from emulator.sqs.message import Delivery
from emulator.sqs.queue import Queue

Take = Callable[[], list[Delivery]]

# Turns of the event loop between a hang-up that it has seen and the cancellation of the waiting request.
_HANG_UP_TURNS = 3


class Waiter:
    """One parked receive. Waiting ends by ``deadline``, in the account's time, or by its own real timer."""

    __slots__ = ("deadline", "number", "over", "wake_up")

    def __init__(self, number: int, deadline: float) -> None:
        self.number = number  # its position in the order of arrival
        self.deadline = deadline
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

    def __init__(self, queue: Queue, clock: Clock) -> None:
        self._queue = queue
        self.clock = clock
        self._numbers = itertools.count()
        self._asleep: list[Waiter] = []  # in order of arrival
        self._awake: set[Waiter] = set()  # woken, not yet gone or asleep again
        self._next_change: Deadline[Call] | None = None  # of the queue, by time alone
        queue.on_change = self.look
        clock.on_move(self._clock_moved)

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
        timer = asyncio.get_running_loop().call_later(seconds, self._end, waiter)
        self._asleep.append(waiter)
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
            self.end_all()
            return
        if self._asleep:
            spare = self._queue.receivable(self.clock.now()) - len(self._awake)
            for waiter in self._asleep[: max(0, spare)]:
                self._wake(waiter)
        self._expect(self._queue.next_due() if self._asleep else None)

    def ends(self) -> Iterator[float]:
        """For each waiter, the seconds until its wait is over."""
        now = self.clock.now()
        return (waiter.deadline - now for waiter in self._asleep)

    def end_all(self) -> None:
        """End all waits. Each takes the messages that there are."""
        self._end_those(lambda _: True)

    def close(self) -> None:
        """Disconnect from the queue and the clock. For a room without waiters."""
        self._queue.on_change = None
        self.clock.forget(self._clock_moved)
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
        if waiter not in self._awake:
            self._wake(waiter)

    def _end_those(self, whose_time_is_up: Callable[[Waiter], bool]) -> None:
        for waiter in [waiter for waiter in (*self._asleep, *self._awake) if whose_time_is_up(waiter)]:
            self._end(waiter)

    def _clock_moved(self) -> None:
        now = self.clock.now()
        self._end_those(lambda waiter: waiter.deadline <= now)

    def _expect(self, change: float | None) -> None:
        """Look again at the time ``change`` of the queue's next change; None if there is none, or no waiter."""
        expected = self._next_change
        if expected is not None:
            if expected.at == change and expected.pending:
                return
            self.clock.alarm.cancel(expected)
        self._next_change = None if change is None else self.clock.alarm.call_at(change, self._changed)

    def _changed(self, _: float) -> None:
        self.look()


class Waiting:
    """The waiting rooms of all queues."""

    def __init__(self) -> None:
        self._rooms: dict[Queue, WaitingRoom] = {}
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
            room = self._rooms[queue] = WaitingRoom(queue, clock)
        try:
            return await room.wait(seconds, take)
        finally:
            if room.empty:
                room.close()
                self._rooms.pop(queue, None)

    def look(self, moving: Container[Clock]) -> None:
        """Bring the deadlines in the alarms of these clocks up to date with each queue's next change."""
        for room in self._rooms_of(moving):
            room.look()

    def last_end(self, moving: Container[Clock], before: float) -> float | None:
        """Seconds until the last of the waits ends that end in less than ``before`` seconds; None if there are none."""
        ends = (end for room in self._rooms_of(moving) for end in room.ends())
        return max((end for end in ends if end < before), default=None)

    def taking(self, moving: Container[Clock]) -> bool:
        """Whether a waiter was woken and has not taken messages yet."""
        return any(room.taking for room in self._rooms_of(moving))

    def close(self) -> None:
        """End all waits, and let no new ones begin. For the end of the process."""
        self._closed = True
        for room in self._rooms.values():
            room.end_all()

    def _rooms_of(self, clocks: Container[Clock]) -> list[WaitingRoom]:
        return [room for room in self._rooms.values() if room.clock in clocks]
