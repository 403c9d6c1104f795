import asyncio
import socket
import ssl
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from emulator.configuration.settings import Settings
from emulator.http.acceptor import Acceptor
from emulator.http.aws_connection import AwsConnection
from emulator.serving.app import Emulator
from emulator.serving.listeners import Listeners, listen
from emulator.serving.server import Server
from emulator.serving.start import tls_context
from tests import patience
from tests.turns import counted

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="asyncio's own loop accepts there")

CROWD = 100
FEW_TURNS = 20  # of the event loop; with one connection in each turn, they would be more than the crowd

Run = Callable[[Coroutine[Any, Any, None]], None]


@pytest.fixture(params=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    """Runs a coroutine on a loop of this kind."""
    factory = None
    if request.param == "uvloop":
        factory = pytest.importorskip("uvloop").new_event_loop

    def in_loop(coroutine: Coroutine[Any, Any, None]) -> None:
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(coroutine)

    return in_loop


class Crowd:
    """Connections as the server sees them. Each answers what it gets."""

    def __init__(self) -> None:
        self.transports: list[Any] = []
        self.complete = asyncio.Event()

    def protocol(self) -> asyncio.Protocol:
        crowd = self

        class Made(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                self.transport: Any = transport
                crowd.transports.append(self.transport)
                if len(crowd.transports) == CROWD:
                    crowd.complete.set()

            def data_received(self, data: bytes) -> None:
                self.transport.write(data)

        return Made()


def test_crowd_is_accepted_in_a_few_turns(run: Run) -> None:
    async def meet() -> None:
        listener = socket.create_server(("127.0.0.1", 0), backlog=CROWD)
        clients = [socket.create_connection(listener.getsockname()) for _ in range(CROWD)]
        crowd = Crowd()
        server = await asyncio.get_running_loop().create_server(Acceptor(listener, crowd.protocol, None), sock=listener)
        _, turns = await asyncio.wait_for(counted(crowd.complete.wait()), patience.SECONDS)
        sockets = [transport.get_extra_info("socket") for transport in crowd.transports]
        assert len({each.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for each in sockets}) == 1
        assert len({transport.get_extra_info("peername") for transport in crowd.transports}) == CROWD
        for transport in crowd.transports:
            transport.close()
        server.close()
        for client in clients:
            client.close()
        assert turns < FEW_TURNS

    run(meet())


def test_crowd_is_accepted_over_tls_and_one_that_speaks_no_tls_harms_no_other(run: Run) -> None:
    async def meet() -> None:
        listener = socket.create_server(("127.0.0.1", 0), backlog=CROWD)
        context = tls_context(Settings(tls=True))
        server = await asyncio.get_running_loop().create_server(
            Acceptor(listener, Crowd().protocol, context), sock=listener, ssl=context
        )
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE

        async def ask(number: int) -> None:
            tls = None if number % 3 == 2 else trusting
            reader, writer = await asyncio.open_connection(*listener.getsockname(), ssl=tls)
            writer.write(b"hello\n")
            assert (await reader.read(5)) == (b"hello" if tls else b"")
            writer.close()

        await asyncio.wait_for(asyncio.gather(*map(ask, range(12))), patience.SECONDS)
        server.close()

    run(meet())


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_both_ports_of_the_server_accept_a_crowd(host: str) -> None:
    async def meet() -> None:
        listeners = [listen(host, 0) for _ in range(2)]
        clients = [socket.create_connection(each.getsockname()[:2]) for each in listeners for _ in range(CROWD)]
        settings = Settings(host=host, control_port=0)
        server = Server(Emulator(settings), settings, Listeners(*listeners))
        serving = asyncio.create_task(server.serve(sockets=listeners[:1]))
        turns = 0
        while len(server.server_state.connections) < len(clients):
            await asyncio.sleep(0)
            turns += bool(server.server_state.connections)
        server.should_exit = True
        for client in clients:
            client.close()
        await serving
        assert turns < FEW_TURNS
        assert [listener.fileno() for listener in listeners] == [-1, -1]

    uvloop = pytest.importorskip("uvloop")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(meet())


def test_windows_leaves_accepting_to_its_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings()
    with listen("127.0.0.1", 0) as listener:
        monkeypatch.setattr(sys, "platform", "win32")
        server = Server(Emulator(settings), settings, Listeners(listener))
        monkeypatch.undo()
    made: object = server.config.http_protocol_class
    assert made is AwsConnection
