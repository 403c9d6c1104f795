"""Deliveries on their way: every attempt is made when it is due, by the clock of the topic's account.

Each subscriber has a line of its own, with a bounded number of attempts at a time, so one that is slow or dead
delays only itself. Retries wait on the clock; nothing polls.

Time passes along a delivery as it would without jumps of the clock: a retry is due so many seconds after the time
at which its predecessor was due and failed. When the clock is moved an hour ahead, all retries within that hour are
made, one after the other, as fast as the endpoint answers: each at its time, as the clock goes there in steps
(``emulator/jump.py``).
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Container, Iterator
from functools import partial
from heapq import heapify, heappop, heappush
from itertools import count
from math import inf

from emulator.aws.arns import Arn
from emulator.clock import Clock, Clocks
from emulator.sns.delivery.delivery import Attempt, Delivery
from emulator.sns.delivery.http import Answer, NoAnswer
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sns.delivery.patience import DEFAULT_PATIENCE, Limit, Patience, Stopwatch
from emulator.sns.delivery.retries import verdict

logger = logging.getLogger(__name__)

ATTEMPTS_AT_A_TIME = 32  # of one subscriber
DELIVERIES_MAX = 100_000  # of one subscriber, on their way

_SHOWN_CHARACTERS = 256  # of an answer

Post = Callable[[HttpMessage], Awaitable[Answer]]


class Line:
    """The deliveries of one subscriber that are due, and its attempts under way."""

    __slots__ = ("accounts", "closed", "deliveries", "free_at", "ready", "subscription_arn", "tasks")

    def __init__(self, first: Delivery) -> None:
        self.subscription_arn = first.subscription_arn
        self.accounts = (first.account, first.subscriber)  # of the topic, and of the subscription
        self.closed = False  # whether only attempts under way are left to end
        self.deliveries: dict[Delivery, None] = {}  # all that are on their way, in order of arrival
        self.ready: deque[tuple[Delivery, Stopwatch]] = deque()
        self.tasks: dict[asyncio.Task[None], float] = {}  # until when there is patience with each, as in a Limit
        self.free_at = 0.0  # before this the subscriber's throttle policy allows no more attempts

    def slot(self, due: float, seconds_between: float) -> float:
        """The first time from ``due`` on which the throttle policy allows; it is taken now."""
        if not seconds_between:
            return due
        slot = max(due, self.free_at)
        self.free_at = slot + seconds_between
        return slot


class Agenda:
    """The deliveries of one account, each in its subscriber's line, or waiting until it is due."""

    def __init__(self, clock: Clock, post: Post, patience: Patience, ended: Callable[[], None]) -> None:
        self.clock = clock
        self._post = post
        self._patience = patience
        self._ended = ended
        self._numbers = count()
        self._waiting: list[tuple[float, int, Delivery]] = []  # a heap, by due time
        self._lines: dict[str, Line] = {}  # by subscription ARN
        self._closed: set[Line] = set()
        self._limits: dict[asyncio.Timeout, Limit] = {}  # of attempts under way
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_at: float | None = None
        clock.on_move(self._clock_moved)

    def add(self, delivery: Delivery) -> bool:
        """Send a delivery on its way; False where its subscriber has too many already."""
        line = self._lines.get(delivery.subscription_arn)
        if line is None:
            line = self._lines[delivery.subscription_arn] = Line(delivery)
        if len(line.deliveries) >= DELIVERIES_MAX:
            return False
        line.deliveries[delivery] = None
        self._wait(delivery, line.slot(self.clock.now(), delivery.policy.seconds_between))
        return True

    def __iter__(self) -> Iterator[Delivery]:
        for line in self._all_lines():
            yield from line.deliveries

    def counts(self) -> Iterator[tuple[str, int]]:
        """Of each subscriber, the ARN of its subscription and how many deliveries are on their way."""
        for line in self._all_lines():
            yield line.subscription_arn, len(line.deliveries)

    def concerning(self, account: str | None) -> Iterator[Line]:
        """The subscribers that have to do with an account: to its topics, or by its subscriptions."""
        return (line for line in self._all_lines() if account is None or account in line.accounts)

    def goes_on(self, account: str | None) -> bool:
        """Whether a delivery that has to do with ``account`` is under way, and does not wait for a frozen clock."""
        return any(line.deliveries and (line.tasks or not self.clock.frozen) for line in self.concerning(account))

    def next_due(self) -> float | None:
        """Seconds until the next attempt, or until one under way has taken too long; None if there is none."""
        now = self.clock.now()
        dues = [limit.over for limit in self._limits.values() if limit.over > now]
        if self._waiting:
            dues.append(self._waiting[0][0])
        return min(dues) - now if dues else None

    def patient_until(self) -> float:
        """Until when it makes sense to wait for the attempts under way, by the event loop's clock."""
        now = self.clock.now()
        if any(limit.over <= now for limit in self._limits.values()):
            return inf  # they come to their end by themselves
        return max((until for line in self._all_lines() for until in line.tasks.values()), default=0.0)

    def drop(self, subscription_arn: str) -> None:
        """Forget what waits for a subscriber. An attempt under way may end, but is the last one."""
        line = self._lines.pop(subscription_arn, None)
        if line is None:
            return
        line.closed = True
        waiting = {entry[2] for entry in self._waiting if entry[2] in line.deliveries}
        for delivery in (*waiting, *(delivery for delivery, _ in line.ready)):
            del line.deliveries[delivery]
        line.ready.clear()
        if line.tasks:
            self._closed.add(line)
        if waiting:
            self._waiting = [entry for entry in self._waiting if entry[2] not in waiting]
            heapify(self._waiting)
            self._set_alarm()
        self._ended()

    def drop_region(self, region: str) -> None:
        """Forget what waits for the subscribers of a region."""
        arns = {subscription_arn: Arn.parse(subscription_arn) for subscription_arn in self._lines}
        for subscription_arn, arn in arns.items():
            if arn is not None and arn.region == region:
                self.drop(subscription_arn)

    def close(self) -> list[asyncio.Task[None]]:
        """Forget everything; the attempts that end now are returned."""
        self.clock.forget(self._clock_moved)
        self._forget_alarm()
        tasks: list[asyncio.Task[None]] = []
        for line in self._all_lines():
            line.closed = True
            tasks += line.tasks
        for task in tasks:
            task.cancel()
        self._waiting, self._lines, self._closed = [], {}, set()
        return tasks

    def _all_lines(self) -> list[Line]:
        return [*self._lines.values(), *self._closed]

    def _wait(self, delivery: Delivery, due: float) -> None:
        delivery.due, delivery.waits = due, True
        heappush(self._waiting, (due, next(self._numbers), delivery))
        self._look()

    def _look(self) -> None:
        """Start what is due, in order of time, and set the alarm for what comes next."""
        now = self.clock.now()
        while self._waiting and self._waiting[0][0] <= now:
            delivery = heappop(self._waiting)[2]
            delivery.waits = False
            line = self._lines[delivery.subscription_arn]
            line.ready.append((delivery, Stopwatch(self.clock)))
            self._start(line)
        self._set_alarm()

    def _set_alarm(self) -> None:
        due = self._waiting[0][0] if self._waiting and not self.clock.frozen else None
        if due == self._alarm_at:
            return
        self._forget_alarm()
        self._alarm_at = due
        if due is not None:
            self._alarm = asyncio.get_running_loop().call_later(max(0.0, due - self.clock.now()), self._ring)

    def _forget_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = self._alarm_at = None

    def _ring(self) -> None:
        self._alarm = self._alarm_at = None
        self._look()

    def _clock_moved(self) -> None:
        self._forget_alarm()  # the same due time is another real time now
        self._look()
        now, real = self.clock.now(), asyncio.get_running_loop().time()
        for timeout, limit in self._limits.items():
            if limit.over <= now and not timeout.expired():
                until = max(real, limit.patient_until)
                timeout.reschedule(min(until, timeout.when() or until))

    def _start(self, line: Line) -> None:
        while line.ready and len(line.tasks) < ATTEMPTS_AT_A_TIME:
            delivery, stopwatch = line.ready.popleft()
            task = asyncio.create_task(self._attempt(line, delivery, stopwatch))
            line.tasks[task] = asyncio.get_running_loop().time() + self._patience.real_seconds
            task.add_done_callback(partial(self._finished, line, delivery))

    def _finished(self, line: Line, delivery: Delivery, task: asyncio.Task[None]) -> None:
        del line.tasks[task]
        if task.cancelled():
            return
        fault = task.exception()
        if fault is not None:
            logger.error("A delivery to %s failed", delivery.message.endpoint, exc_info=fault)
            line.deliveries.pop(delivery, None)  # a fault of ours would be the same the next time
        self._start(line)
        if line.closed:
            if not line.tasks:
                self._closed.discard(line)
        elif not line.deliveries and not line.tasks and line.free_at <= self.clock.now():
            del self._lines[line.subscription_arn]
        self._ended()

    async def _attempt(self, line: Line, delivery: Delivery, stopwatch: Stopwatch) -> None:
        """Call the endpoint once, and see to what comes next."""
        started = delivery.due + stopwatch.seconds()
        over = started + self._patience.seconds
        status, ended = None, 0.0
        try:
            answer = await self._answer(delivery.message, over)
            status, text = answer.status, answer.beginning.decode("utf-8", "replace")[:_SHOWN_CHARACTERS]
        except NoAnswer as error:
            text = error.reason
        except TimeoutError:
            text = f"no answer within {self._patience.seconds:g} seconds"
            ended = over if over <= self.clock.now() else 0.0
        self._conclude(line, delivery, max(ended, delivery.due + stopwatch.seconds()), status, text)

    async def _answer(self, message: HttpMessage, over: float) -> Answer:
        """The endpoint's answer; NoAnswer, or TimeoutError where it takes beyond the time ``over``."""
        seconds = self._patience.seconds if self.clock.now() < over else self._patience.real_seconds
        timeout = asyncio.timeout(seconds)
        self._limits[timeout] = Limit(over, asyncio.get_running_loop().time() + self._patience.real_seconds)
        try:
            async with timeout:
                return await self._post(message)
        finally:
            del self._limits[timeout]

    def _conclude(self, line: Line, delivery: Delivery, at: float, status: int | None, text: str) -> None:
        outcome, delays = verdict(status), delivery.policy.retry_delays
        next_at = None
        if outcome == "retry" and delivery.attempts < len(delays) and not line.closed:
            next_at = line.slot(at + delays[delivery.attempts], delivery.policy.seconds_between)
        delivery.attempts += 1
        delivery.last = Attempt(delivery.attempts, at, status, text, outcome == "delivered", next_at)
        if next_at is None:
            del line.deliveries[delivery]
        delivery.told(delivery.last)
        if next_at is not None and not line.closed:  # whoever was told may have ended the subscription
            self._wait(delivery, next_at)


