"""Long polls: how soon a parked receive answers, and what many parked receives cost.

python -m benchmarks.long_polls --parked 2000

First, one receive is parked and a message is sent to it, repeatedly. Then many receives are parked on one queue: the
server's CPU time is read over some idle seconds, and another call is timed. At the end messages are sent, each of which
wakes one receive: first one at a time, then in a row, so that a wake shares the server with the sends that follow.
Other sides can be compared by the first part.
"""

import gc
import json
import resource
import select
import time
from collections.abc import Iterator
from contextlib import ExitStack

import click

from benchmarks.command import benchmark, names
from benchmarks.cores import CLIENT_CORE, on_core
from benchmarks.load.api import Api
from benchmarks.load.connection import Connection, LoadError
from benchmarks.process import MeasuredServer, measured_server
from benchmarks.results import Figure, Measured, Skipped
from benchmarks.sides import EMULATOR, SIDES, Side, start

ONE = "one parked"
WAKE, WAKE_IN_A_ROW, WOKEN = "wake", "wake, sends in a row", "woken"
ANOTHER_CALL, MEMORY, IDLE = "another call", "memory of each", "CPU in silence"

_WAIT_SECONDS = 20
_SILENCE_SECONDS = 5.0
_ROUNDS = 100
_FED = 500  # the most parked receives that get a message


class Parked:
    """Receives that wait on one queue, each on its own connection, and a connection to send messages to them.

    The body of a message is its number, by which its arrival is matched to its send.
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
        self.wakes: list[float] = []  # seconds from each send to the answer of the receive that gets the message

    def call(self, action: str, **members: object) -> dict[str, str]:
        answer: dict[str, str] = json.loads(self._writer.call(self._api.sqs(action, **members)) or b"{}")
        return answer

    def park(self) -> None:
        for reader in self._readers.values():
            reader.send(self._receive)

    def feed(self) -> None:
        """Send one message, and read all answers until the one to this send has come."""
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
        """Read the answers that come within ``seconds``. Returns whether the answer to a send is one of them."""
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
        """Read answers until there is one for each message, or the time is over."""
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
        parked.call("ListQueues")  # after its answer, the server has handled all new connections
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
    """Raise the limit of open files as far as possible: each parked receive is a connection, here and in the server."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@benchmark("long_polls", __doc__)
@click.option("--parked", default=2_000, show_default=True)
@click.option("--sides", default="", help="Whose wake is measured too, with commas between, or all.")
def main(parked: int, sides: str) -> Iterator[Measured]:
    allow_open_files()
    gc.disable()  # its pauses would be attributed to the server
    with measured_server() as server, on_core(CLIENT_CORE):
        yield Figure(ONE, EMULATOR, WAKE, "ms", milliseconds(one_parked(server)))
        yield from many_parked(server, parked)
    for name in names(list(SIDES), sides) if sides else ():
        if name != EMULATOR and not SIDES[name].is_ceiling:
            yield one_parked_at(SIDES[name])


def one_parked_at(side: Side) -> Measured:
    with ExitStack() as stack:
        server = start(side, stack)
        if isinstance(server, Skipped):
            return server
        try:
            with on_core(CLIENT_CORE):
                return Figure(ONE, side.name, WAKE, "ms", milliseconds(one_parked(server)))
        except (LoadError, OSError, KeyError) as error:
            return Skipped(side.name, f"{ONE}: {error}")


if __name__ == "__main__":
    main()
