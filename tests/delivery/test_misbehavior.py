"""Endpoints that do what endpoints should not do; none of it costs more than that endpoint's own deliveries."""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from functools import wraps
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from emulator.aws.place import Place
from emulator.sns.delivery.delivery import Attempt
from emulator.sns.delivery.schedule import CALLS_AT_A_TIME
from tests import patience
from tests.delivery.certificates import certified
from tests.delivery.postroom import NOW, Postroom, postroom
from tests.delivery.subscriber import OK, Connection, Request, Subscriber, answering, hang, running_subscriber

GIGABYTE = 1_000_000_000
Scenario = Callable[..., Coroutine[Any, Any, None]]


def in_event_loop(scenario: Scenario) -> Callable[..., None]:
    @wraps(scenario)
    def test(*args: Any, **kwargs: Any) -> None:
        asyncio.run(scenario(*args, **kwargs))

    return test


def failed_once(attempts: list[Attempt]) -> str:
    """Why the one attempt there was has failed; it will be made again in twenty seconds."""
    [attempt] = attempts
    assert (attempt.number, attempt.status, attempt.delivered) == (1, None, False)
    assert attempt.next_at == attempt.at + 20
    return attempt.answer


async def arrived(subscriber: Subscriber) -> Request:
    """The next request, without keeping the event loop from sending it."""
    return await asyncio.to_thread(subscriber.next)


@in_event_loop
async def test_refused_connection_is_tried_again() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unheard.getsockname()[1]}/"
        async with postroom() as room:
            attempts = room.send(url)
            await room.settle()
            assert "Connect" in failed_once(attempts)
            room.clock.advance(3_600)
            assert await room.settle() == []
            assert [attempt.at - NOW for attempt in attempts] == [0, 20, 40, 60]
            assert attempts[-1].next_at is None


@in_event_loop
async def test_reset_connection_is_tried_again(subscriber: Subscriber) -> None:
    def reset(connection: Connection, _: Request) -> bool:
        connection.reset()
        return False

    subscriber.behave = reset
    async with postroom() as room:
        attempts = room.send(subscriber.url)
        await room.settle()
        assert failed_once(attempts)


@in_event_loop
async def test_hanging_endpoint_is_given_up_after_fifteen_seconds_of_the_clock(subscriber: Subscriber) -> None:
    subscriber.behave = hang
    async with postroom(real_seconds=0.1) as room:
        attempts = room.send(subscriber.url)
        await arrived(subscriber)
        room.clock.advance(14.9)
        assert attempts == []
        room.clock.advance(0.1)
        await room.settle()
        assert failed_once(attempts) == "no answer within 15 seconds"
        assert (attempts[0].at, attempts[0].next_at) == (NOW + 15, NOW + 35)


@in_event_loop
async def test_jump_of_the_clock_leaves_an_answer_that_is_on_its_way_some_real_time(subscriber: Subscriber) -> None:
    async with postroom() as room:
        attempts = room.send(subscriber.url)
        room.clock.advance(86_400)
        await room.settle()
        assert [attempt.delivered for attempt in attempts] == [True]


@in_event_loop
async def test_answer_that_comes_byte_by_byte_is_too_late(subscriber: Subscriber) -> None:
    def drip(connection: Connection, _: Request) -> bool:
        for number in range(10_000):
            connection.send(b"HTTP/1.1 200 OK\r\nX-Drip: "[number : number + 1] or b"x")
            if connection.over.wait(0.005):
                break
        return False

    subscriber.behave = drip
    async with postroom(real_seconds=0.1) as room:
        attempts = room.send(subscriber.url)
        await arrived(subscriber)
        room.clock.advance(15)
        await room.settle()
        assert failed_once(attempts) == "no answer within 15 seconds"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@in_event_loop
async def test_redirect_is_not_followed_and_final(subscriber: Subscriber, status: int) -> None:
    with running_subscriber() as elsewhere:
        subscriber.behave = answering(status, b"", f"Location: {elsewhere.url}")
        async with postroom() as room:
            [attempt] = await only_attempts(room, subscriber)
            assert (attempt.status, attempt.delivered, attempt.next_at) == (status, False, None)
            assert elsewhere.requests.empty()


@in_event_loop
async def test_of_an_endless_answer_only_the_beginning_is_read(subscriber: Subscriber) -> None:
    sent = []

    def flood(connection: Connection, _: Request) -> bool:
        connection.send(f"HTTP/1.1 200 OK\r\nContent-Length: {GIGABYTE}\r\n\r\n".encode())
        for _chunk in range(GIGABYTE // 65_536):
            connection.send(b"x" * 65_536)
            sent.append(65_536)
        return True

    subscriber.behave = flood
    async with postroom() as room:
        [attempt] = await only_attempts(room, subscriber)
        assert (attempt.status, attempt.delivered, attempt.answer) == (200, True, "x" * 256)
        await asyncio.to_thread(subscriber.closed_connections.get, timeout=patience.SECONDS)
        assert sum(sent) < GIGABYTE / 10


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00\xff\xfe garbage \x00\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 banana\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot-a-size\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"x" * 100_000 + b"\r\n\r\n",
        b"",
    ],
)
@in_event_loop
async def test_garbage_is_no_answer(subscriber: Subscriber, garbage: bytes) -> None:
    def talk(connection: Connection, _: Request) -> bool:
        connection.send(garbage)
        return False

    subscriber.behave = talk
    async with postroom() as room:
        attempts = room.send(subscriber.url)
        await room.settle()
        assert failed_once(attempts)


