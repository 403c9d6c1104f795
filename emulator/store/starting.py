"""What is answered while a store is read: health, at once, and everything else when the store has been read."""

import asyncio

from emulator.serving import health
from emulator.serving.app import Emulator
from emulator.serving.asgi import Receive, Scope, Send


class Starting:
    """An ASGI application in front of an emulator that is not ready yet."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._ready = asyncio.Event()
        emulator.stages.reads_store = True

    def end(self) -> None:
        """Let the emulator answer."""
        self._emulator.stages.reads_store = False
        self._ready.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] not in health.PATHS:
            await self._ready.wait()
        await self._emulator(scope, receive, send)