class Dispatch:
    """The deliveries of all accounts."""

    def __init__(self, clocks: Clocks, post: Post, patience: Patience = DEFAULT_PATIENCE) -> None:
        self._clocks = clocks
        self._post = post
        self._patience = patience
        self._agendas: dict[str, Agenda] = {}  # by account
        self._watchers: set[asyncio.Future[None]] = set()
        self._ending: set[asyncio.Task[None]] = set()  # attempts that were cut short, and have not ended yet

    def add(self, delivery: Delivery) -> bool:
        """Send a delivery on its way, without waiting for anything; False where its subscriber has too many."""
        agenda = self._agendas.get(delivery.account)
        if agenda is None:
            clock = self._clocks.of(delivery.account)
            agenda = self._agendas[delivery.account] = Agenda(clock, self._post, self._patience, self._look)
        return agenda.add(delivery)

    def drop(self, account: str, subscription_arn: str) -> None:
        """Forget what is on its way to a subscriber; an attempt under way may end."""
        agenda = self._agendas.get(account)
        if agenda is not None:
            agenda.drop(subscription_arn)

    def reset(self, account: str | None = None, region: str | None = None) -> None:
        """Forget everything, or what is on its way in one account, one region, or both.

        Only in one region attempts under way may end; else they are cut short.
        """
        if region is not None:
            for agenda in self._agendas_of(account):
                agenda.drop_region(region)
            return
        for owner in [owner for owner in self._agendas if account in (None, owner)]:
            for task in self._agendas.pop(owner).close():
                self._ending.add(task)
                task.add_done_callback(self._ending.discard)
        self._look()

    def under_way(self, account: str | None = None) -> list[Delivery]:
        """What has neither arrived nor failed for good: from the topics of one account, or of all."""
        return [delivery for agenda in self._agendas_of(account) for delivery in agenda]

    def counts(self) -> Iterator[tuple[str, int]]:
        """The ARN of each subscription with deliveries under way, and how many; it can come more than once."""
        for agenda in self._agendas.values():
            yield from agenda.counts()

    async def settle(self, account: str | None, seconds: float) -> list[Delivery]:
        """Wait until nothing is under way, at most so many real seconds: what then still is.

        With an ``account`` that is what goes to its topics' subscribers, and by its subscriptions. Where only a frozen
        clock holds things up, there is nothing to wait for.
        """
        deadline = asyncio.get_running_loop().time() + seconds
        while self.goes_on(account):
            if not await self._something_ends(deadline):
                break
        lines = (line for agenda in self._agendas.values() for line in agenda.concerning(account))
        return [delivery for line in lines for delivery in line.deliveries]

    def goes_on(self, account: str | None) -> bool:
        """Whether a delivery that has to do with ``account`` is under way, and does not wait for a frozen clock."""
        return any(agenda.goes_on(account) for agenda in self._agendas.values())

    def next_due(self, moving: Container[Clock]) -> float | None:
        """Seconds until the next attempt by one of these clocks, or until one under way has taken too long."""
        dues = [agenda.next_due() for agenda in self._agendas.values() if agenda.clock in moving]
        return min((due for due in dues if due is not None), default=None)

    async def attempted(self, moving: Container[Clock], until: float) -> None:
        """Wait for the attempts under way, while there is patience with one, at most ``until``, by the loop's clock."""
        while True:
            agendas = [agenda for agenda in self._agendas.values() if agenda.clock in moving]
            patient_until = max((agenda.patient_until() for agenda in agendas), default=0.0)
            if not await self._something_ends(min(until, patient_until)):
                return

    async def _something_ends(self, until: float) -> bool:
        """Wait until an attempt ends; False if none does ``until`` then, by the event loop's clock."""
        loop = asyncio.get_running_loop()
        if until <= loop.time():
            return False
        watcher: asyncio.Future[None] = loop.create_future()
        self._watchers.add(watcher)
        try:
            async with asyncio.timeout_at(until):
                await watcher
        except TimeoutError:
            return False
        finally:
            self._watchers.discard(watcher)
        return True

    async def close(self) -> None:
        """Forget everything, and say what that was. For the end of the process."""
        lost = self.under_way()
        if lost:
            endpoints = sorted({delivery.message.endpoint for delivery in lost})
            logger.warning("%d deliveries were still under way, to %s", len(lost), ", ".join(endpoints))
        self.reset()
        await asyncio.gather(*self._ending, return_exceptions=True)

    def _agendas_of(self, account: str | None) -> list[Agenda]:
        return [agenda for owner, agenda in self._agendas.items() if account in (None, owner)]

    def _look(self) -> None:
        for watcher in self._watchers:
            if not watcher.done():
                watcher.set_result(None)
