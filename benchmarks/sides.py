"""The sides that can be compared: the emulator, the ceilings, and the peers that are installed."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

from benchmarks.ceilings import nginx
from benchmarks.peers.table import PEERS, UNAVAILABLE
from benchmarks.process import MeasuredServer, StartError, free_port, measured_server, running
from benchmarks.results import Skipped
from tests import postgresql

_MODULES = Path(__file__).parents[1] / "build/compiled"


def _not_missing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Side:
    name: str
    start: Callable[[], AbstractContextManager[MeasuredServer]]
    is_ceiling: bool = False  # it has no queues, and answers every request like a SendMessage
    has_topics: bool = True
    missing: Callable[[], str | None] = _not_missing  # why it cannot be started here

    def is_able(self, workload: str) -> bool:
        if self.is_ceiling:  # the base is measured beside every workload, with a SendMessage
            return workload == "send" or self.name == BASE
        if workload == "publish-1000":
            return self.name in (EMULATOR, COMPILED)  # for others, the preparation alone takes minutes
        return self.has_topics or not workload.startswith("publish")


@contextmanager
def ceiling(module: str, *arguments: str) -> Iterator[MeasuredServer]:
    port = free_port()
    with running([sys.executable, "-m", f"benchmarks.ceilings.{module}", str(port), *arguments], port) as server:
        yield server


def _unavailable() -> NoReturn:
    raise StartError("it cannot be installed here")


@contextmanager
def kept(*options: str) -> Iterator[MeasuredServer]:
    """The emulator with a data directory, which is gone afterwards."""
    with TemporaryDirectory() as directory, measured_server("--data-dir", directory, *options) as server:
        yield server


@contextmanager
def shared(*options: str) -> Iterator[MeasuredServer]:
    """The emulator with a new PostgreSQL server, whose processor time is not its own."""
    database = postgresql.Server.started(is_safe=True)
    try:
        with measured_server("--store", database.new_database(), *options) as server:
            yield server
    finally:
        database.stop()


def _not_compiled() -> str | None:
    return None if (_MODULES / "sources").exists() else "`make compiled` compiles its modules"


EMULATOR, COMPILED = "emulator", "compiled"
KEPT, KEPT_POWER, SHARED = "data directory", "durability power", "PostgreSQL"
BASE = "raw uvicorn"  # the side to which ratios refer

# Peers that can keep messages on disk, doing so.
_DURABLE = tuple(
    Side(
        peer.durable_name,
        partial(peer.running, durable=True),
        has_topics=peer.has_topics,
        missing=peer.missing,
    )
    for peer in PEERS
    if peer.durable
)
DURABLE_PEERS = tuple(side.name for side in _DURABLE)

_ALL = (
    Side(EMULATOR, measured_server),
    Side(COMPILED, partial(measured_server, environment={"EMULATOR_COMPILED": str(_MODULES)}), missing=_not_compiled),
    Side(KEPT, kept),
    Side(KEPT_POWER, partial(kept, "--durability", "power")),
    Side(SHARED, shared, missing=postgresql.missing),
    Side(BASE, partial(ceiling, "raw_asgi", "fixed"), is_ceiling=True),
    Side("raw uvicorn with work", partial(ceiling, "raw_asgi", "work"), is_ceiling=True),
    Side("bare protocol with work", partial(ceiling, "bare"), is_ceiling=True),
    Side("nginx", nginx.nginx, is_ceiling=True, missing=nginx.missing),
    *(Side(peer.name, peer.running, has_topics=peer.has_topics, missing=peer.missing) for peer in PEERS),
    *_DURABLE,
    *(Side(name, _unavailable, missing=partial(str, reason)) for name, reason in UNAVAILABLE.items()),
)

SIDES = {side.name: side for side in _ALL}


def start(side: Side, stack: ExitStack) -> MeasuredServer | Skipped:
    """The side's server, which runs until ``stack`` is closed, or the reason why there is none."""
    reason = side.missing()
    if reason is not None:
        return Skipped(side.name, reason)
    try:
        return stack.enter_context(side.start())
    except StartError as error:
        return Skipped(side.name, str(error))


def start_all(chosen: Iterable[str], stack: ExitStack) -> tuple[dict[str, MeasuredServer], list[Skipped]]:
    """The servers of these sides, which run until ``stack`` is closed, and those that could not be started."""
    servers: dict[str, MeasuredServer] = {}
    skipped: list[Skipped] = []
    for name in chosen:
        match start(SIDES[name], stack):
            case Skipped() as one:
                skipped.append(one)
            case MeasuredServer() as server:
                servers[name] = server
    return servers, skipped
