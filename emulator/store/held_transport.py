"""A transport that lets an answer leave when everything that it may tell of is in the file.

This is the only place where a store meets the connections: all that a connection writes is an answer, or part of one,
to a request that was performed before. So bytes wait, and neither actions nor answers know of it.
"""

import asyncio
from typing import Any

from emulator.store.journal import Journal

_FAILED = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_ANSWER = b"HTTP/1.1 "  # what an answer begins with
_INTERIM = b"HTTP/1.1 1"


class HeldTransport:
    """The side of a transport that writes. The rest of the transport is as it is."""

    def __init__(self, transport: asyncio.Transport, journal: Journal) -> None:
        self._transport = transport
        self._journal = journal

    def write(self, data: bytes) -> None:
        """Send ``data`` when all is committed that was recorded before it, and after all that was written before."""
        batch = self._journal.uncommitted
        if batch is None:
            self._transport.write(data)
        else:
            batch.waiting.append(_Held(self._transport, data))

    def close(self) -> None:
        """Close the connection after what was written before."""
        batch = self._journal.uncommitted
        if batch is None:
            self._transport.close()
        else:
            batch.waiting.append(_HeldEnd(self._transport))

    def write_eof(self) -> None:
        batch = self._journal.uncommitted
        if batch is None:
            self._transport.write_eof()
        else:
            batch.waiting.append(_HeldEof(self._transport))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class _Held:
    """Bytes that wait."""

    __slots__ = ("_data", "_transport")

    def __init__(self, transport: asyncio.Transport, data: bytes) -> None:
        self._transport = transport
        self._data = data

    def committed(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(self._data)

    def failed(self) -> None:
        """Answer that it failed, and end the connection. It is not known of other bytes which answer they are of."""
        if self._transport.is_closing():
            return
        if self._data.startswith(_ANSWER) and not self._data.startswith(_INTERIM):
            self._transport.write(_FAILED)
            self._transport.close()
        else:
            self._transport.abort()


class _HeldEnd:
    """The end of a connection, which waits."""

    __slots__ = ("_transport",)

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def committed(self) -> None:
        self._transport.close()

    failed = committed


class _HeldEof(_HeldEnd):
    """The end of what is sent, which waits."""

    __slots__ = ()

    def committed(self) -> None:
        if not self._transport.is_closing():
            self._transport.write_eof()
