"""The emulated world: what there is of both services, their time, and what goes wrong on demand.

A World needs no server, no gateway and, as far as nothing waits, no event loop: it is built from settings, and driven
by calls of its parts. SNS, faults and warnings are imported and made when they are first asked for.
"""

import asyncio
from collections.abc import Callable, Container, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Union

import msgspec

from api_shapes.operation import Service
from emulator.actions.subjects import Subject
from emulator.aws.errors import ServiceError
from emulator.aws.identities import Identities
from emulator.aws.place import EVERYWHERE, Place
from emulator.configuration.settings import Settings
from emulator.foundation.changes import Change, Ledger
from emulator.foundation.events import Observer, Reset
from emulator.foundation.ids import Ids
from emulator.foundation.lazy import Lazy
from emulator.foundation.part import Part
from emulator.sqs.service import SqsService
from emulator.timing.clock import Clock, Clocks
from emulator.timing.turns import Work

if TYPE_CHECKING:  # types of what is imported when it is made
    from emulator.cloudformation.stacks import Stacks
    from emulator.faults.faults import Faults
    from emulator.faults.requests import RequestFaults
    from emulator.functions.mappings import EventSourceMappings
    from emulator.functions.targets import Targets
    from emulator.functions.triggers import Triggers
    from emulator.observation.alerts import Alerts
    from emulator.observation.trace import Trace
    from emulator.sns.delivery.delivery import Delivery
    from emulator.sns.delivery.dispatch import Dispatch
    from emulator.sns.delivery.transfers import Transfers
    from emulator.sns.delivery.worker import Post
    from emulator.sns.service import SnsService
    from emulator.timing.jump import Jumper
    from emulator.world.notifications import Notifications

_ATTEMPTS_WAITED_FOR = 5  # that hang, by one move of the clock


def _no_interference(_: "RequestFaults | None") -> None:
    """Where there is no gateway, nothing is asked for that faults could disturb."""


