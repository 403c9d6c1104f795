"""Whatever can be measured side by side: the emulator, the ceilings, and peers where they are installed."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial

from benchmarks.ceilings import nginx
from benchmarks.process import MeasuredServer, free_port, measured_server, running


@dataclass(frozen=True, slots=True)
class Side:
    name: str
    start: Callable[[], AbstractContextManager[MeasuredServer]]
    is_ceiling: bool = False  # it has no queues, and answers anything as if it were a SendMessage
    missing: Callable[[], str | None] = lambda: None  # why it cannot be started here


@contextmanager
def ceiling(module: str, *arguments: str) -> Iterator[MeasuredServer]:
    port = free_port()
    with running([sys.executable, "-m", f"benchmarks.ceilings.{module}", str(port), *arguments], port) as server:
        yield server


EMULATOR = "emulator"
BASE = "raw uvicorn"  # what ratios refer to

_ALL = (
    Side(EMULATOR, measured_server),
    Side(BASE, partial(ceiling, "raw_asgi", "fixed"), is_ceiling=True),
    Side("raw uvicorn with work", partial(ceiling, "raw_asgi", "work"), is_ceiling=True),
    Side("bare protocol with work", partial(ceiling, "bare"), is_ceiling=True),
    Side("nginx", nginx.nginx, is_ceiling=True, missing=nginx.missing),
)

SIDES = {side.name: side for side in _ALL}
