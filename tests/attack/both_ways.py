"""Raw bytes on a connection, by the fast way and by the plain ASGI way, and what both answer.

Both get the same segments, on emulators with the same seed and a clock that stands still. Every byte of their answers
must be equal, and so must the end of the connection. No answer may be a 500, and nothing may raise.
"""

import asyncio
import logging
from collections.abc import Sequence

from emulator.configuration.settings import Settings
from emulator.http.aws_connection import AwsConnection
from emulator.http.connection import Connection
from emulator.serving.app import Emulator
from tests.http.transport import Transport, connected

SETTINGS = Settings(seed=1, clock_at=1_750_000_000.0)
_CREATE = (
    b"POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AmazonSQS.CreateQueue\r\n"
    b'Content-Type: application/x-amz-json-1.0\r\nContent-Length: 21\r\n\r\n{"QueueName":"queue"}'
)
_MOST_TURNS = 2_000  # of the loop, until whatever comes in is answered


class _Recorder(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.errors.append(self.format(record))


async def _converse(kind: type[Connection], segments: Sequence[bytes]) -> Transport:
    connection, transport = connected(kind, Emulator(SETTINGS))
    connection.data_received(_CREATE)
    await _quiet(transport)
    assert transport.written.startswith(b"HTTP/1.1 200 "), transport.written
    transport.written = b""
    for segment in segments:
        if transport.closed:
            break
        connection.data_received(segment)
    await _quiet(transport)
    closed = transport.closed
    connection.connection_lost(None)
    await _quiet(transport)
    transport.closed = closed
    return transport


async def _quiet(transport: Transport) -> None:
    """Give way until nothing more is written; what waits for time is not waited for."""
    written, still = -1, 0
    for _ in range(_MOST_TURNS):
        await asyncio.sleep(0)
        still = still + 1 if len(transport.written) == written else 0
        written = len(transport.written)
        if still > 20:
            return


def check(segments: Sequence[bytes]) -> None:
    """AssertionError if the two ways differ in what they do with ``segments``, or fail."""
    recorder = _Recorder()
    logging.getLogger().addHandler(recorder)
    try:
        fast, plain = (asyncio.run(_converse(kind, segments)) for kind in (AwsConnection, Connection))
    finally:
        logging.getLogger().removeHandler(recorder)
    assert recorder.errors == [], recorder.errors[0]
    assert b"HTTP/1.1 500 " not in fast.written, fast.written
    assert fast.written == plain.written
    assert fast.closed == plain.closed
