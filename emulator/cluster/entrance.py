"""The port of a process at which the other processes of its cluster call it."""

import msgspec

from emulator.cluster.cluster import MISDIRECTED, Cluster
from emulator.cluster.subscription_list import PATH as SUBSCRIPTIONS
from emulator.cluster.transfer_service import PATH as TRANSFERS
from emulator.configuration.settings import Settings
from emulator.serving.app import CONTROL_PATHS, Emulator
from emulator.serving.asgi import AsgiApp, Receive, Scope, Send, send_response
from emulator.sns.delivery.transfers import Portion
from emulator.sns.owned_subscriptions import WantedSubscriptions
from emulator.wire.http import HttpResponse


class PeerApplication:
    """What a process answers to the other processes: their clients' requests, about what is in this process alone."""

    def __init__(self, cluster: Cluster, emulator: Emulator) -> None:
        self.gateway = emulator.gateway
        self.joins_headers = emulator.joins_headers
        self.reads_all_headers = True
        self._cluster = cluster
        self._emulator = emulator
        emulator.wrap_control = self._wrap_control

    def _wrap_control(self, alone: AsgiApp, settings: Settings) -> AsgiApp:
        """The control interface of the cluster, by that of this process."""
        from emulator.cluster.control import cluster_control

        return cluster_control(self._cluster, alone, settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == TRANSFERS:
            await send_response(send, await self._take(await _body(receive)))
        elif scope["path"] == SUBSCRIPTIONS:
            wanted = msgspec.json.decode(await _body(receive), type=WantedSubscriptions)
            await send_response(send, _as_json(self._cluster.subscriptions.owned(wanted)))
        elif scope["path"].startswith(CONTROL_PATHS):  # at whatever port clients reach it
            await self._emulator.answer_control(scope, receive, send)
        else:
            await self._emulator(scope, receive, send)

    async def _take(self, body: bytes) -> HttpResponse:
        """Take messages for the queues of an account."""
        portion, cluster = msgspec.json.decode(body, type=Portion), self._cluster
        if not cluster.is_here(portion.to) and await cluster.find_owner(portion.to) is not None:
            return MISDIRECTED
        return _as_json(cluster.transfers.take(portion))


def _as_json(value: object) -> HttpResponse:
    text = msgspec.json.encode(value)
    return HttpResponse(200, b"content-type: application/json\r\ncontent-length: %d\r\n" % len(text), text)


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        event = await receive()
        body += event.get("body", b"")
        if not event.get("more_body", False):
            return bytes(body)
