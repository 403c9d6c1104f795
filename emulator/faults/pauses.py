"""Pauses of requests, in real time."""

import asyncio


class Pauses:
    """The pauses of one fault. A paused request can be cancelled, and continues when the fault is removed."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Future[None], None] = {}  # in order of arrival
        self._closed = False

    def __len__(self) -> int:
        """How many requests are paused."""
        return len(self._waiting)

    async def pause(self, seconds: float) -> None:
        if self._closed:
            return
        loop = asyncio.get_running_loop()
        over: asyncio.Future[None] = loop.create_future()
        timer = loop.call_later(seconds, _end, over)
        self._waiting[over] = None
        try:
            await over
        finally:
            timer.cancel()
            del self._waiting[over]

    def close(self) -> None:
        """End all pauses, in the order in which they began, and allow no more."""
        self._closed = True
        for over in self._waiting:
            _end(over)


def _end(over: asyncio.Future[None]) -> None:
    if not over.done():
        over.set_result(None)
