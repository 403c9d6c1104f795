"""A real HTTP server as subscriber, which can be made to misbehave."""

import json
import socket
import ssl
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, Queue
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from typing import Any

from tests import patience

QUIET_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Request:
    """What came in. ``headers`` have the spelling in which they came; ``connection`` numbers the connections."""

    connection: int
    line: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        return self.headers["x-amz-sns-message-type"]

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def document(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


class Connection:
    """The server's side of one connection, as behaviors use it. ``over`` is set when the test ends."""

    def __init__(self, peer: socket.socket, over: Event) -> None:
        self.peer = peer
        self.over = over

    def answer(self, status: int, body: bytes = b"", *headers: str) -> None:
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers, "", ""]
        self.send("\r\n".join(lines).encode() + body)

    def send(self, data: bytes) -> None:
        self.peer.sendall(data)

    def reset(self) -> None:
        self.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.peer.close()


# What to do with a request; whether the connection stays open.
Behavior = Callable[[Connection, Request], bool]


def answering(status: int, body: bytes = b"", *headers: str) -> Behavior:
    def behave(connection: Connection, _: Request) -> bool:
        connection.answer(status, body, *headers)
        return True

    return behave


def in_turn(*behaviors: Behavior) -> Behavior:
    """One after the other; the last one for good."""
    left = list(behaviors)

    def behave(connection: Connection, request: Request) -> bool:
        return (left.pop(0) if len(left) > 1 else left[0])(connection, request)

    return behave


def hang(connection: Connection, _: Request) -> bool:
    connection.over.wait()
    return False


OK = answering(200)


class Subscriber:
    """Listens on a port of its own; ``behave`` can be changed at any time."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.behave: Behavior = OK
        self.requests: Queue[Request] = Queue()
        self.over = Event()
        self.closed_connections: Queue[int] = Queue()
        self._connections = 0
        subscriber = self

        class Handler(BaseRequestHandler):
            def handle(self) -> None:
                subscriber.serve(self.request, tls)

        class Server(ThreadingTCPServer):
            daemon_threads = True
            request_queue_size = 256

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self.url = f"http{'s' if tls else ''}://{'localhost' if tls else '127.0.0.1'}:{self.port}/hook"
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def next(self) -> Request:
        """The next request that has come, or comes."""
        return self.requests.get(timeout=patience.SECONDS)

    def nothing_comes(self) -> bool:
        try:
            self.requests.get(timeout=QUIET_SECONDS)
        except Empty:
            return True
        return False

    def stop(self) -> None:
        """Refuse connections from now on, and end those that are open."""
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    def serve(self, plain: socket.socket, tls: ssl.SSLContext | None) -> None:
        self._connections += 1
        number = self._connections
        try:
            peer = tls.wrap_socket(plain, server_side=True) if tls else plain
            self._converse(number, peer)
            peer.close()
        except OSError:
            pass  # the other side has gone, which some tests are about
        finally:
            self.closed_connections.put(number)

    def _converse(self, number: int, peer: socket.socket) -> None:
        with peer.makefile("rb") as stream:
            while not self.over.is_set():
                line = stream.readline().decode().strip()
                if not line:
                    return
                headers: dict[str, str] = {}
                while header := stream.readline().decode("latin-1").strip():
                    name, _, value = header.partition(": ")
                    headers[name] = value
                request = Request(number, line, headers, stream.read(int(headers.get("Content-Length", "0"))))
                self.requests.put(request)
                if not self.behave(Connection(peer, self.over), request):
                    return


@contextmanager
def running_subscriber(tls: ssl.SSLContext | None = None) -> Iterator[Subscriber]:
    subscriber = Subscriber(tls)
    try:
        yield subscriber
    finally:
        subscriber.stop()
