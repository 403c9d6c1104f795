"""The deliveries to HTTP endpoints of all accounts.

``schedule.py`` decides which deliveries are due and what follows from an answer; ``worker.py`` makes the calls.
"""

import asyncio
import logging
from collections.abc import Callable, Container, Iterator, Sequence
from typing import get_args

from emulator.aws.arns import Arn
from emulator.aws.place import EVERYWHERE, Place
from emulator.foundation.changes import Ledger
from emulator.foundation.part import Part
from emulator.foundation.wording import count
from emulator.sns.delivery.call_limits import CallLimits
from emulator.sns.delivery.changes import DeliveryBegun, DeliveryChange
from emulator.sns.delivery.delivery import Attempt, Delivery, DeliveryType
from emulator.sns.delivery.schedule import Subscriber
from emulator.sns.delivery.timeouts import DEFAULT_TIMEOUTS, Timeouts
from emulator.sns.delivery.worker import DeliveryWorker, Post, Report
from emulator.sns.subscription import Subscription
from emulator.timing.clock import Clock, Clocks
from emulator.timing.watchers import Watchers

logger = logging.getLogger(__name__)

FindSubscription = Callable[[str], Subscription | None]  # by ARN


def _no_subscription(_: str) -> Subscription | None:
    """In place of a function that finds subscriptions, until SNS has set it."""
    return None


