"""Answers leave in the order of their requests, and a connection reads no more than it can answer."""

import asyncio
import gc
import weakref
from collections.abc import Coroutine
from typing import Any

import pytest
from uvicorn.server import ServerState

from emulator.http.answer_slot import AnswerSlot, CallSlot, plain_text
from emulator.http.channel import Channel
from emulator.http.connection import Connection
from emulator.http.limits import END_OF_TLS_SECONDS, MAX_WAITING_BYTES
from emulator.wire.http import HttpRequest, HttpResponse, Unanswered
from tests import patience
from tests.http.transport import Loop, Transport, all_ended, complete_answers, connected


def channel_on(transport: Transport, loop: Any = None, state: ServerState | None = None) -> Channel:
    return Channel(transport, state or ServerState(), loop or asyncio.get_running_loop())


def texts(transport: Transport) -> list[bytes]:
    return [body for _, body in complete_answers(transport.written)]


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, patience.SECONDS))


class Gate:
    """Stands for the gateway, and performs each request by a function of the test."""

    def __init__(self) -> None:
        self.performed: list[str] = []
        self.outcomes: dict[str, Any] = {}

    def answer(self, request: HttpRequest) -> Any:
        self.performed.append(request.path)
        return self.outcomes.get(request.path, plain_text(200, request.path))


def call_slot(channel: Channel, gate: Gate, path: str, *, keep_alive: bool = True) -> CallSlot:
    gateway: Any = gate
    slot = CallSlot(channel, gateway, HttpRequest("POST", "http", path, b"", {}, b""), keep_alive=keep_alive)
    channel.open(slot)
    return slot


def test_slots_filled_in_any_order_leave_in_the_order_of_their_requests() -> None:
    async def scenario() -> None:
        transport = Transport()
        channel = channel_on(transport)
        slots = [AnswerSlot(channel, keep_alive=True) for _ in range(3)]
        for slot in slots:
            channel.open(slot)
        slots[2].fill(plain_text(200, "third"))
        slots[1].fill(plain_text(200, "second"))
        assert texts(transport) == []
        slots[0].fill(plain_text(200, "first"))
        assert texts(transport) == [b"first", b"second", b"third"]
        assert not channel.is_busy

    run(scenario())


def test_calls_behind_one_that_waits_are_performed_when_it_is_answered_and_not_before() -> None:
    async def scenario() -> None:
        transport, gate = Transport(), Gate()
        channel = channel_on(transport)
        coming = asyncio.get_running_loop().create_future()

        async def later() -> HttpResponse:
            await coming
            return plain_text(200, "late")

        gate.outcomes["/wait"] = later()
        for path in ("/wait", "/b", "/c"):
            call_slot(channel, gate, path)
        assert gate.performed == ["/wait"]
        coming.set_result(None)
        await transport.answered(3)
        assert gate.performed == ["/wait", "/b", "/c"]
        assert texts(transport) == [b"late", b"/b", b"/c"]

    run(scenario())


def test_reading_goes_on_behind_a_call_that_waits_until_too_much_has_come_in() -> None:
    async def scenario() -> None:
        transport, gate = Transport(), Gate()
        channel = channel_on(transport)
        first = AnswerSlot(channel, keep_alive=True)
        channel.open(first)
        assert channel.came_in(2 * MAX_WAITING_BYTES), "its own request"
        call_slot(channel, gate, "/")
        assert channel.came_in(MAX_WAITING_BYTES)
        assert not channel.came_in(1)
        assert transport.reading, "so that a hang-up is seen"
        first.fill(plain_text(200, "first"))
        channel.open(AnswerSlot(channel, keep_alive=True))
        call_slot(channel, gate, "/")
        assert channel.came_in(MAX_WAITING_BYTES), "what was answered counts no more"

    run(scenario())


def test_ten_thousand_calls_behind_one_another_take_no_deeper_stack_than_two() -> None:
    async def scenario() -> None:
        transport, gate = Transport(), Gate()
        channel = channel_on(transport)
        first = AnswerSlot(channel, keep_alive=True)
        channel.open(first)
        for _ in range(10_000):
            call_slot(channel, gate, "/")
        first.fill(plain_text(200, "first"))
        assert len(gate.performed) == 10_000

    run(scenario())


def test_client_that_hangs_up_cancels_what_waits_and_what_comes_behind_is_not_performed() -> None:
    async def scenario() -> None:
        transport, gate, state = Transport(), Gate(), ServerState()
        channel = channel_on(transport, state=state)
        cancelled = asyncio.Event()
        waits = asyncio.Event()

        async def later() -> HttpResponse:
            try:
                waits.set()
                await asyncio.get_running_loop().create_future()
            except asyncio.CancelledError:
                cancelled.set()
                raise
            raise AssertionError("it is cancelled")

        gate.outcomes["/wait"] = later()
        call_slot(channel, gate, "/wait")
        call_slot(channel, gate, "/behind")
        await waits.wait()
        channel.lost()
        await cancelled.wait()
        assert gate.performed == ["/wait"]
        assert transport.written == b""
        await all_ended(state)

    run(scenario())


def test_client_may_hang_up_before_what_waits_has_begun() -> None:
    async def scenario() -> None:
        gate, state = Gate(), ServerState()
        channel = channel_on(Transport(), state=state)

        async def later() -> HttpResponse:
            raise AssertionError("it never begins")

        gate.outcomes["/wait"] = later()
        call_slot(channel, gate, "/wait")
        channel.lost()
        await all_ended(state)

    run(scenario())
    gc.collect()  # a coroutine that was never awaited is a warning, and so an error


