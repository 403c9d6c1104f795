"""Endpoints that attack the server which calls them: each costs no more than its own delivery."""

import asyncio
import gzip
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from emulator.aws.place import Place
from emulator.sns.delivery.answer import Answer, NoAnswer
from emulator.sns.delivery.call_limits import CALLS_MAX, EXCESSES_AT_ONCE
from emulator.sns.delivery.http import HttpClient
from emulator.sns.delivery.http_answer import INTERIM_ANSWERS, READS
from emulator.sns.delivery.http_connection import HttpConnection
from emulator.sns.delivery.http_messages import CONTENT_BYTES, HttpMessage
from emulator.sns.delivery.http_target import Target
from emulator.sns.delivery.schedule import CALLS_AT_A_TIME
from tests import patience
from tests.delivery.postroom import ACCOUNT, NOW, postroom
from tests.delivery.subscriber import OK, Behavior, Connection, Request, hang, running_subscriber
from tests.delivery.test_misbehavior import arrived, in_event_loop

INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
UPGRADE = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
BLOCK_BYTES = 65_536
MANY_BYTES = 1_000_000_000  # of which nearly all must not be read
BUFFERED_BYTES = 50_000_000  # more than the buffers of a connection hold

# What is sent first, what is sent again and again, and what the attempt's text says.
FLOODS = {
    "interim answers": (b"", INTERIM, f"more than {INTERIM_ANSWERS} interim answers"),
    "early hints": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", "interim answers"),
    "headers": (HEAD, b"x: y\r\n", "the head of the answer exceeds 32 KiB"),
    "different headers": (HEAD, b"".join(b"x%d: y\r\n" % n for n in range(1_000)), "the head of the answer exceeds"),
    "one long header": (HEAD + b"X: ", b"x", "the head of the answer exceeds 32 KiB"),
    "long reason": (b"HTTP/1.1 200 ", b"x", "the head of the answer exceeds 32 KiB"),
    "extension of a chunk": (CHUNKED + b"1;", b"x", "less than 4 KiB of content in 32 KiB"),
    "chunks with extensions": (CHUNKED, b"1;" + b"x" * 100 + b"\r\nx\r\n", "less than 4 KiB of content in 32 KiB"),
    "trailers": (CHUNKED + b"0\r\n", b"x: y\r\n", "less than 4 KiB of content in 32 KiB"),
    "another protocol": (UPGRADE, b"x", "switched to another protocol"),
}


