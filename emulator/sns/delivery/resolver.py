"""Resolves the names of endpoints. A name server that does not answer delays its own names only.

The system's resolver blocks, for half a minute where no name server answers. So each lookup has a thread of its own,
which the end of the process does not wait for, and there is one lookup of a name at a time.
"""

import asyncio
import socket
from collections import deque
from contextlib import suppress
from ipaddress import ip_address
from threading import Thread
from typing import Any

from emulator.sns.delivery.answer import NoAnswer

_LOOKUPS_MAX = 64  # at a time
_KEPT_SECONDS = 10.0
_KEPT_MAX = 1_024  # names

Addresses = tuple[str, ...]  # in the order in which they should be tried


class Resolver:
    """The addresses of hosts. What was found is used again for some seconds."""

    def __init__(self) -> None:
        self._lookups: dict[str, asyncio.Future[Addresses]] = {}
        self._line: deque[str] = deque()  # hosts whose lookup has not begun
        self._threads = 0
        self._found: dict[str, tuple[float, Addresses]] = {}  # by host, with the event loop's time until which

    async def resolve(self, host: str) -> Addresses:
        """The addresses of ``host``, which may be one; at least one. Raises NoAnswer if there are none."""
        if _is_address(host):
            return (host,)
        loop = asyncio.get_running_loop()
        until, addresses = self._found.get(host, (0.0, ()))
        if loop.time() < until:
            return addresses
        lookup = self._lookups.get(host)
        if lookup is None:
            lookup = self._lookups[host] = loop.create_future()
            lookup.add_done_callback(_retrieve)
            self._line.append(host)
            self._begin()
        return await asyncio.shield(lookup)

    def _begin(self) -> None:
        while self._line and self._threads < _LOOKUPS_MAX:
            self._threads += 1
            loop = asyncio.get_running_loop()
            Thread(target=self._look_up, args=(self._line.popleft(), loop), name="resolver", daemon=True).start()

    def _look_up(self, host: str, loop: asyncio.AbstractEventLoop) -> None:
        """In a thread."""
        found: Addresses | NoAnswer
        try:
            infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
            found = tuple(dict.fromkeys(_address(info[4]) for info in infos))
        except (OSError, UnicodeError) as error:
            text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            found = NoAnswer(f"the host {host} cannot be resolved: {text}")
        with suppress(RuntimeError):  # the event loop was closed in the meantime
            loop.call_soon_threadsafe(self._end, host, found)

    def _end(self, host: str, found: Addresses | NoAnswer) -> None:
        self._threads -= 1
        self._begin()
        lookup = self._lookups.pop(host)
        if isinstance(found, NoAnswer):
            lookup.set_exception(found)
            return
        while len(self._found) >= _KEPT_MAX:
            del self._found[next(iter(self._found))]
        self._found.pop(host, None)
        self._found[host] = asyncio.get_running_loop().time() + _KEPT_SECONDS, found
        lookup.set_result(found)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _address(found: tuple[Any, ...]) -> str:
    """The address, with its zone if it has one: the fourth member of an IPv6 address."""
    host, zone = str(found[0]), found[3] if len(found) > 3 else 0
    return f"{host}%{zone}" if zone and "%" not in host else host


def _retrieve(lookup: asyncio.Future[Addresses]) -> None:
    """Take the error, which would be logged if all callers had been canceled."""
    if not lookup.cancelled():
        lookup.exception()
