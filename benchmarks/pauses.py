"""The longest pause of other callers, for each call that touches a great number of things.

python -m benchmarks.pauses --messages 300000 --cases reset,export

A server is filled. Then one client makes the call, and another one sends to a small queue, one message after the other.
Measured are the longest wait of that other client, the longest time between two turns of the server's event loop, and
the processor time that the server used between two turns. The last one does not depend on what else the machine does.
"""

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager

import click

from benchmarks.command import benchmark, names
from benchmarks.load.connection import Connection
from benchmarks.pause_cases import CASES, Call, Scale, sqs
from benchmarks.process import HOST
from benchmarks.results import ROOT, Figure, Measured
from benchmarks.sides import EMULATOR

OTHER, TURN, TURN_CPU, OWN = "longest wait of another", "longest turn", "longest turn, CPU", "own wait"
MESSAGES, RESOURCES = 1_000_000, 10_000
_TIMEOUT = 600  # seconds


class Paused:
    """A filled server."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        assert process.stdout is not None, "it is a pipe"
        self._out = process.stdout
        self.port = int(self._out.readline())

    def command(self) -> dict[str, float]:
        """Begin the measurement, or end it: the figures then."""
        assert self._process.stdin is not None, "it is a pipe"
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        figures: dict[str, float] = json.loads(self._out.readline())
        return figures


@contextmanager
def paused(case: str, scale: Scale) -> Iterator[Paused]:
    """A server in a process of its own, which is filled as the case says."""
    command = [sys.executable, "-m", "benchmarks.paused", case, *map(str, scale)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Paused(process)
    finally:
        assert process.stdin is not None, "it is a pipe"
        assert process.stdout is not None, "it is a pipe"
        process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


class Other(threading.Thread):
    """A client that sends one message after the other until it is ended."""

    def __init__(self, port: int) -> None:
        super().__init__()
        call = sqs("SendMessage", QueueUrl="small", MessageBody="body")
        self._request = _raw(call)
        self._connection = Connection(HOST, port)
        self._connection.call(_raw(sqs("CreateQueue", QueueName="small")))
        self._connection.call(self._request)
        self._ended = threading.Event()
        self.longest = 0.0  # seconds

    def run(self) -> None:
        while not self._ended.is_set():
            since = time.perf_counter()
            try:
                self._connection.call(self._request)
            except Exception:  # noqa: BLE001 - a reset has dropped the queue, which is no answer of 200
                self._connection.call(_raw(sqs("CreateQueue", QueueName="small")))
            self.longest = max(self.longest, time.perf_counter() - since)

    def end(self) -> float:
        """The longest wait, in milliseconds."""
        self._ended.set()
        self.join()
        self._connection.close()
        return round(self.longest * 1e3, 3)


def _raw(call: Call) -> bytes:
    headers = {"host": "localhost", "content-length": str(len(call.body)), **call.headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{call.method} {call.path} HTTP/1.1\r\n{head}\r\n".encode() + call.body


def measured(case: str, scale: Scale) -> dict[str, float]:
    """The figures of one round, in milliseconds."""
    with paused(case, scale) as server:
        other = Other(server.port)
        other.start()
        calls = CASES[case].calls(scale)
        with closing(http.client.HTTPConnection(HOST, server.port, timeout=_TIMEOUT)) as connection:
            connection.connect()
            server.command()
            since = time.perf_counter()
            for call in calls:
                connection.request(call.method, call.path, call.body, dict(call.headers))
                answer = connection.getresponse()
                while answer.read(1 << 20):
                    pass
                assert answer.status in (200, 204, 404), answer.status
            own = time.perf_counter() - since
        time.sleep(0.3)  # what goes on after the answer counts, too
        turns = server.command()
        return {OTHER: other.end(), TURN: turns["wall"], TURN_CPU: turns["cpu"], OWN: round(own * 1e3, 3)}


@benchmark("pauses", __doc__)
@click.option("--messages", default=MESSAGES, show_default=True)
@click.option("--resources", default=RESOURCES, show_default=True, help="Queues, topics or subscriptions.")
@click.option("--cases", "chosen", default="all", show_default=True, help="Names, with commas.")
@click.option("--rounds", default=3, show_default=True)
def main(messages: int, resources: int, chosen: str, rounds: int) -> Iterator[Measured]:
    scale = Scale(messages, resources)
    wanted = names(list(CASES), chosen)
    found: dict[str, list[dict[str, float]]] = {case: [] for case in wanted}
    for _ in range(rounds):
        for case in wanted:
            found[case].append(measured(case, scale))
    for title, rounds_of in zip(cases(messages, resources, wanted), found.values(), strict=True):
        for measure in (TURN_CPU, TURN, OTHER, OWN):
            yield Figure(title, EMULATOR, measure, "ms", [each[measure] for each in rounds_of])


def cases(messages: int, resources: int, names: Iterable[str] = CASES) -> Iterator[str]:
    """The titles of the cases in the results."""
    for name in names:
        yield f"{name}, {messages if CASES[name].of == 'messages' else resources:,}"


if __name__ == "__main__":
    main()