class World:
    """One emulator. Those who drive it look at its parts, and change them by their methods."""

    def __init__(self, settings: Settings, post: "Post | None" = None, *, clocks_by_date: bool = False) -> None:
        """``post`` calls HTTP endpoints; None: over the network. See Clocks for ``clocks_by_date``."""
        self.own_addresses: list[tuple[str, int]] = []  # hosts and ports at which this emulator is served
        self.stall_seconds = 300.0  # for which a stalled answer is held back from a client that does not hang up
        self.interfere: Callable[[RequestFaults | None], None] = _no_interference  # is given the faults of requests
        self.ledger = Ledger()
        self.identities = Identities()  # what is declared of callers; no state
        self.clocks = Clocks(frozen_at=settings.clock_at, ledger=self.ledger, by_date=clocks_by_date)
        self.ids = Ids(settings.seed, self.ledger)
        self.observer = Observer(alarm=lambda *events: self.alerts(*events))
        self.sqs = SqsService(
            self.ids,
            ledger=self.ledger,
            observer=self.observer,
            strict_timing=settings.strict_timing,
            chaos_seed=settings.standard_queue_chaos,
        )
        self._notifications = Lazy(partial(self._make_notifications, settings, post))
        self._faults = Lazy(self._make_faults)
        self._stacks = Lazy(self._make_stacks)
        self.transfers_abroad = False  # whether queues of other accounts are reached by transfers
        self._transfers = Lazy(self._make_transfers)
        self._mappings = Lazy(self._make_mappings)
        self._triggers = Lazy(partial(self._make_triggers, settings.clock_move_timeout))
        self._alerts = Lazy(_make_alerts)
        self._jumper = Lazy(partial(self._make_jumper, settings))
        self._appliers = Lazy(self._make_appliers)
        self._decoder = Lazy(self._make_decoder)

    # -- Parts -----------------------------------------------------------------------------

    def parts(self) -> Iterator[Part]:
        """The parts that have been made, in the order in which they are reset."""
        yield self.sqs
        if self._notifications.made:
            yield from self._notifications.get().parts
        yield self.clocks
        yield self.ids
        if self._faults.made:
            yield self._faults.get()
        if self._stacks.made:
            yield self._stacks.get()
        if self._transfers.made:
            yield self._transfers.get()
        if self._mappings.made:
            yield self._mappings.get()

    def make_parts(self, names: Iterable[str]) -> None:
        """Make those of the parts, given by the names of their classes, that are otherwise made when asked for."""
        if "Stacks" in names:
            self._stacks.get()
        if "Transfers" in names:
            self._transfers.get()
        if "EventSourceMappings" in names:
            self._mappings.get()

    @property
    def has_sns(self) -> bool:
        """Whether anything has been asked of SNS."""
        return self._notifications.made

    @property
    def notifications(self) -> "Notifications":
        """SNS, connected to the queues."""
        return self._notifications.get()

    @property
    def sns(self) -> "SnsService":
        """The state of SNS."""
        return self._notifications.get().sns

    @property
    def dispatch(self) -> "Dispatch":
        """The deliveries under way to HTTP endpoints."""
        return self._notifications.get().dispatch

    @property
    def trace(self) -> "Trace":
        return self._notifications.get().trace

    @property
    def faults(self) -> "Faults":
        return self._faults.get()

    @property
    def stacks(self) -> "Stacks":
        """The stacks of CloudFormation."""
        return self._stacks.get()

    @property
    def transfers(self) -> "Transfers":
        """The messages on their way to queues of other accounts."""
        return self._transfers.get()

    @property
    def mappings(self) -> "EventSourceMappings":
        """The event source mappings of Lambda."""
        return self._mappings.get()

    @property
    def triggers(self) -> "Triggers | None":
        """What calls functions for event source mappings; None as long as there has been none."""
        return self._triggers.get() if self._triggers.made else None

    @property
    def targets(self) -> "Targets":
        """Where functions are called."""
        return self._notifications.get().targets

    def call_handlers_by(self, post: "Post") -> None:
        """From now on call the functions inside this process by ``post``."""
        self._notifications.get().handlers = post

    @property
    def calls_handlers(self) -> bool:
        """Whether functions inside this process can be called."""
        return self._notifications.get().handlers is not None

    @property
    def alerts(self) -> "Alerts":
        """The warnings in the log."""
        return self._alerts.get()

    @property
    def jumper(self) -> "Jumper":
        """Moves clocks, and waits for what falls due."""
        return self._jumper.get()

    # -- What is done with all of it -------------------------------------------------------

    def advance(self, place: Place = EVERYWHERE) -> None:
        """Let everything happen that fell due in ``place``."""
        for part in self.parts():
            part.advance(self.clocks.now_of, place)

    def catching_up(self, place: Place = EVERYWHERE) -> Work[None]:
        """As ``advance``, in portions. When it ends, everything has happened that fell due by then."""
        if self.has_sns:
            yield from self.sns.catching_up(self.clocks.now_of, place)
        yield from self.sqs.catching_up(self.clocks.now_of, place)

    def reset(self, place: Place = EVERYWHERE, service: Service | None = None) -> None:
        """Empty everything, or what is in one account, one region or of one service, in any combination.

        What belongs to an account as a whole, its clock, its ids and its faults, starts again only with all of the
        account.
        """
        for part in self.parts():
            if service in (None, part.service):
                part.reset(place)
        if self.observer.watched:
            now = self.clocks.everyone.now() if place.account is None else self.clocks.now_of(place.account)
            self.observer.stream(Reset(now, place.account, place.region, service))

    def unload(self, account: str) -> None:
        """Drop what belongs to an account, which goes on elsewhere, without recording it."""
        with self.ledger.paused():
            for part in self.parts():
                part.unload(account)

    def apply(self, change: Change) -> None:
        """Make a change that was recorded, after all that were recorded before it. The ledger must not be kept."""
        part = self._appliers.get().get(type(change))
        if part is None:
            raise TypeError(f"There is no change of the type {type(change).__name__}")
        part.apply(change)

    def resume(self) -> None:
        """Make the calls that are due, of HTTP endpoints and of functions, once the state is what it was."""
        if self.has_sns:
            self.dispatch.resume()
        if self._mappings.made and any(self.mappings):
            self._triggers.get().resume()

    def read_change(self, encoded: bytes) -> Change:
        """A change that msgspec has written as JSON; msgspec.ValidationError where there is no such change."""
        return self._decoder.get().decode(encoded)

    def close(self) -> None:
        """Answer parked receives and delayed requests, and end the watchers. From now on no request waits."""
        for part in self.parts():
            part.close()
        self.observer.end()
        if self._alerts.made:
            self.alerts.close()

    async def settle(self, account: str | None, seconds: float) -> "tuple[list[Delivery], bool]":
        """Wait until no endpoint and no function is being called, for at most ``seconds`` of real time.

        Returns the deliveries that still are under way, and whether anything goes on without a move of a clock.
        """
        until = asyncio.get_running_loop().time() + seconds
        triggers = self.triggers
        while triggers is not None and asyncio.get_running_loop().time() < until:
            await triggers.settle(account, until)
            if not self.dispatch.goes_on(account):
                break
            await self.dispatch.settle(account, until - asyncio.get_running_loop().time())
            if not triggers.goes_on(account):
                break
        left = await self.dispatch.settle(account, max(0.0, until - asyncio.get_running_loop().time()))
        goes_on = self.dispatch.goes_on(account) or (triggers is not None and triggers.goes_on(account))
        return left, goes_on

    async def finish(self) -> None:
        """Give up the deliveries that are still under way, and close their connections."""
        if self._triggers.made:
            await self._triggers.get().finish()
        if self._notifications.made:
            await self._notifications.get().finish()

    def warn_of_elsewhere(self, error: ServiceError, subject: Subject, account: str, region: str) -> None:
        """Warn where a queue or topic that was not found exists in another region or account."""
        from emulator.observation.elsewhere import missed

        if subject.kind == "topic" and not self.has_sns:
            return
        places = self.sqs.queues.places_of if subject.kind == "queue" else self.sns.topics.places_of
        alert = missed(error, subject, places, account, region)
        if alert is not None:
            self.alerts.log(alert)

    # -- What is made when it is first asked for -------------------------------------------

    def _make_notifications(self, settings: Settings, post: "Post | None") -> "Notifications":
        from emulator.observation.notification_alerts import wordings
        from emulator.world.notifications import Notifications

        self.alerts.learn(wordings())
        made = Notifications(
            settings,
            self.clocks,
            self.ids,
            self.sqs.queues,
            self.observer,
            self.ledger,
            post,
            own_addresses=self.own_addresses,
        )
        if self.transfers_abroad:
            made.reach_abroad_by(self.transfers)
        self.sqs.read_recipes_by(made.sns.read_envelope)
        return made

    def _make_faults(self) -> "Faults":
        from emulator.faults.faults import Faults

        return Faults(self.clocks, self.observer, self._put_faults_in_force, stall_seconds=self.stall_seconds)

    def _make_stacks(self) -> "Stacks":
        from emulator.cloudformation.stacks import Stacks

        return Stacks(self.ledger)

    def _make_transfers(self) -> "Transfers":
        from emulator.sns.delivery.transfers import Transfers

        return Transfers(self.ids, self.ledger)

    def _make_mappings(self) -> "EventSourceMappings":
        from emulator.functions.mappings import EventSourceMappings

        made = EventSourceMappings(self.ledger)
        made.on_change = self._first_mapping
        return made

    def _first_mapping(self, uuid: str) -> None:
        """There is a mapping: have functions called."""
        self._triggers.get().changed(uuid)

    def _make_triggers(self, real_seconds: float) -> "Triggers":
        from emulator.functions.alerts import wordings
        from emulator.functions.triggers import Triggers

        self.alerts.learn(wordings())
        notifications = self._notifications.get()
        return Triggers(
            self.mappings,
            self.sqs.queues,
            self.clocks,
            self.observer,
            notifications.targets,
            notifications.post,
            real_seconds,
        )

    def _put_faults_in_force(self) -> None:
        """Give the faults to the gateway, to fan-out and to HTTP deliveries; None where there are none."""
        deliveries, attempts = self.faults.of_deliveries, self.faults.of_attempts
        self.interfere(self.faults.of_requests)
        self.sns.fan_out.wrap(None if deliveries is None else deliveries.wrap)
        self._notifications.get().interfere(None if attempts is None else attempts.attempt)

    def _make_jumper(self, settings: Settings) -> "Jumper":
        from emulator.timing.jump import Jumper

        return Jumper(self.sqs.waiting, self._attempted, _ATTEMPTS_WAITED_FOR * settings.clock_move_timeout)

    async def _attempted(self, moving: Container[Clock], until: float) -> None:
        """Wait for the calls under way, of HTTP endpoints and of functions; each may be the other's cause."""
        if self._triggers.made:
            await self._triggers.get().attempted(moving, until)
        await self.dispatch.attempted(moving, until)

    def _make_appliers(self) -> dict[type[Change], Part]:
        """By kind of change, the part that makes it; of all parts."""
        from emulator.state.restored import RestoredQueues

        self._notifications.get()
        self._stacks.get()
        self._transfers.get()
        self._mappings.get()
        parts = (*self.parts(), RestoredQueues(self.sqs))
        return {kind: part for part in parts for kind in part.changes}

    def _make_decoder(self) -> "msgspec.json.Decoder[Change]":
        kinds = tuple(self._appliers.get())
        return msgspec.json.Decoder(Union[kinds])  # noqa: UP007 - made of a tuple


def _make_alerts() -> "Alerts":
    from emulator.observation.alerts import Alerts

    return Alerts()
