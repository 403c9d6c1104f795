"""How long a connection waits for its client."""

import asyncio
from typing import Any

import pytest

from emulator.configuration.settings import Settings
from emulator.http.aws_connection import AwsConnection
from emulator.http.connection import Connection
from emulator.http.limits import HEAD_SECONDS, MAX_HEADER_BYTES, PAUSE_SECONDS
from emulator.serving.app import Emulator
from tests import patience
from tests.http.transport import Loop, Transport, complete_answers, connected

KEEP_ALIVE_SECONDS = 5  # uvicorn's own default, which ``connected`` leaves as it is
LIST = (
    b"POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AmazonSQS.ListQueues\r\n"
    b"Content-Type: application/x-amz-json-1.0\r\nContent-Length: 2\r\n\r\n{}"
)
HEAD, BODY = LIST[:-2], LIST[-2:]


def on(loop: Loop, kind: type[Connection] = AwsConnection) -> tuple[Connection, Transport]:
    return connected(kind, Emulator(Settings()), loop=loop)


def statuses(transport: Transport) -> list[int]:
    return [status for status, _ in complete_answers(transport.written)]


def test_idle_connection_is_closed_when_nothing_came_in_for_the_whole_time() -> None:
    loop = Loop()
    connection, transport = on(loop)
    connection.data_received(LIST)
    loop.pass_time(KEEP_ALIVE_SECONDS - 1)
    connection.data_received(LIST)
    loop.pass_time(KEEP_ALIVE_SECONDS - 1)
    assert not transport.closed
    loop.pass_time(2)
    assert transport.closed
    assert statuses(transport) == [200, 200]


def test_connection_on_which_nothing_comes_in_is_closed() -> None:
    loop = Loop()
    _, transport = on(loop)
    loop.pass_time(KEEP_ALIVE_SECONDS + 1)
    assert transport.closed
    assert transport.written == b""


@pytest.mark.parametrize("kind", [AwsConnection, Connection])
def test_head_that_comes_too_slowly_is_refused_however_often_a_byte_comes(kind: type[Connection]) -> None:
    loop = Loop()
    connection, transport = on(loop, kind)
    for at in range(int(HEAD_SECONDS)):
        assert not transport.closed
        connection.data_received(HEAD[at : at + 1])
        loop.pass_time(1)
    loop.pass_time(6)  # the time counts from the first byte of the target
    assert statuses(transport) == [408]
    assert transport.closed


def test_pause_in_a_body_is_refused_and_a_body_that_comes_steadily_is_not() -> None:
    loop = Loop()
    connection, transport = on(loop)
    steady, pausing = HEAD.replace(b"Length: 2", b"Length: 102") + b" " * 100, HEAD
    connection.data_received(steady)
    for at in range(2):
        loop.pass_time(PAUSE_SECONDS - 1)
        connection.data_received(BODY[at : at + 1])
    assert statuses(transport) == [200]
    connection.data_received(pausing)
    loop.pass_time(2 * PAUSE_SECONDS)
    assert statuses(transport) == [200, 408]
    assert transport.closed


def test_pause_in_a_body_for_the_application_is_refused() -> None:
    async def scenario() -> None:
        loop: Any = Loop()
        loop.create_task = asyncio.get_running_loop().create_task
        connection, transport = on(loop, Connection)
        connection.data_received(HEAD)
        await asyncio.sleep(0)
        loop.pass_time(2 * PAUSE_SECONDS)
        await transport.answered(1)
        assert statuses(transport) == [408]
        assert transport.closed

    asyncio.run(asyncio.wait_for(scenario(), patience.SECONDS))


def test_connection_is_not_idle_while_an_answer_waits() -> None:
    async def scenario() -> None:
        loop: Any = Loop()
        loop.create_task = asyncio.get_running_loop().create_task
        connection, transport = on(loop)
        connection.data_received(LIST.replace(b"ListQueues", b"CreateQueue").replace(b"h: 2", b"h: 17")[:-2])
        connection.data_received(b'{"QueueName":"q"}')
        body = b'{"QueueUrl": "q", "WaitTimeSeconds": 20}'
        wait = HEAD.replace(b"ListQueues", b"ReceiveMessage").replace(b"h: 2", b"h: %d" % len(body))
        connection.data_received(wait + body)
        await asyncio.sleep(0)
        loop.pass_time(1_000)
        assert not transport.closed
        connection.connection_lost(None)
        loop.pass_time(1_000)
        assert not transport.closed, "nothing looks after a connection that has gone"

    asyncio.run(asyncio.wait_for(scenario(), patience.SECONDS))


def test_client_that_does_not_read_is_not_late_with_its_body() -> None:
    loop = Loop()
    connection, transport = on(loop)
    connection.data_received(HEAD)
    connection.pause_writing()
    loop.pass_time(1_000)
    assert not transport.closed
    connection.resume_writing()
    loop.pass_time(PAUSE_SECONDS - 1)
    connection.data_received(BODY)
    assert statuses(transport) == [200]


def test_long_head_is_no_matter_of_time() -> None:
    loop = Loop()
    connection, transport = on(loop)
    head = HEAD.replace(b"Host", b"X-Long: " + b"a" * (MAX_HEADER_BYTES - 1_000) + b"\r\nHost")
    for at in range(0, len(head), 10_000):
        connection.data_received(head[at : at + 10_000])
    connection.data_received(BODY)
    assert statuses(transport) == [200]
    loop.pass_time(KEEP_ALIVE_SECONDS - 1)
    assert not transport.closed
