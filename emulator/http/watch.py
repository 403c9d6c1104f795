"""The patience of one connection: how long it waits for the client.

It has one timer, which looks now and then whether anything is late. A timer for each request would cost more than the
request.
"""

import asyncio
import logging
from typing import Protocol

from emulator.http.channel import Channel
from emulator.http.half_closed import LOOK_AGAIN_SECONDS, has_reset, is_waiting
from emulator.http.limits import HEAD_SECONDS, PAUSE_SECONDS

logger = logging.getLogger(__name__)


class Reader(Protocol):
    """What reads the requests of the connection."""

    head_began_at: float | None

    @property
    def is_reading(self) -> bool:
        """Whether a request has come in in part."""

    @property
    def awaits_body(self) -> bool:
        """Whether the client is to send more of a body."""

    def refuse(self, status: int, text: str) -> None:
        """Refuse the request that is being read."""


class Watch:
    """Closes a connection that is idle, and refuses a request that comes too slowly."""

    def __init__(
        self,
        connection: Reader,
        channel: Channel,
        transport: asyncio.Transport,
        loop: asyncio.AbstractEventLoop,
        keep_alive_seconds: float,
    ) -> None:
        self._connection: Reader | None = connection
        self._channel = channel
        self._transport = transport
        self._loop = loop
        self._keep_alive_seconds = keep_alive_seconds
        self._is_half_closed = False
        channel.active_at = loop.time()
        self._timer = loop.call_later(min(keep_alive_seconds, PAUSE_SECONDS), self._look)

    def end(self) -> None:
        """Called when the connection was lost."""
        self._connection = None  # they refer to each other
        self._timer.cancel()

    def look_in(self, seconds: float) -> None:
        self._timer.cancel()
        self._timer = self._loop.call_later(seconds, self._look)

    def waits_for_answers(self) -> bool:
        """Whether a client that sends no more still waits for answers. From now on this is looked at again."""
        if not is_waiting(self._transport):
            return False
        self._is_half_closed = True
        self.look_in(LOOK_AGAIN_SECONDS)
        return True

    def _look(self) -> None:
        connection = self._connection
        if connection is None or self._transport.is_closing():
            return
        if self._is_half_closed:
            if has_reset(self._transport) or not is_waiting(self._transport):
                self._channel.end()
            else:
                self.look_in(LOOK_AGAIN_SECONDS)
            return
        seconds = self._seconds_left(connection)
        if seconds > 0:
            self.look_in(min(seconds, PAUSE_SECONDS))
        elif self._channel.is_draining:
            self._channel.end()
        elif connection.is_reading:
            logger.warning("A request was refused with 408: it came too slowly.")
            connection.refuse(408, "The request came too slowly.")
            self.look_in(PAUSE_SECONDS)
        else:
            self._transport.close()

    def _seconds_left(self, connection: Reader) -> float:
        """How long the client may still take for what it is to do now."""
        channel, now = self._channel, self._loop.time()
        if connection.head_began_at is not None:
            return connection.head_began_at + HEAD_SECONDS - now
        if connection.awaits_body or channel.is_draining:
            return channel.active_at + PAUSE_SECONDS - now if channel.reading else PAUSE_SECONDS
        if channel.first is not None or connection.is_reading:
            return PAUSE_SECONDS
        return channel.active_at + self._keep_alive_seconds - now