def test_answer_that_comes_although_the_client_has_gone_is_dropped() -> None:
    async def scenario() -> None:
        transport = Transport()
        channel = channel_on(transport)
        slot = AnswerSlot(channel, keep_alive=True)
        channel.open(slot)
        channel.lost()
        slot.fill(plain_text(200, "late"))
        assert transport.written == b""

    run(scenario())


def test_unanswered_ends_the_connection_behind_earlier_answers_and_later_calls_are_not_performed() -> None:
    async def scenario() -> None:
        transport, gate = Transport(), Gate()
        channel = channel_on(transport)
        slots = [AnswerSlot(channel, keep_alive=True) for _ in range(2)]
        for slot in slots:
            channel.open(slot)
        call_slot(channel, gate, "/behind")
        slots[1].fill(Unanswered())
        assert not transport.closed
        slots[0].fill(plain_text(200, "first"))
        assert (texts(transport), transport.closed, gate.performed) == ([b"first"], True, [])

    run(scenario())


def test_connection_ends_behind_the_answer_that_closes_it() -> None:
    async def scenario() -> None:
        transport, gate = Transport(), Gate()
        channel = channel_on(transport)
        first = AnswerSlot(channel, keep_alive=False)
        channel.open(first)
        call_slot(channel, gate, "/behind")
        first.fill(plain_text(200, "first"))
        assert b"connection: close\r\n" in transport.written
        assert (transport.closed, gate.performed) == (True, [])

    run(scenario())


def test_nothing_is_performed_for_a_client_that_does_not_read_its_answers() -> None:
    async def scenario() -> None:
        transport, gate = Transport(), Gate()
        channel = channel_on(transport)
        channel.pause_writing()
        assert (channel.is_busy, transport.reading) == (True, False)
        call_slot(channel, gate, "/a")
        call_slot(channel, gate, "/b")
        assert gate.performed == []
        channel.resume_writing()
        assert texts(transport) == [b"/a", b"/b"]
        assert (channel.is_busy, transport.reading) == (False, True)

    run(scenario())


def test_call_that_fails_for_a_fault_of_ours_is_answered_with_500(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        transport, gate = Transport(), Gate()

        async def later() -> HttpResponse:
            raise ZeroDivisionError

        gate.outcomes["/fault"] = later()
        call_slot(channel_on(transport), gate, "/fault")
        await transport.answered(1)
        assert complete_answers(transport.written) == [(500, b"Internal Server Error")]
        assert transport.closed

    run(scenario())
    assert [record.exc_info is not None for record in caplog.records] == [True]


def test_call_that_the_server_cancels_at_its_end_is_answered_with_500() -> None:
    async def scenario() -> None:
        transport, gate, state = Transport(), Gate(), ServerState()
        waits = asyncio.Event()

        async def later() -> HttpResponse:
            waits.set()
            await asyncio.get_running_loop().create_future()
            raise AssertionError("it is cancelled")

        gate.outcomes["/wait"] = later()
        call_slot(channel_on(transport, state=state), gate, "/wait")
        await waits.wait()
        for task in list(state.tasks):
            task.cancel()
        await transport.answered(1)
        assert complete_answers(transport.written) == [(500, b"Internal Server Error")]
        assert transport.closed

    run(scenario())


# -- The end of a connection ---------------------------------------------------------------


def test_connection_without_requests_closes_at_once_when_the_server_ends() -> None:
    transport = Transport()
    channel_on(transport, Loop()).finish_soon()
    assert transport.closed


def test_idle_client_that_does_not_confirm_the_end_of_tls_does_not_hold_up_the_end_of_the_server() -> None:
    transport, loop = Transport(tls=True), Loop()
    channel_on(transport, loop).finish_soon()
    assert (transport.closed, transport.aborted) == (True, False)
    loop.pass_time(END_OF_TLS_SECONDS)
    assert transport.aborted


def test_end_of_tls_that_waits_for_an_answer_is_waited_for() -> None:
    transport, loop = Transport(tls=True), Loop()
    channel_on(transport, loop).finish_soon()
    transport.closed = False  # as where the end is held until answers before it are kept on disk
    loop.pass_time(END_OF_TLS_SECONDS)
    assert not transport.aborted


def test_what_has_come_in_is_answered_when_the_server_ends() -> None:
    transport, gate = Transport(), Gate()
    channel = channel_on(transport, Loop())
    first = AnswerSlot(channel, keep_alive=True)
    channel.open(first)
    call_slot(channel, gate, "/last")
    channel.finish_soon()
    assert not transport.closed
    first.fill(plain_text(200, "first"))
    assert texts(transport) == [b"first", b"/last"]
    assert transport.written.count(b"connection: close\r\n") == 1
    assert transport.closed


def test_connection_that_has_gone_is_freed_without_the_garbage_collector() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def scenario() -> None:
        state = ServerState()
        connection, transport = connected(Connection, application, state)
        connection.data_received(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
        await transport.answered(1)
        await all_ended(state)
        connection.connection_lost(None)
        gone = weakref.ref(transport)  # to which the connection refers; none can refer weakly to a compiled connection
        del connection, transport
        assert gone() is None

    gc.disable()
    try:
        run(scenario())
    finally:
        gc.enable()
