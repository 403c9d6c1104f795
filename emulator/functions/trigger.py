"""One event source mapping at work: it calls the function when there are messages. Nothing polls.

The queue says that something has changed, and in the next turn of the event loop the consumer takes what there is. For
what time alone changes there is one deadline in the alarm of the queue's account.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial

from emulator.functions.consumer import Batch, Consumer
from emulator.functions.outcome import Outcome
from emulator.sqs.listeners import forget, listen
from emulator.timing.alarm import Call
from emulator.timing.clock import Clock
from emulator.timing.deadlines import Deadline

Invoke = Callable[[Consumer, Batch], Coroutine[None, None, Outcome]]


class Trigger:
    """Calls the function of one mapping by ``invoke``. ``ended`` is called when a call ends."""

    def __init__(self, consumer: Consumer, clock: Clock, invoke: Invoke, ended: Callable[[], None]) -> None:
        self.consumer = consumer
        self.clock = clock
        self.tasks: dict[asyncio.Task[None], float] = {}  # calls under way, and when they began in real time
        self._invoke = invoke
        self._ended = ended
        self._looks: asyncio.Handle | None = None  # in one of the next turns
        self._next_due: Deadline[Call] | None = None
        self.closed = False
        listen(consumer.queue, self.soon)

    @property
    def looking(self) -> bool:
        """Whether it looks for messages in one of the next turns."""
        return self._looks is not None

    def soon(self) -> None:
        """Look for messages in the next turn of the event loop. Without an event loop there is nothing to do."""
        if self._looks is None and not self.closed:
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                return
            self._looks = loop.call_soon(self._look)

    def close(self) -> None:
        """Take no more messages. Calls under way go on."""
        self.closed = True
        forget(self.consumer.queue, self.soon)
        if self._looks is not None:
            self._looks.cancel()
            self._looks = None
        self._expect(None)

    def _look(self) -> None:
        now = self.clock.now()
        batches = self.consumer.take(now)  # which changes the queue, so that it would look again
        self._looks = None
        for batch in batches:
            task = asyncio.create_task(self._call(batch))
            self.tasks[task] = asyncio.get_running_loop().time()
            task.add_done_callback(self._done)
        if self.consumer.again:
            self.soon()
        else:
            self._expect(self.consumer.next_due(now))
        self._ended()

    async def _call(self, batch: Batch) -> None:
        outcome = await self._invoke(self.consumer, batch)
        self.consumer.conclude(batch, outcome, self.clock.now())
        self.soon()

    def _done(self, task: asyncio.Task[None]) -> None:
        del self.tasks[task]
        self._ended()
        if not task.cancelled():
            task.result()  # what it raised is a fault of ours, which the event loop logs

    def _expect(self, due: float | None) -> None:
        expected = self._next_due
        if expected is not None:
            if expected.at == due and expected.pending:
                return
            self.clock.alarm.cancel(expected)
        self._next_due = None if due is None else self.clock.alarm.call_at(due, lambda _: self.soon())


async def answered(
    awaited: Awaitable[Outcome], clock: Clock, seconds: float, real_seconds: float, otherwise: Callable[[], Outcome]
) -> Outcome:
    """The outcome of a call, or ``otherwise`` if it takes longer than ``seconds`` by the clock.

    Where the clock jumps that far, a call has ``real_seconds`` from its beginning.
    """
    loop = asyncio.get_running_loop()
    timeout = asyncio.timeout(seconds)
    deadline = clock.alarm.call_at(clock.now() + seconds, partial(_hurry, timeout, loop.time() + real_seconds))
    try:
        async with timeout:
            return await awaited
    except TimeoutError:
        return otherwise()
    finally:
        clock.alarm.cancel(deadline)


def _hurry(timeout: asyncio.Timeout, until: float, _: float) -> None:
    """The call timed out by the account's clock: give it the rest of its real time."""
    if not timeout.expired():
        until = max(asyncio.get_running_loop().time(), until)
        timeout.reschedule(min(until, timeout.when() or until))
