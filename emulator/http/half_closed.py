"""Clients that have closed their side of a connection: some wait for their answers, others are gone.

Both look the same: no more bytes come in. The difference shows when a byte is sent. The system of a client that is gone
resets the connection; one that waits accepts the byte. It is sent as urgent data, which is no part of the stream that
the client reads. On loopback the reset is here before the call returns.
"""

import asyncio
import select
import socket
import sys

LOOK_AGAIN_SECONDS = 1.0  # a client that waits may be gone later, and a reset over a network takes its time

_GONE = select.POLLERR | select.POLLHUP if sys.platform == "linux" else 0


def is_waiting(transport: asyncio.Transport) -> bool:
    """Whether the client still wants its answers. Only Linux tells; elsewhere it counts as gone.

    So does a client of TLS, in which closing one side is not possible.
    """
    connection = transport.get_extra_info("socket")
    if not _GONE or connection is None or transport.get_extra_info("sslcontext"):
        return False
    if transport.get_write_buffer_size():
        return not has_reset(transport)  # what is being sent tells as well
    try:
        with socket.socket(fileno=socket.dup(connection.fileno())) as probe:
            probe.setblocking(False)
            probe.send(b"!", socket.MSG_OOB)
    except OSError:
        return False
    return not has_reset(transport)


def has_reset(transport: asyncio.Transport) -> bool:
    """Whether the client's system has said that nobody waits there any more."""
    poll = select.poll()
    poll.register(transport.get_extra_info("socket").fileno(), 0)
    return any(event & _GONE for _, event in poll.poll(0))
