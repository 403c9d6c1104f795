"""Makes the HTTP calls of an account's schedule when its clock says that they are due."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from math import inf

from emulator.foundation.changes import Ledger
from emulator.sns.delivery.answer import Answer, NoAnswer, function_error, shown
from emulator.sns.delivery.call_limits import CallLimits
from emulator.sns.delivery.delivery import Attempt, Delivery
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sns.delivery.schedule import Call, Result, Schedule
from emulator.sns.delivery.timeouts import Moment, Timeouts
from emulator.timing.alarm import Call as AlarmCall
from emulator.timing.clock import Clock
from emulator.timing.deadlines import Deadline

logger = logging.getLogger(__name__)

Post = Callable[[HttpMessage], Awaitable[Answer]]
Report = Callable[[Delivery, Attempt], None]


class DeliveryWorker:
    """The deliveries of one account. ``report`` is called with each attempt, and ``ended`` when a call ends."""

    def __init__(
        self,
        clock: Clock,
        post: Post,
        timeouts: Timeouts,
        ledger: Ledger,
        limits: CallLimits,
        *,
        report: Report,
        ended: Callable[[], None],
    ) -> None:
        self.clock = clock
        self.schedule = Schedule(ledger, timeouts, limits=limits)
        self._post = post
        self._timeouts = timeouts
        self._report = report
        self._ended = ended
        self._tasks: set[asyncio.Task[None]] = set()
        self._next_due: Deadline[AlarmCall] | None = None
        self._pause: asyncio.TimerHandle | None = None  # of servers that get their next calls later

    def add(self, delivery: Delivery) -> bool:
        """Start a delivery; False if its subscriber has too many."""
        accepted = self.schedule.add(delivery, self.clock.now())
        self.look()
        return accepted

    def drop(self, subscription_arn: str) -> None:
        """Drop the deliveries to a subscriber. Calls under way may end; they are not retried."""
        self.schedule.drop(subscription_arn)
        if self._next_due is not None:
            self._expect_next()
        self._ended()

    def look(self) -> None:
        """Make the calls that are due, and set the alarm for the next one."""
        for call in self.schedule.start(self._moment()):
            task = asyncio.create_task(self._make(call))
            self._tasks.add(task)
            task.add_done_callback(partial(self._finished, call))
        self._expect_next()
        if self.schedule.holds_up:
            self._expect_end_of_pause()

    def close(self) -> list[asyncio.Task[None]]:
        """Make no more calls, and cancel those under way, which are returned."""
        if self._next_due is not None:
            self.clock.alarm.cancel(self._next_due)
        if self._pause is not None:
            self._pause.cancel()
        for task in self._tasks:
            task.cancel()
        return list(self._tasks)

    def _moment(self) -> Moment:
        return Moment(self.clock.now(), asyncio.get_running_loop().time())

    def _expect_next(self) -> None:
        due, expected = self.schedule.next_due(), self._next_due
        if expected is not None:
            if expected.at == due and expected.pending:
                return
            self.clock.alarm.cancel(expected)
        self._next_due = None if due is None else self.clock.alarm.call_at(due, lambda _: self.look())

    def _expect_end_of_pause(self) -> None:
        loop = asyncio.get_running_loop()
        if self._pause is not None:
            self._pause.cancel()
        ends = self.schedule.pause_ends(loop.time())
        self._pause = None if ends == inf else loop.call_at(ends, self.look)

    async def _make(self, call: Call) -> None:
        result = await self._result(call)
        attempt = self.schedule.conclude(call, result, self._moment())
        self._report(call.delivery, attempt)
        self.look()

    async def _result(self, call: Call) -> Result:
        try:
            answer = await self._answer(call)
        except NoAnswer as error:
            return Result(None, error.reason, excessive=error.excessive)
        except TimeoutError:
            return Result(None, f"no answer within {self._timeouts.seconds:g} seconds", timed_out=True)
        if call.delivery.content.type == "FunctionEvent" and answer.status < 300:
            problem = function_error(answer)
            if problem is not None:
                return Result(None, problem)
        return Result(answer.status, shown(answer.beginning))

    async def _answer(self, call: Call) -> Answer:
        """The endpoint's answer. Raises NoAnswer, or TimeoutError if it takes too long."""
        late = self.clock.now() >= call.over
        timeout = asyncio.timeout(self._timeouts.real_seconds if late else self._timeouts.seconds)
        deadline = None if late else self.clock.alarm.call_at(call.over, lambda _: _hurry(timeout, call))
        try:
            async with timeout:
                return await self._post(call.delivery.request)
        finally:
            if deadline is not None:
                self.clock.alarm.cancel(deadline)

    def _finished(self, call: Call, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        fault = None if task.cancelled() else task.exception()
        if task.cancelled():
            self.schedule.end_call(call)
        elif fault is not None:
            logger.error("A delivery to %s failed", call.delivery.request.endpoint, exc_info=fault)
            self.schedule.abandon(call)
            self.look()
        self._ended()


def _hurry(timeout: asyncio.Timeout, call: Call) -> None:
    """The call timed out by the account's clock: give it the rest of its real time."""
    if not timeout.expired():
        until = max(asyncio.get_running_loop().time(), call.waited_for_until)
        timeout.reschedule(min(until, timeout.when() or until))
