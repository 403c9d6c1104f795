"""All event source mappings at work."""

import asyncio
from collections.abc import Awaitable, Callable, Container, Iterator

from emulator.foundation.events import Observer
from emulator.functions.consumer import Batch, Consumer
from emulator.functions.mapping import EventSourceMapping
from emulator.functions.mappings import EventSourceMappings
from emulator.functions.outcome import ANSWER_BYTES_MAX, Outcome, failure, outcome_of
from emulator.functions.targets import Targets
from emulator.functions.trigger import Trigger, answered
from emulator.sns.delivery.answer import Answer, NoAnswer
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sqs.queues import Queues
from emulator.timing.clock import Clock, Clocks
from emulator.timing.watchers import Watchers

Post = Callable[[HttpMessage], Awaitable[Answer]]

TIMEOUT_SECONDS = 900.0  # the longest that a function may take
_HEADERS = {"Content-Type": "application/json", "X-Amz-Invocation-Type": "RequestResponse"}


class Triggers:
    """The triggers of mappings that are enabled, whose queue is there, and whose function can be called."""

    def __init__(
        self,
        mappings: EventSourceMappings,
        queues: Queues,
        clocks: Clocks,
        observer: Observer,
        targets: Targets,
        post: Post,
        real_seconds: float,
    ) -> None:
        """A move of the clock waits ``real_seconds`` for a function."""
        self._mappings = mappings
        self._queues = queues
        self._clocks = clocks
        self._observer = observer
        self._targets = targets
        self._post = post
        self._real_seconds = real_seconds
        self._by_uuid: dict[str, Trigger] = {}
        self._ending: set[Trigger] = set()  # of mappings that take no more messages, with calls under way
        self._watchers = Watchers()
        mappings.on_change = self.changed
        targets.on_change = queues.on_new = self.resume

    def resume(self) -> None:
        """Begin with mappings that can have messages now, and end those that cannot."""
        for mapping in self._mappings:
            self.changed(mapping.uuid)

    def find(self, uuid: str) -> Trigger | None:
        """The trigger of a mapping, if it is at work."""
        return self._by_uuid.get(uuid)

    def obstacle(self, mapping: EventSourceMapping) -> str | None:
        """Why the function does not get the messages of the queue; None if it does."""
        if not mapping.enabled:
            return "the mapping is disabled"
        if self._queues.find(mapping.queue_arn) is None:
            return "the queue does not exist"
        if self._targets.url_of(mapping.function_arn) is None:
            return "the emulator has no URL of the function"
        return None

    def changed(self, uuid: str) -> None:
        """A mapping is new, or changed, or gone."""
        mapping, trigger = self._mappings.find(uuid), self._by_uuid.get(uuid)
        queue = None if mapping is None else self._queues.find(mapping.queue_arn)
        works = mapping is not None and queue is not None and self.obstacle(mapping) is None
        if trigger is not None and (not works or trigger.consumer.queue is not queue):
            trigger.close()
            del self._by_uuid[uuid]
            if trigger.tasks:
                self._ending.add(trigger)
            trigger = None
        if not works or mapping is None or queue is None:
            return
        if trigger is None:
            consumer = Consumer(mapping, queue, self._observer)
            clock = self._clocks.of(queue.identity.account)
            trigger = self._by_uuid[uuid] = Trigger(consumer, clock, self._invoke, self._ended)
        elif trigger.consumer.mapping is not mapping:
            trigger.consumer.change(mapping)
        trigger.soon()

    async def _invoke(self, consumer: Consumer, batch: Batch) -> Outcome:
        """Call the function, and read what it answers."""
        mapping, ids = consumer.mapping, batch.message_ids
        url = self._targets.url_of(mapping.function_arn)
        if url is None:
            return failure(ids, "the emulator has no URL of the function")
        message = HttpMessage(url, _HEADERS, batch.event, ANSWER_BYTES_MAX + 1)

        async def outcome() -> Outcome:
            try:
                answer = await self._post(message)
            except NoAnswer as error:
                return failure(ids, error.reason)
            return outcome_of(answer, ids, reports_failures=mapping.reports_failures)

        clock = self._clocks.of(consumer.queue.identity.account)
        reason = f"no answer within {TIMEOUT_SECONDS:g} seconds"
        return await answered(outcome(), clock, TIMEOUT_SECONDS, self._real_seconds, lambda: failure(ids, reason))

    # -- Waiting for functions -------------------------------------------------------------

    def _all(self) -> Iterator[Trigger]:
        yield from self._by_uuid.values()
        yield from self._ending

    def goes_on(self, account: str | None) -> bool:
        """Whether a function of ``account`` is being called, or will be without a move of a frozen clock."""
        return any(_is_busy(each) for each in self._all() if account in (None, *_accounts(each)))

    def unfinished(self, account: str | None) -> list[Consumer]:
        """The consumers of ``account`` whose functions are being called, or will be without a move of a clock."""
        return [each.consumer for each in self._all() if account in (None, *_accounts(each)) and _is_busy(each)]

    async def settle(self, account: str | None, until: float) -> None:
        """Wait until nothing goes on, at most until this time of the event loop's clock."""
        while self.goes_on(account):
            if not await self._watchers.wait(until):
                return

    async def attempted(self, moving: Container[Clock], until: float) -> None:
        """Wait for the calls under way by these clocks, as long as a move of the clock waits for each."""
        while True:
            concerned = [each for each in self._all() if each.clock in moving]
            begun = [at for each in concerned for at in each.tasks.values()]
            if any(each.looking for each in concerned):
                patience = until
            else:
                patience = max(begun, default=-self._real_seconds) + self._real_seconds
            if not await self._watchers.wait(min(until, patience)):
                return

    async def finish(self) -> None:
        """Call no more functions. Called at the end of the process."""
        tasks = [task for each in self._all() for task in each.tasks]
        for trigger in self._by_uuid.values():
            trigger.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self) -> None:
        for trigger in [each for each in self._ending if not each.tasks]:
            self._ending.discard(trigger)
        self._watchers.wake()


def _accounts(trigger: Trigger) -> tuple[str, str]:
    """Those of the mapping and of the queue."""
    return trigger.consumer.mapping.place[0], trigger.consumer.queue.identity.account


def _is_busy(trigger: Trigger) -> bool:
    waits = trigger.consumer.gathering and not trigger.closed and not trigger.clock.frozen
    return bool(trigger.tasks) or trigger.looking or waits
