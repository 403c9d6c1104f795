"""The sending side of one connection: answers leave in the order of their requests.

A request that cannot be answered at once has a slot in its channel. A slot has its turn when all answers before it are
sent. Its own answer may be complete by then, or come later:

    open ── its turn ──> begun ── its answer is complete ──> finished
      └───────────────────┴── the client hangs up, or the connection ends ──> abandoned

Requests are performed in their order too: a request with a slot is performed when the slot begins.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine
from http import HTTPStatus
from typing import Any, Final

from uvicorn.server import ServerState

from emulator.http.limits import END_OF_TLS_SECONDS, MAX_DROPPED_BYTES, MAX_WAITING_BYTES
from emulator.http.slot import Slot
from emulator.wire.http import HttpResponse

STATUS_LINES = {status: b"HTTP/1.1 %d \r\n" % status for status in range(100, 600)}
STATUS_LINES |= {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}


class Channel:
    """Writes answers to ``transport``, and stops reading while the client does not read them."""

    def __init__(
        self, transport: asyncio.Transport, server_state: ServerState, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.active_at = 0.0  # when data last came in or went out, by the loop's time
        self.ended = False  # whether the connection takes no more requests
        self.is_busy = False  # whether a new answer has to wait for others, or for the client to read
        self.is_cut_off = False  # whether a request was refused before all of it had come in
        self.is_draining = False  # whether all is answered, and what else comes in is dropped before the end
        self.reading = True
        self.write = transport.write  # writes a piece of the answer of the first slot
        self._transport = transport
        self._server_state = server_state
        self._loop = loop
        self._slots: deque[Slot] = deque()
        self._waiting_bytes = 0  # of the requests in slots, if there are several; of what is dropped
        self._beginning = False
        self._writable = asyncio.Event()
        self._writable.set()

    # -- Answers ---------------------------------------------------------------------------

    def send(self, response: HttpResponse, keep_alive: bool) -> None:
        """Write a whole answer: of the first slot, or, if the channel is not busy, of a request without a slot."""
        beginning = _beginnings.of(response.status, self._server_state.default_headers)
        if keep_alive:
            self.write(b"%b%b\r\n%b" % (beginning, response.head, response.body))
        else:
            self.write(b"%b%bconnection: close\r\n\r\n%b" % (beginning, response.head, response.body))
            self.ended = True
            if not self._slots:  # else ``finish`` does it
                self._transport.close()

    @property
    def default_head(self) -> bytes:
        """The header lines of all answers."""
        return _beginnings.default_head(self._server_state.default_headers)

    @property
    def first(self) -> Slot | None:
        """The slot whose turn it is; None if nothing waits."""
        return self._slots[0] if self._slots else None

    def invite(self) -> None:
        """Let the client send the body, for which it waits."""
        self.active_at = self._loop.time()
        self.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    async def writable(self) -> None:
        """Wait until the client has read enough of its answers."""
        await self._writable.wait()

    # -- Slots -----------------------------------------------------------------------------

    def open(self, slot: Slot) -> None:
        """Add the slot of the newest request."""
        self._slots.append(slot)
        self.is_busy = True
        self._begin()
        self.adjust_reading()

    def finish(self, slot: Slot) -> None:
        """Remove ``slot``, the first one, after its answer was sent, and begin the next one."""
        self._take_out(slot)
        if not slot.keep_alive:
            if slot.is_unread:
                self._drain()
            elif self.is_cut_off and self._transport.can_write_eof():
                self._drain()
                self._transport.write_eof()
            else:
                self.end()
            return
        self.active_at = self._loop.time()
        self._begin()
        self.adjust_reading()

    def withdraw(self, slot: Slot) -> None:
        """Remove ``slot``, if it is still open: its request gets no answer of its own."""
        if slot in self._slots:
            self._take_out(slot)
            slot.abandon()

    def _take_out(self, slot: Slot) -> None:
        self._slots.remove(slot)
        self._look_whether_busy()

    def _begin(self) -> None:
        """Begin the first slot, and each next one while the slot before it is finished at once."""
        if self._beginning:
            return
        self._beginning = True
        while self._slots and not self._slots[0].begun and self._writable.is_set():
            slot = self._slots[0]
            slot.begun = True
            slot.begin()
        self._beginning = False

    def start(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run ``coroutine`` in a task for which the server waits before it ends."""
        task = self._loop.create_task(coroutine)
        tasks = self._server_state.tasks
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return task

    # -- The end ---------------------------------------------------------------------------

    def end(self) -> None:
        """Close the connection, after all that was written is sent."""
        self.ended = True
        self._transport.close()
        self._abandon()

    def lost(self) -> None:
        """Called when the connection was lost."""
        self.ended = True
        self._abandon()
        self._writable.set()

    def finish_soon(self) -> None:
        """Answer the requests that have come in, and end the connection. Takes no more."""
        self.ended = True
        if self._slots:
            self._slots[-1].keep_alive = False
        else:
            self._transport.close()
            if self._transport.get_extra_info("sslcontext"):
                self._loop.call_later(END_OF_TLS_SECONDS, self._hang_up)

    def _hang_up(self) -> None:
        """End the connection of a client that does not confirm the end of TLS: it reads nothing while it is idle."""
        if self._transport.is_closing():
            self._transport.abort()

    def _drain(self) -> None:
        """Drop what still comes in of a request: a client that cannot send it would not look for the answer."""
        self._abandon()
        self.is_draining = self.is_busy = True
        self._waiting_bytes = 0
        self.adjust_reading()

    def _abandon(self) -> None:
        slots = list(self._slots)
        self._slots.clear()
        for slot in slots:
            slot.abandon()

    # -- Flow ------------------------------------------------------------------------------

    def pause_writing(self) -> None:
        """Called when the client does not read its answers: stop reading its requests."""
        self._writable.clear()
        self.is_busy = True
        self.adjust_reading()

    def resume_writing(self) -> None:
        self._writable.set()
        self._look_whether_busy()
        self._begin()
        self.adjust_reading()

    def _look_whether_busy(self) -> None:
        self.is_busy = self.is_draining or bool(self._slots) or not self._writable.is_set()

    def came_in(self, size: int) -> bool:
        """Count ``size`` bytes that came in while the channel is busy. Returns False if they are too many."""
        self._waiting_bytes += size
        if self.is_draining:
            return self._waiting_bytes <= MAX_DROPPED_BYTES
        self.adjust_reading()
        return self._waiting_bytes <= MAX_WAITING_BYTES

    def adjust_reading(self) -> None:
        """Read while the client reads its answers, and the application the body of its request.

        A hang-up is noticed only while reading. So reading continues after a request that waits.
        """
        slots = self._slots
        if len(slots) < 2 and not self.is_draining:
            self._waiting_bytes = 0
        is_full = slots and slots[-1].begun and slots[-1].is_full
        reading = self._writable.is_set() and not is_full
        if reading == self.reading or self._transport.is_closing():
            return
        self.reading = reading
        if reading:
            self.active_at = self._loop.time()
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()


class _Beginnings:
    """What answers begin with: the status line, and the headers that uvicorn adds to all of them.

    Uvicorn makes a new list of these headers every second.
    """

    __slots__ = ("_by_status", "_head", "_headers")

    def __init__(self) -> None:
        self._headers: list[tuple[bytes, bytes]] = []
        self._head = b""
        self._by_status: dict[int, bytes] = {}

    def of(self, status: int, headers: list[tuple[bytes, bytes]]) -> bytes:
        head = self.default_head(headers)
        beginning = self._by_status.get(status)
        if beginning is None:
            beginning = self._by_status[status] = STATUS_LINES[status] + head
        return beginning

    def default_head(self, headers: list[tuple[bytes, bytes]]) -> bytes:
        if headers is not self._headers:
            self._headers = headers
            self._head = b"".join([b"%b: %b\r\n" % header for header in headers])
            self._by_status.clear()
        return self._head


_beginnings: Final = _Beginnings()