def flooding(beginning: bytes, again: bytes, sent: list[int]) -> Behavior:
    """Sends as much as is taken; ``sent`` gets the numbers of bytes."""
    block = again * max(1, BLOCK_BYTES // len(again))

    def behave(connection: Connection, _: Request) -> bool:
        connection.send(beginning)
        for _number in range(MANY_BYTES // len(block)):
            connection.send(block)
            sent.append(len(block))
        return False

    return behave


@pytest.mark.parametrize("flood", FLOODS)
@in_event_loop
async def test_flood_is_no_answer_is_cut_off_and_is_tried_again_as_planned(flood: str) -> None:
    beginning, again, reason = FLOODS[flood]
    sent: list[int] = []
    with running_subscriber() as subscriber:
        subscriber.behave = flooding(beginning, again, sent)
        async with postroom() as room:
            attempts = room.send(subscriber.url)
            await room.settle()
            [first] = attempts
            assert (first.status, first.delivered, first.next_at) == (None, False, NOW + 20)
            assert reason in first.answer
            await asyncio.to_thread(subscriber.closed_connections.get, timeout=patience.SECONDS)
            for _ in range(3):
                room.clock.advance(20)
                await room.settle()
            assert [attempt.at - NOW for attempt in attempts] == [0, 20, 40, 60]
            assert attempts[-1].next_at is None
    assert sum(sent) < 4 * BUFFERED_BYTES


@in_event_loop
async def test_answer_in_too_many_pieces_is_no_answer() -> None:
    def drip(connection: Connection, _: Request) -> bool:
        for number in range(100 * READS):
            connection.send(HEAD[number : number + 1] or b"x: y\r\n"[number % 6 :][:1])
            connection.over.wait(0.0005)
        return False

    with running_subscriber() as subscriber:
        subscriber.behave = drip
        async with postroom() as room:
            attempts = room.send(subscriber.url)
            await room.settle()
            assert attempts[0].answer == f"the answer came in more than {READS} pieces"


@in_event_loop
async def test_answer_after_some_interim_answers_counts() -> None:
    def behave(connection: Connection, request: Request) -> bool:
        connection.send(INTERIM * INTERIM_ANSWERS)
        return OK(connection, request)

    with running_subscriber() as subscriber:
        subscriber.behave = behave
        async with postroom() as room:
            attempts = room.send(subscriber.url)
            assert await room.settle() == []
            assert [attempt.delivered for attempt in attempts] == [True]


@pytest.mark.parametrize("behind", [b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", b"rubbish", b"\x00" * 100_000])
@in_event_loop
async def test_of_two_answers_the_first_counts_and_the_connection_is_not_used_again(behind: bytes) -> None:
    def twice(connection: Connection, _: Request) -> bool:
        connection.send(HEAD + b"Content-Length: 2\r\n\r\nhi" + behind)
        return True

    with running_subscriber() as subscriber:
        subscriber.behave = twice
        async with postroom() as room:
            for body in ("first", "second"):
                attempts = room.send(subscriber.url, body)
                assert await room.settle() == []
                assert [(attempt.status, attempt.answer) for attempt in attempts] == [(200, "hi")]
            assert [subscriber.next().connection for _ in range(2)] == [1, 2]


@in_event_loop
async def test_kept_connection_on_which_something_comes_unasked_is_closed() -> None:
    def answer_again_later(connection: Connection, request: Request) -> bool:
        if request.connection == 1:
            later.append(connection)
        OK(connection, request)
        return True

    later: list[Connection] = []
    with running_subscriber() as subscriber:
        subscriber.behave = answer_again_later
        async with postroom() as room:
            room.send(subscriber.url)
            await room.settle()
            later[0].answer(500)
            assert await asyncio.to_thread(subscriber.closed_connections.get, timeout=patience.SECONDS) == 1
            attempts = room.send(subscriber.url)
            await room.settle()
            assert [attempt.status for attempt in attempts] == [200]


@contextmanager
def raw_endpoint(first: bytes = b"", *, scheme: str = "http") -> Iterator[str]:
    """The URL of a server that sends ``first`` on each connection, and neither reads nor answers anything."""
    peers: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            peers.append(peer)
            peer.sendall(first)

    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        thread = Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()  # before the last connection is closed, as it may still be accepting one
            for peer in peers:
                peer.close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(patience.SECONDS):
        while not holds():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0)


async def connected(url: str) -> tuple["NotedConnection", asyncio.Event]:
    """A connection, and an event that says that it is closed."""
    port = Target.of(url).origin.port
    _, connection = await asyncio.get_running_loop().create_connection(NotedConnection, "127.0.0.1", port)
    return connection, connection.lost


class NotedConnection(HttpConnection):
    """Notes that it is closed, which it is only when nothing is left to be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.lost = asyncio.Event()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.lost.set()


@in_event_loop
async def test_answer_that_comes_before_the_request_was_made_is_no_answer() -> None:
    with raw_endpoint(HEAD + b"Content-Length: 0\r\n\r\n") as url:
        connection, lost = await connected(url)
        await asyncio.wait_for(lost.wait(), patience.SECONDS)
        with pytest.raises(NoAnswer, match="sent something before it was sent a request"):
            await connection.exchange(b"POST / HTTP/1.1\r\n\r\n")


@in_event_loop
async def test_endpoint_that_does_not_read_a_large_message_loses_its_connection() -> None:
    with raw_endpoint() as url:
        connection, lost = await connected(url)
        call = asyncio.ensure_future(connection.exchange(b"x" * BUFFERED_BYTES))
        await asyncio.sleep(0)
        call.cancel()
        await asyncio.wait_for(lost.wait(), patience.SECONDS)


@pytest.mark.parametrize("scheme", ["http", "https"])
@in_event_loop
async def test_endpoint_that_accepts_and_says_nothing_is_given_up(scheme: str) -> None:
    with raw_endpoint(scheme=scheme) as url:
        async with postroom(real_seconds=0.1) as room:
            attempts = room.send(url, "x" * 200_000)
            room.clock.advance(15)
            await room.settle()
            assert attempts[0].answer == "no answer within 15 seconds"


@in_event_loop
async def test_compressed_bomb_is_shown_as_little_as_any_answer() -> None:
    bomb = gzip.compress(b"x" * 20_000_000)
    with running_subscriber() as subscriber:

        def behave(connection: Connection, _: Request) -> bool:
            connection.answer(200, bomb, "Content-Encoding: gzip")
            return True

        subscriber.behave = behave
        answer = await HttpClient().post(HttpMessage(subscriber.url, {}, b""))
    assert answer == Answer(200, b"x" * CONTENT_BYTES)


@in_event_loop
async def test_forty_endpoints_that_never_answer_leave_calls_for_others() -> None:
    async with postroom(seconds=10 * patience.SECONDS) as room:
        with raw_endpoints(40) as silent, running_subscriber() as healthy:
            attempts = [room.send(url) for url in silent for _ in range(CALLS_AT_A_TIME)]
            for number in range(CALLS_AT_A_TIME):
                room.send(healthy.url, str(number))
            bodies = {(await arrived(healthy)).text for _ in range(CALLS_AT_A_TIME)}
            assert bodies == {str(number) for number in range(CALLS_AT_A_TIME)}
            assert not any(attempts)


@in_event_loop
async def test_ended_calls_make_room_for_those_of_another_account() -> None:
    async with postroom() as room:
        with running_subscriber() as subscriber:
            subscriber.behave = hang
            for number in range(CALLS_MAX):
                room.send(f"{subscriber.url}/{number}")
            held_up = room.send(subscriber.url, account="222222222222")
            await arrived(subscriber)
            subscriber.behave = OK
            room.dispatch.reset(Place(ACCOUNT))
            await room.settle()
            assert [attempt.delivered for attempt in held_up] == [True]


@in_event_loop
async def test_endpoint_that_floods_again_and_again_is_called_once_a_second() -> None:
    now = asyncio.get_running_loop().time
    with running_subscriber() as subscriber, running_subscriber() as healthy:
        subscriber.behave = flooding(b"", INTERIM, [])
        async with postroom() as room:
            begin = now()
            floods = [room.send(subscriber.url, str(number)) for number in range(20 * CALLS_AT_A_TIME)]
            await until(lambda: sum(map(len, floods)) >= CALLS_AT_A_TIME)
            attempts = [room.send(healthy.url) for _ in range(100)]
            await until(lambda: all(attempts))
            assert sum(map(len, floods)) <= CALLS_AT_A_TIME + EXCESSES_AT_ONCE + now() - begin
            room.dispatch.reset()


@contextmanager
def raw_endpoints(count: int) -> Iterator[list[str]]:
    """URLs at which connections are accepted by the system, and by nobody else."""
    listeners = [socket.create_server(("127.0.0.1", 0), backlog=64) for _ in range(count)]
    try:
        yield [f"http://127.0.0.1:{listener.getsockname()[1]}/" for listener in listeners]
    finally:
        for listener in listeners:
            listener.close()
