"""Hostile neighbors of a server: clients that ask for nonsense, do not read or do not finish, and hostile endpoints.

Each runs on a thread of its own, at a bounded rate, until it is stopped. All of it is on loopback.
"""

import http.client
import socket
import struct
from collections import Counter
from collections.abc import Callable
from random import Random
from threading import Event, Thread

from tests.attack.generated import Generator
from tests.state.world import OTHER

HOST = "127.0.0.1"
TIMEOUT = 60
NO_FAULTS = (501, 503)  # not implemented; not ready yet

Behavior = Callable[["Neighbors", int], None]  # with the port; does one thing


class Neighbors:
    """The threads, and the statuses of the answers that they got."""

    def __init__(self, port: int) -> None:
        self.statuses: Counter[int] = Counter()
        self.faults: list[str] = []  # answers with 500, and what was asked for
        self.over = Event()
        self._port = port
        self._chance = Random(1)
        self._generator = Generator(Random(2), {})
        self._threads = [
            Thread(target=self._repeat, args=(behavior, seconds), name=behavior.__name__, daemon=True)
            for behavior, seconds in CLIENTS.items()
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self.over.set()
        for thread in self._threads:
            thread.join(TIMEOUT)

    def _repeat(self, behavior: Behavior, seconds: float) -> None:
        """Do it about every so many seconds. The server may end any of these connections."""
        while not self.over.wait(seconds):
            try:
                behavior(self, self._port)
            except (OSError, http.client.HTTPException):
                self.statuses[0] += 1

    def ask_nonsense(self, port: int) -> None:
        """One request that is refused, mostly."""
        operation, request = self._generator.request()
        headers = {name.decode(): value.decode("latin-1") for name, value in request.headers.items()}
        connection = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT)
        try:
            connection.request("POST", request.path, request.body, headers)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        self.statuses[answer.status] += 1
        if answer.status >= 500 and answer.status not in NO_FAULTS:
            self.faults.append(f"{answer.status} {operation.name} {request.body[:500]!r}: {body[:500]!r}")

    def read_slowly(self, port: int) -> None:
        """Pipelined requests, whose answers are read a byte at a time, and not to their end."""
        with socket.create_connection((HOST, port), TIMEOUT) as peer:
            request = b"GET /_emulator/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
            peer.sendall(request * 20)
            for _ in range(50):
                if self.over.wait(0.1) or not peer.recv(1):
                    return

    def ask_by_halves(self, port: int) -> None:
        """Half a request, a pause, and a reset of the connection."""
        halves = (
            b"POST / HT",
            b"POST / HTTP/1.1\r\nHost: localhost\r\nX-Am",
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nAction=",
            b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nAct",
            b"\x16\x03\x01\x00\xa5\x01\x00",
        )
        with socket.create_connection((HOST, port), TIMEOUT) as peer:
            peer.sendall(self._chance.choice(halves))
            self.over.wait(2)
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def hang_up_on_long_polls(self, port: int) -> None:
        """A long poll, and the end of the connection before it is answered."""
        body = b"Action=ReceiveMessage&QueueUrl=quiet&WaitTimeSeconds=20"
        scope = f"AWS4-HMAC-SHA256 Credential={OTHER}/20260101/us-east-1/sqs/aws4_request"
        head = f"POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: {scope}\r\n"
        head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        with socket.create_connection((HOST, port), TIMEOUT) as peer:
            peer.sendall(head.encode() + body)
            self.over.wait(0.5)


# How many seconds lie between two of each.
CLIENTS: dict[Behavior, float] = {
    Neighbors.ask_nonsense: 0.1,
    Neighbors.read_slowly: 1.0,
    Neighbors.ask_by_halves: 0.5,
    Neighbors.hang_up_on_long_polls: 0.5,
}


class HostileEndpoint:
    """An HTTP endpoint that accepts connections and misbehaves on each until it is over."""

    def __init__(self, behave: Callable[[socket.socket, Event], None]) -> None:
        self._behave = behave
        self._over = Event()
        self._listener = socket.create_server((HOST, 0))
        self.url = f"http://localhost:{self._listener.getsockname()[1]}/"
        self.connections = 0
        self._threads: list[Thread] = []

    def start(self) -> None:
        Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._over.set()
        self._listener.close()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                peer, _ = self._listener.accept()
            except OSError:  # it was closed
                return
            self.connections += 1
            Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        with peer:
            peer.settimeout(TIMEOUT)
            try:
                peer.recv(65_536)
                self._behave(peer, self._over)
            except OSError:  # the emulator has ended the connection
                return


def drip(peer: socket.socket, over: Event) -> None:
    """An answer of a byte a second."""
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000:
        peer.sendall(bytes([byte]))
        if over.wait(1):
            return


def flood(peer: socket.socket, over: Event) -> None:
    """Interim answers without end."""
    while not over.wait(0.05):
        peer.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 50)


def never_answer(peer: socket.socket, over: Event) -> None:
    over.wait(TIMEOUT)


def answer_without_end(peer: socket.socket, over: Event) -> None:
    """A body that does not end."""
    peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while not over.wait(0.05):
        peer.sendall(b"x" * 4096)


def answer_rubbish(peer: socket.socket, over: Event) -> None:
    peer.sendall(b"\0\xff" * 1000)


def redirect(peer: socket.socket, over: Event) -> None:
    """To itself."""
    peer.sendall(b"HTTP/1.1 301 X\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")


ENDPOINTS = (drip, flood, never_answer, answer_without_end, answer_rubbish, redirect)