@in_event_loop
async def test_answer_that_is_no_text_is_shown_as_well_as_can_be(subscriber: Subscriber) -> None:
    subscriber.behave = answering(500, b"\xff\xfe\x00")
    async with postroom() as room:
        attempts = room.send(subscriber.url)
        await room.settle()
        assert attempts[0].answer == "\ufffd\ufffd\x00"


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999/", "http://[::1/", "http://:80/", "http://no-such.invalid/"])
@in_event_loop
async def test_url_that_leads_nowhere_is_no_answer(url: str) -> None:
    async with postroom() as room:
        attempts = room.send(url)
        await room.settle()
        assert failed_once(attempts)


@in_event_loop
async def test_connection_closed_while_it_was_idle_costs_no_attempt(subscriber: Subscriber) -> None:
    def close_on_second(connection: Connection, request: Request) -> bool:
        if request.body == b"second" and request.connection == 1:
            return False
        return OK(connection, request)

    subscriber.behave = close_on_second
    async with postroom() as room:
        for body in ("first", "second"):
            attempts = room.send(subscriber.url, body)
            await room.settle()
        assert [attempt.delivered for attempt in attempts] == [True]
        assert [subscriber.next().connection for _ in range(3)] == [1, 1, 2]


class TestTls:
    @in_event_loop
    async def test_unknown_ca_is_no_answer_unless_its_file_is_given_or_certificates_are_not_checked(
        self, tmp_path: Path
    ) -> None:
        server = certified("localhost", tmp_path)
        with running_subscriber(server.context) as subscriber:
            async with postroom() as room:
                attempts = room.send(subscriber.url)
                await room.settle()
                assert "certificate verify failed" in failed_once(attempts)
            async with postroom(str(server.ca_file)) as room:
                assert [attempt.delivered for attempt in await only_attempts(room, subscriber)] == [True]
            async with postroom(verify=False) as room:
                assert [attempt.delivered for attempt in await only_attempts(room, subscriber)] == [True]

    @in_event_loop
    async def test_certificate_of_another_host_is_no_answer(self, tmp_path: Path) -> None:
        server = certified("elsewhere.example.test", tmp_path)
        with running_subscriber(server.context) as subscriber:
            async with postroom(str(server.ca_file)) as room:
                attempts = room.send(subscriber.url)
                await room.settle()
                assert "certificate verify failed" in failed_once(attempts)

    @in_event_loop
    async def test_server_that_speaks_no_tls_is_no_answer(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            greeting = Thread(target=greet, args=(listener,))
            greeting.start()
            async with postroom() as room:
                attempts = room.send(f"https://127.0.0.1:{listener.getsockname()[1]}/")
                await room.settle()
                assert failed_once(attempts)
            greeting.join()


def greet(listener: socket.socket) -> None:
    peer, _ = listener.accept()
    with peer:
        peer.sendall(b"HTTP/1.1 400 Plain\r\n\r\n")


class TestIsolation:
    @in_event_loop
    async def test_hanging_endpoint_delays_only_itself_and_gets_so_many_calls_at_a_time(
        self, subscriber: Subscriber
    ) -> None:
        with running_subscriber() as healthy:
            subscriber.behave = hang
            async with postroom() as room:
                for _ in range(3 * CALLS_AT_A_TIME):
                    room.send(subscriber.url)
                for number in range(100):
                    room.send(healthy.url, str(number))
                bodies = {(await arrived(healthy)).text for _ in range(100)}
                assert bodies == {str(number) for number in range(100)}
                for _ in range(CALLS_AT_A_TIME):
                    await arrived(subscriber)
                assert subscriber.requests.empty()

    @in_event_loop
    async def test_reset_of_an_account_ends_its_deliveries_and_connections_alone(self, subscriber: Subscriber) -> None:
        with running_subscriber() as healthy:
            subscriber.behave = hang
            healthy.behave = answering(503)
            async with postroom() as room:
                lost = room.send(subscriber.url)
                kept = room.send(healthy.url, account="222222222222")
                await arrived(subscriber)
                await arrived(healthy)
                room.dispatch.reset(Place("111111111111"))
                left = await room.settle()
                assert [delivery.account for delivery in left] == ["222222222222"]
                assert (len(lost), len(kept)) == (0, 1)


async def only_attempts(room: Postroom, subscriber: Subscriber) -> list[Attempt]:
    """Send one message; its attempts, when nothing is left to do."""
    attempts = room.send(subscriber.url)
    assert await room.settle() == []
    return attempts
