"""A real browser, driven by the DevTools protocol over pipes, and the servers of the pages that it visits."""

import asyncio
import json
import os
import shutil
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any, Literal

from tests import patience

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

# Names that a stranger has registered; the browser finds all of them on this machine.
PAGE_HOST, REBOUND_HOST = "attacker.example", "evil.example"
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-popup-blocking",
    f"--host-resolver-rules=MAP {PAGE_HOST} 127.0.0.1, MAP {REBOUND_HOST} 127.0.0.1",
    "--remote-debugging-pipe",
)


# The browser reads calls from the file descriptor 3, and writes to 4.
_LAUNCH = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
_BUFFER_BYTES = 1 << 26  # for a message of the browser


class Tab:
    """One page in the browser."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.WriteTransport) -> None:
        self._reader = reader
        self._writer = writer
        self._session: dict[str, str] = {}  # none while calls are for the browser itself
        self._calls = 0
        self._events: list[str] = []

    async def open(self) -> None:
        """Open the page. Call this first."""
        target = await self.call("Target.createTarget", url="about:blank")
        attached = await self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = {"sessionId": attached["sessionId"]}

    async def call(self, method: str, **params: Any) -> Any:
        """The result of a method: https://chromedevtools.github.io/devtools-protocol/."""
        self._calls += 1
        message = {"id": self._calls, "method": method, "params": params, **self._session}
        self._writer.write(json.dumps(message).encode() + b"\0")
        while (answer := await self._receive()).get("id") != self._calls:
            pass
        assert "error" not in answer, answer
        return answer["result"]

    async def _receive(self) -> dict[str, Any]:
        data = await asyncio.wait_for(self._reader.readuntil(b"\0"), 10 * patience.SECONDS)
        message: dict[str, Any] = json.loads(data[:-1])
        if "method" in message:
            self._events.append(message["method"])
        return message

    async def evaluate(self, expression: str) -> Any:
        """The value of an expression, or of the promise that it is. It runs as if the user had clicked."""
        answer = await self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, userGesture=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def visit(self, url: str) -> None:
        await self.call("Page.enable")
        self._events.clear()
        await self.call("Page.navigate", url=url)
        while "Page.loadEventFired" not in self._events:
            await self._receive()

    async def click(self, x: int, y: int) -> None:
        for kind in ("mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)


@asynccontextmanager
async def browser(profile: Path) -> AsyncIterator[Tab]:
    """A browser with a new ``profile``, and its one tab."""
    assert CHROMIUM is not None
    its_input, our_output = os.pipe()
    our_input, its_output = os.pipe()
    command = [CHROMIUM, *_FLAGS, f"--user-data-dir={profile}", "about:blank"]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _LAUNCH, str(its_input), str(its_output), *command),
        pass_fds=(its_input, its_output),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    os.close(its_input)
    os.close(its_output)
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader(_BUFFER_BYTES)
    from_browser, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), _end(our_input, "rb"))
    to_browser, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, _end(our_output, "wb"))
    try:
        tab = Tab(reader, to_browser)
        await tab.open()
        yield tab
    finally:
        with suppress(ProcessLookupError):  # it has ended
            process.terminate()
        await asyncio.wait_for(process.wait(), patience.SECONDS)
        to_browser.close()
        from_browser.close()


def _end(descriptor: int, mode: Literal["rb", "wb"]) -> IO[bytes]:
    """One end of a pipe, for a transport, which closes it."""
    return open(descriptor, mode, buffering=0)


@contextmanager
def page_server(page: str) -> Iterator[int]:
    """A server that answers every request with ``page``; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = page.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the standard library
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Rebinding:
    """A port whose connections lead to one server, and after ``rebind`` to another, as a name that was rebound."""

    def __init__(self, first: int) -> None:
        """``first`` is a port, like that of ``rebind``."""
        self._target = first
        self._connections: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[int]:
        """Serve the port, which is given, until the end of the block."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for connection in self._connections:
                connection.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)

    def rebind(self, port: int) -> None:
        self._target = port

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target)
        try:
            await asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer), return_exceptions=True)
        finally:
            self._connections.discard(task)
            writer.close()
            there_writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()
