"""Drives several connections at once, each with a script, and measures the latency of every answer."""

import gc
import select
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from benchmarks.load.api import Api
from benchmarks.load.connection import Connection, LoadError
from benchmarks.load.requests import Script

MOST_REQUESTS = 200_000
_ANSWER_SECONDS = 60.0

clock = time.perf_counter


class Run(NamedTuple):
    """The result of a run, from its first request to its last answer."""

    seconds: float
    latencies: list[float]  # in seconds, one for each answer


class _Lane:
    """A connection, its script, and the next request; None when the script has ended."""

    __slots__ = ("connection", "request", "script", "sent_at")

    def __init__(self, connection: Connection, script: Script) -> None:
        self.connection = connection
        self.script = script
        self.request: bytes | None = next(script, None)
        self.sent_at = 0.0

    def send(self) -> None:
        assert self.request is not None
        self.sent_at = clock()
        self.connection.send(self.request)

    def answered(self, body: bytes) -> None:
        try:
            self.request = self.script.send(body)
        except StopIteration:
            self.request = None


class Load:
    """Connections to one server, which can be run repeatedly: the scripts continue where they stopped."""

    def __init__(self, api: Api, scripts: Sequence[Script]) -> None:
        self._poll = select.epoll()
        self._lanes: dict[int, _Lane] = {}
        for script in scripts:
            self._add(_Lane(api.connect(), script))

    def _add(self, lane: _Lane) -> None:
        socket = lane.connection.socket
        self._poll.register(socket, select.EPOLLIN)
        self._lanes[socket.fileno()] = lane

    def run(self, seconds: float, most: int = MOST_REQUESTS, *, spins: bool = False) -> Run:
        """Send for ``seconds``, up to ``most`` requests, or until the scripts end; then wait for the last answers.

        If it ``spins``, it does not sleep while there is no answer.
        """
        lanes, poll, latencies = self._lanes, self._poll, list[float]()
        since = now = clock()
        until = since + seconds
        waiting = 0
        for lane in lanes.values():
            if lane.request is not None:
                lane.send()
                waiting += 1
        while waiting:
            ready = poll.poll(0 if spins else _ANSWER_SECONDS)
            if not ready:
                if spins and clock() - now < _ANSWER_SECONDS:
                    continue
                raise LoadError(f"no answer within {_ANSWER_SECONDS:.0f} seconds")
            for descriptor, _ in ready:
                lane = lanes[descriptor]
                body = lane.connection.read_some()
                if body is None:
                    continue
                now = clock()
                latencies.append(now - lane.sent_at)
                lane.answered(body)
                if not lane.connection.is_kept:
                    self._reopen(descriptor)
                if now < until and len(latencies) < most and lane.request is not None:
                    lane.send()
                else:
                    waiting -= 1
        return Run(now - since, latencies)

    def _reopen(self, descriptor: int) -> None:
        """Open a connection again that the server has closed, unless there is nothing more to send."""
        lane = self._lanes.pop(descriptor)
        self._poll.unregister(descriptor)
        if lane.request is None:
            lane.connection.close()
        else:
            lane.connection.reopen()
            self._add(lane)

    def close(self) -> None:
        for lane in self._lanes.values():
            lane.script.close()
            lane.connection.close()
        self._poll.close()


@contextmanager
def load(api: Api, script: Callable[[], Script], connections: int) -> Iterator[Load]:
    """Connections with a script each, until the end of the block.

    The garbage collector is off meanwhile: its pauses would be attributed to the server.
    """
    made = Load(api, [script() for _ in range(connections)])
    gc.collect()
    gc.disable()
    try:
        yield made
    finally:
        gc.enable()
        made.close()
