"""The port of a process at which the other processes of its cluster call it."""

from emulator.app import Emulator
from emulator.asgi import Receive, Scope, Send
from emulator.cluster.peers import CLIENT
from emulator.http.aws_connection import AwsConnection


class PeerEntrance(AwsConnection):
    """A connection from another process. Its requests are those of clients, whose addresses a header tells."""

    def _read_head(self) -> bool:
        read = super()._read_head()
        told = self._headers.get(CLIENT)
        if told is not None:
            scheme, _, address = told.decode("latin-1").partition(" ")
            host, _, port = address.partition(" ")
            self._scheme = "https" if scheme == "https" else "http"
            self._client = host, int(port) if port.isdecimal() else 0
        return read


class PeerApplication:
    """What a process answers to the other processes: their clients' requests, about what is in this process alone."""

    def __init__(self, emulator: Emulator) -> None:
        self.gateway = emulator.gateway
        self._emulator = emulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._emulator(scope, receive, send)
