"""The server whose pauses are measured: it is filled, serves, and tells the longest time between two of its turns.

python -m benchmarks.paused CASE MESSAGES RESOURCES

It prints its port. A line on its standard input begins a measurement, and the next line ends it: then it prints the
longest time that passed between two turns of its event loop, in milliseconds, by the clock and of its own processor
time. The latter does not depend on what else the machine does.
"""

import asyncio
import gc
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.pause_cases import CASES, Scale
from emulator.configuration.settings import Settings
from emulator.serving import collector
from emulator.serving.app import Emulator
from emulator.serving.listeners import Listeners, listen
from emulator.serving.server import Server
from emulator.testing.in_process import Request, call

NOW = 1_900_000_000.0


class Ticker:
    """Looks at the time once in each turn of the event loop, while it runs."""

    def __init__(self) -> None:
        self._running = False
        self.longest = self.longest_cpu = 0.0

    def begin(self) -> None:
        """Begin to measure."""
        self._running = True
        self.longest = self.longest_cpu = 0.0
        self._last = time.perf_counter(), time.thread_time()
        self._tick()

    def end(self) -> dict[str, float]:
        """The longest times since ``begin``, in milliseconds."""
        self._running = False
        return {"wall": round(self.longest * 1e3, 3), "cpu": round(self.longest_cpu * 1e3, 3)}

    def _tick(self) -> None:
        now, cpu = time.perf_counter(), time.thread_time()
        self.longest = max(self.longest, now - self._last[0])
        self.longest_cpu = max(self.longest_cpu, cpu - self._last[1])
        self._last = now, cpu
        if self._running:
            asyncio.get_running_loop().call_soon(self._tick)


class PausedServer(Server):
    """Announces nothing but the port, and measures when it is told to."""

    begin_to_wait: Callable[[], list[Any]] = staticmethod(list)  # the requests that wait, made in the event loop

    def _announce(self, text: str) -> None:
        """Say nothing: standard output is for figures."""
        del text

    def _say_ready(self) -> None:
        ticker, loop, measuring = Ticker(), asyncio.get_running_loop(), False
        waiting = [asyncio.ensure_future(request) for request in self.begin_to_wait()]

        def command() -> None:
            nonlocal measuring
            if not sys.stdin.readline():
                loop.remove_reader(sys.stdin)
                for request in waiting:
                    request.cancel()
                self.end()
            elif measuring:
                print(json.dumps(ticker.end()), flush=True)
            else:
                ticker.begin()
                print("{}", flush=True)
            measuring = not measuring

        loop.add_reader(sys.stdin, command)
        print(self._listener.getsockname()[1], flush=True)


_FIRST_REQUESTS = ("metrics", "queues", "topics", "state", "trace", "topology")


def _warm_up(emulator: Emulator) -> None:
    """Import and make what a first request would import and make: that is no pause that comes back."""
    for path in _FIRST_REQUESTS:
        answer = asyncio.run(call(emulator, Request("GET", f"http://localhost/_emulator/{path}")))
        if path == "state":
            asyncio.run(call(emulator, Request("PUT", f"http://localhost/_emulator/{path}", (), answer.body)))
    _ = emulator.world.sns, emulator.world.faults


def main() -> None:
    name, messages, resources = sys.argv[1:]
    settings = Settings(clock_at=NOW, host="127.0.0.1", port=0)
    listener = listen("127.0.0.1", 0)
    emulator = Emulator(settings)
    gc.disable()
    _warm_up(emulator)
    CASES[name].fill(emulator, Scale(int(messages), int(resources)))
    gc.collect()
    gc.freeze()
    gc.collect()  # it finds nothing, as in a server that has just started: so the next full one comes as early as there
    collector.limit_pauses()
    server = PausedServer(emulator, settings, Listeners(listener))
    wait = CASES[name].wait
    if wait is not None:
        server.begin_to_wait = lambda: wait(emulator, Scale(int(messages), int(resources)))
    server.run(sockets=[listener])


if __name__ == "__main__":
    main()
