"""One server for all worker processes of a test run.

The process that controls the run starts the server when a worker first asks for it. Workers ask at a loopback socket,
whose address they get when they start. Every worker gets the same answer: one thread answers one request after the
other, so two workers that ask at the same moment get the same server.
"""

import json
import socket
import threading
from collections.abc import Callable
from typing import Any, Protocol

from emulator.testing.server_process import ServerProcess

Address = tuple[str, int]

_LOOPBACK = "127.0.0.1"


class Server(Protocol):
    url: str

    def close(self) -> None: ...


class SharedServer:
    """The server's side, in the process that controls the run. ``close`` ends the server, if it was started."""

    def __init__(self, start: Callable[[], Server] = ServerProcess) -> None:
        """``start`` starts the server."""
        self._start = start
        self._server: Server | None = None
        self._closing = False
        self._listener = socket.create_server((_LOOPBACK, 0))
        self.address: Address = self._listener.getsockname()[:2]
        self._thread = threading.Thread(target=self._answer_all, name="emulator-for-workers", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing = True
        socket.create_connection(self.address).close()  # wakes the thread
        self._thread.join()
        self._listener.close()
        if self._server is not None:
            self._server.close()

    def _answer_all(self) -> None:
        while True:
            asker, _ = self._listener.accept()
            with asker:
                if self._closing:
                    return
                self._answer(asker)

    def _answer(self, asker: socket.socket) -> None:
        try:
            if self._server is None:
                self._server = self._start()
            answer = {"url": self._server.url}
        except (OSError, RuntimeError) as error:
            answer = {"error": str(error)}
        except BaseException as error:  # noqa: BLE001 - without an answer the worker, which fails with this, would wait
            answer = {"error": f"The emulator did not start: {error!r}"}
        try:
            asker.sendall(json.dumps(answer).encode())
        except OSError:
            return  # the worker has ended


def url_of_shared_server(address: Address) -> str:
    """The workers' side: the URL of the server, which is running then. RuntimeError if there is none."""
    try:
        with socket.create_connection(address) as connection, connection.makefile("rb") as stream:
            text = stream.read()
    except ConnectionError:
        text = b""
    if not text:
        raise RuntimeError("The emulator did not start: the test run has ended.")
    answer: dict[str, Any] = json.loads(text)
    if "url" not in answer:
        raise RuntimeError(answer["error"])
    return str(answer["url"])
