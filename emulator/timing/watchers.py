"""Waits for the next thing that happens."""

import asyncio


class Watchers:
    """Those who wait until ``wake`` is called."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    async def wait(self, until: float) -> bool:
        """Wait until something happens; False if nothing does before ``until``, by the event loop's clock."""
        loop = asyncio.get_running_loop()
        if until <= loop.time():
            return False
        future: asyncio.Future[None] = loop.create_future()
        self._waiting.add(future)
        try:
            async with asyncio.timeout_at(until):
                await future
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(future)
        return True

    def wake(self) -> None:
        """Let all who wait go on."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
