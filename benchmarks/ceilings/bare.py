"""A bare protocol on uvloop, without uvicorn and ASGI, with the minimal work.

python -m benchmarks.ceilings.bare PORT
"""

import asyncio
import sys
from typing import cast

import httptools
import uvloop

from benchmarks.ceilings.answers import CONTENT_TYPE, minimal_work


class BareProtocol(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's transports do not inherit from asyncio's
        self._parser = httptools.HttpRequestParser(self)
        self._headers: dict[bytes, bytes] = {}
        self._body = b""

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.lower()] = value

    def on_body(self, part: bytes) -> None:
        self._body += part

    def on_message_complete(self) -> None:
        id, answer = minimal_work(self._body) if self._body else (b"", b"")  # a GET only checks that the server is up
        self._transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: %b\r\nx-amzn-requestid: %b\r\ncontent-length: %d\r\n\r\n%b"
            % (CONTENT_TYPE, id, len(answer), answer)
        )
        self._headers = {}
        self._body = b""


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(BareProtocol, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
