"""Long polls: how soon a parked receive answers, and what many parked receives cost.

python -m benchmarks.long_polls --parked 2000

One receive is parked and fed, again and again. Then many are parked on one queue, the server's CPU time is read over
some seconds of silence, another call is timed meanwhile, and messages are sent, each of which wakes one of the parked:
first one at a time, then in a row, where a wake shares the server with the sends that follow.
"""

import gc
import json
import resource
import select
import time
from collections.abc import Iterator
from contextlib import ExitStack

import click

from benchmarks.command import benchmark
from benchmarks.cores import CLIENT_CORE, on_core
from benchmarks.load.api import Api
from benchmarks.load.connection import Connection
from benchmarks.process import MeasuredServer, measured_server
from benchmarks.results import Figure, Measured
from benchmarks.sides import EMULATOR

WAKE, WAKE_IN_A_ROW, WOKEN = "wake", "wake, sends in a row", "woken"
ANOTHER_CALL, MEMORY, IDLE = "another call", "memory of each", "CPU in silence"

_WAIT_SECONDS = 20
_SILENCE_SECONDS = 5.0
_ROUNDS = 100
_FED = 500  # of the many parked at most, one message each


class Parked:
    """Receives that wait on one queue, each on a connection of its own, and a connection to feed them by.

    A message's body is its number, by which it is known when it was sent, and when it came.
    """

    def __init__(self, api: Api, queue_name: str, count: int, stack: ExitStack) -> None:
        self._api = api
        self._writer = api.connect()
        stack.callback(self._writer.close)
        self.url: str = self.call("CreateQueue", QueueName=queue_name)["QueueUrl"]
        self._receive = api.sqs("ReceiveMessage", QueueUrl=self.url, WaitTimeSeconds=_WAIT_SECONDS)
        self._poll = stack.enter_context(select.epoll())
        self._readers: dict[int, Connection] = {}
        for _ in range(count):
            reader = api.connect()
            stack.callback(reader.close)
            self._readers[reader.socket.fileno()] = reader
            self._poll.register(reader.socket, select.EPOLLIN)
        self._sent: list[float] = []
        self.wakes: list[float] = []  # from a send to the answer of the receive it feeds, in seconds

    def call(self, action: str, **members: object) -> dict[str, str]:
        answer: dict[str, str] = json.loads(self._writer.call(self._api.sqs(action, **members)) or b"{}")
        return answer

    def park(self) -> None:
        for reader in self._readers.values():
            reader.send(self._receive)

    def feed(self) -> None:
        """Send one message, and take whatever answers come until that has one itself."""
        writer = self._writer
        request = self._api.sqs("SendMessage", QueueUrl=self.url, MessageBody=str(len(self._sent)))
        self._poll.register(writer.socket, select.EPOLLIN)
        self._sent.append(time.perf_counter())
        writer.send(request)
        answered = False
        while not answered:
            answered = self.take(_WAIT_SECONDS)
        self._poll.unregister(writer.socket)

    def take(self, seconds: float) -> bool:
        """Take the answers that are there, or come within so many seconds; whether the feeder's is one of them."""
        answered = False
        for descriptor, _ in self._poll.poll(seconds):
            now = time.perf_counter()
            if descriptor == self._writer.socket.fileno():
                answered = self._writer.read_some() is not None
            elif (body := self._readers[descriptor].read_some()) is not None:
                messages = json.loads(body)["Messages"]
                self.wakes += [now - self._sent[int(message["Body"])] for message in messages]
        return answered

    def take_all(self, seconds: float) -> None:
        """Take answers until there is one for each message, or the time is over."""
        until = time.perf_counter() + seconds
        while len(self.wakes) < len(self._sent) and (left := until - time.perf_counter()) > 0:
            self.take(left)


def one_parked(server: MeasuredServer) -> list[float]:
    with ExitStack() as stack:
        parked = Parked(Api(server.host, server.port), "one", 1, stack)
        for _ in range(_ROUNDS):
            parked.park()
            time.sleep(0.02)
            parked.feed()
            parked.take_all(_WAIT_SECONDS)
        return parked.wakes


def many_parked(server: MeasuredServer, count: int) -> list[Figure]:
    before = server.resident_bytes
    with ExitStack() as stack:
        parked = Parked(Api(server.host, server.port), "many", count, stack)
        since = time.perf_counter()
        parked.park()
        time.sleep(1 + count / 2_000)
        parked.call("ListQueues")  # it has worked through the arrivals
        memory = (server.resident_bytes - before) / count / 1024

        used = server.cpu_seconds
        time.sleep(_SILENCE_SECONDS)
        idle = (server.cpu_seconds - used) / _SILENCE_SECONDS * 100

        others = []
        for _ in range(_ROUNDS):
            start = time.perf_counter()
            parked.call("GetQueueAttributes", QueueUrl=parked.url, AttributeNames=["QueueArn"])
            others.append(time.perf_counter() - start)

        fed = min(count, _FED)
        until = since + _WAIT_SECONDS - 1
        for _ in range(fed // 2):
            parked.feed()
            parked.take_all(until - time.perf_counter())
        alone = len(parked.wakes)
        for _ in range(fed - fed // 2):
            parked.feed()
        parked.take_all(until - time.perf_counter())
        wakes = parked.wakes
    case = f"{count:,} parked"
    return [
        Figure(case, EMULATOR, MEMORY, "KiB", [round(memory, 1)]),
        Figure(case, EMULATOR, IDLE, "% of a core", [round(idle, 2)]),
        Figure(case, EMULATOR, ANOTHER_CALL, "ms", milliseconds(others)),
        Figure(case, EMULATOR, WAKE, "ms", milliseconds(wakes[:alone])),
        Figure(case, EMULATOR, WAKE_IN_A_ROW, "ms", milliseconds(wakes[alone:])),
        Figure(case, EMULATOR, WOKEN, f"by {fed} messages", [len(wakes)]),
    ]


def milliseconds(seconds: list[float]) -> list[float]:
    return [round(value * 1e3, 3) for value in seconds]


def allow_open_files() -> None:
    """As many as this user may have: each parked receive is a connection, here and in the server."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@benchmark("long_polls", __doc__)
@click.option("--parked", default=2_000, show_default=True)
def main(parked: int) -> Iterator[Measured]:
    allow_open_files()
    gc.disable()  # its pauses here would be taken for the server's
    with measured_server() as server, on_core(CLIENT_CORE):
        yield Figure("one parked", EMULATOR, WAKE, "ms", milliseconds(one_parked(server)))
        yield from many_parked(server, parked)


if __name__ == "__main__":
    main()