class Dispatch(Part):
    """The deliveries of all accounts."""

    service = "sns"
    changes = get_args(DeliveryChange)

    def __init__(
        self, clocks: Clocks, post: Post, timeouts: Timeouts = DEFAULT_TIMEOUTS, ledger: Ledger | None = None
    ) -> None:
        self._reports: dict[DeliveryType, Report] = {}
        self._find_subscription: FindSubscription = _no_subscription
        self._clocks = clocks
        self._post = post
        self._timeouts = timeouts
        self._ledger = ledger or Ledger()
        self._limits = CallLimits()
        self._workers: dict[str, DeliveryWorker] = {}  # by account
        self._watchers = Watchers()  # for calls that end
        self._ending: set[asyncio.Task[None]] = set()  # calls that were cancelled and have not ended yet

    def report_to(self, kind: DeliveryType, report: Report) -> None:
        """From now on call ``report`` with each attempt of a delivery of this type."""
        self._reports[kind] = report

    def find_subscriptions_by(self, find: FindSubscription) -> None:
        """Use ``find`` from now on to find the subscriptions of recorded deliveries."""
        self._find_subscription = find

    def add(self, delivery: Delivery) -> bool:
        """Start a delivery. Returns at once; False if its subscriber has too many deliveries under way."""
        return self._worker(delivery.account).add(delivery)

    def enter(self, rows: Sequence[Delivery]) -> None:
        """Continue deliveries of a state document. Their calls are made after ``resume``."""
        for delivery in rows:
            self._worker(delivery.account).schedule.restore(delivery)

    def apply(self, change: DeliveryChange) -> None:
        """Apply a recorded change. No calls are made before ``resume``."""
        account = change.content.account if isinstance(change, DeliveryBegun) else change.account
        delivery = self._worker(account).schedule.apply(change)
        if delivery is not None:
            delivery.link(self._find_subscription(delivery.subscription_arn))

    def resume(self) -> None:
        """Make the calls that are due."""
        for worker in self._workers.values():
            worker.look()

    def drop(self, account: str, subscription_arn: str) -> None:
        """Drop the deliveries to a subscriber. A call under way may end."""
        worker = self._workers.get(account)
        if worker is not None:
            worker.drop(subscription_arn)

    def reset(self, place: Place = EVERYWHERE) -> None:
        """Drop the deliveries of a place. Calls under way end if only one region is reset; else they are cancelled."""
        account, region = place
        if region is not None:
            for worker in self._workers_of(account):
                for subscriber in worker.schedule.subscribers():
                    arn = Arn.parse(subscriber.subscription_arn)
                    if arn is not None and arn.region == region:
                        worker.drop(subscriber.subscription_arn)
            return
        for worker in self._workers_of(account):
            worker.schedule.clear()
        self._end(account)

    def rows(self, account: str | None = None) -> list[Delivery]:
        """The deliveries that continue, of one account or of all, by account and then in order of arrival.

        A delivery whose last call is under way after its subscription was dropped is not among them.
        """
        return [
            delivery
            for _, worker in sorted(self._workers.items())
            for delivery in worker.schedule.lasting()
            if account in (None, delivery.account, delivery.content.owner)
        ]

    def unfinished(self, account: str | None = None) -> list[Delivery]:
        """The deliveries that have neither arrived nor failed for good: from the topics of one account, or of all."""
        return [
            delivery
            for worker in self._workers_of(account)
            for subscriber in worker.schedule.subscribers()
            for delivery in subscriber.deliveries.values()
        ]

    def counts(self) -> Iterator[tuple[str, int]]:
        """Pairs of a subscription's ARN and its number of deliveries under way. An ARN can come more than once."""
        for worker in self._workers.values():
            for subscriber in worker.schedule.subscribers():
                yield subscriber.subscription_arn, len(subscriber.deliveries)

    async def settle(self, account: str | None, seconds: float) -> list[Delivery]:
        """Wait until no delivery is under way, for at most ``seconds`` of real time. Returns those that still are.

        An ``account`` limits this to deliveries of its topics and its subscriptions. Deliveries that wait for a frozen
        clock are not waited for.
        """
        deadline = asyncio.get_running_loop().time() + seconds
        while self.goes_on(account):
            if not await self._watchers.wait(deadline):
                break
        return [
            delivery
            for worker in self._workers.values()
            for subscriber in _concerning(worker, account)
            for delivery in subscriber.deliveries.values()
        ]

    def goes_on(self, account: str | None) -> bool:
        """Whether a delivery of ``account`` is under way and does not wait for a frozen clock."""
        return any(
            subscriber.deliveries and (subscriber.calls or subscriber.line or not worker.clock.frozen)
            for worker in self._workers.values()
            for subscriber in _concerning(worker, account)
        )

    async def attempted(self, moving: Container[Clock], until: float) -> None:
        """Wait for the calls under way that may still be answered in time, at most until ``until`` of the event loop's
        clock.
        """
        while True:
            workers = [worker for worker in self._workers.values() if worker.clock in moving]
            waited_for_until = max(
                (worker.schedule.waited_for_until(worker.clock.now()) for worker in workers), default=0.0
            )
            if not await self._watchers.wait(min(until, waited_for_until)):
                return

    async def finish(self) -> None:
        """Make no more calls, and log which deliveries were under way. Called at the end of the process."""
        lost = self.unfinished()
        if lost:
            endpoints = sorted({delivery.request.endpoint for delivery in lost})
            were = "was" if len(lost) == 1 else "were"
            logger.warning("%s %s still under way, to %s", count(len(lost), "delivery"), were, ", ".join(endpoints))
        self._end(None)
        await asyncio.gather(*self._ending, return_exceptions=True)

    def _worker(self, account: str) -> DeliveryWorker:
        worker = self._workers.get(account)
        if worker is None:
            clock = self._clocks.of(account)
            worker = self._workers[account] = DeliveryWorker(
                clock,
                self._post,
                self._timeouts,
                self._ledger,
                self._limits,
                report=self._report,
                ended=self._call_ended,
            )
        return worker

    def _workers_of(self, account: str | None) -> list[DeliveryWorker]:
        return [worker for owner, worker in self._workers.items() if account in (None, owner)]

    def _end(self, account: str | None) -> None:
        """Cancel the calls of one account, or of all."""
        for owner in [owner for owner in self._workers if account in (None, owner)]:
            for task in self._workers.pop(owner).close():
                self._ending.add(task)
                task.add_done_callback(self._ending.discard)
        self._watchers.wake()

    def _report(self, delivery: Delivery, attempt: Attempt) -> None:
        report = self._reports.get(delivery.content.type)
        if report is not None:
            report(delivery, attempt)

    def _call_ended(self) -> None:
        """Make the calls, of any account, that waited for another call to end."""
        for worker in self._workers.values():
            if worker.schedule.holds_up:
                worker.look()
        self._watchers.wake()


def _concerning(worker: DeliveryWorker, account: str | None) -> Iterator[Subscriber]:
    """The subscribers of an account: to its topics, or by its subscriptions."""
    return (each for each in worker.schedule.subscribers() if account is None or account in each.accounts)
