import pytest

from benchmarks.load.api import Api
from benchmarks.load.connection import Connection, LoadError
from benchmarks.load.generator import load
from benchmarks.load.requests import Script, repeat
from tests.benchmarks.fake_server import fake_server

FOREVER = 60.0  # in seconds; the runs here end by their count


def test_every_connection_is_kept_over_all_its_requests() -> None:
    with fake_server() as server:
        request = server.api.sqs("ListQueues")
        with load(server.api, lambda: repeat(request), 3) as prepared:
            run = prepared.run(FOREVER, 30)
        assert (server.connections, server.requests) == (3, len(run.latencies))


def test_run_ends_at_its_count_with_all_answers_in() -> None:
    with fake_server() as server:
        request = server.api.sqs("ListQueues")
        with load(server.api, lambda: repeat(request), 4) as prepared:
            run = prepared.run(FOREVER, 10)
        assert 10 <= len(run.latencies) < 10 + 4
        assert server.requests == len(run.latencies)


def test_run_without_time_sends_one_request_on_each_connection() -> None:
    with fake_server() as server:
        request = server.api.sqs("ListQueues")
        with load(server.api, lambda: repeat(request), 2) as prepared:
            assert len(prepared.run(0.0).latencies) == 2


def test_scripts_go_on_where_the_run_before_left_them() -> None:
    with fake_server() as server:
        requests = [server.api.sqs("ListQueues", MaxResults=number) for number in range(10)]
        answers: list[bytes] = []

        def script() -> Script:
            for request in requests:
                answer = yield request
                answers.append(answer)

        with load(server.api, script, 1) as prepared:
            prepared.run(FOREVER, 4)
            assert len(answers) == 4
            prepared.run(FOREVER)
        assert answers == [b"{}"] * 10
        assert server.requests == 10


def test_run_of_scripts_that_are_at_their_end_is_empty() -> None:
    with fake_server() as server:
        request = server.api.sqs("ListQueues")
        with load(server.api, lambda: repeated(request, 1), 2) as prepared:
            assert len(prepared.run(FOREVER).latencies) == 2
            assert prepared.run(FOREVER).latencies == []


def repeated(request: bytes, times: int) -> Script:
    for _ in range(times):
        yield request


def test_connection_is_opened_again_where_the_server_closes() -> None:
    answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
    with fake_server(answer, closes=True) as server:
        request = server.api.sqs("ListQueues")
        with load(server.api, lambda: repeated(request, 5), 1) as prepared:
            assert len(prepared.run(FOREVER).latencies) == 5
        assert server.requests == 5
        assert server.connections >= 5


def test_chunked_answers_are_understood() -> None:
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    with fake_server(answer) as server:
        connection = server.api.connect()
        assert connection.call(server.api.sqs("ListQueues")) == b"abcde"
        assert connection.call(server.api.sqs("ListQueues")) == b"abcde"
        connection.close()


def test_error_ends_the_run_and_is_quoted() -> None:
    answer = b"HTTP/1.1 500 Oh\r\nContent-Length: 5\r\n\r\nnever"
    with fake_server(answer) as server:
        request = server.api.sqs("ListQueues")
        with load(server.api, lambda: repeat(request), 1) as prepared, pytest.raises(LoadError, match=r"500.*never"):
            prepared.run(FOREVER, 1)


def test_hang_up_before_the_answer_is_an_error() -> None:
    with fake_server(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", closes=True) as server:
        connection = server.api.connect()
        with pytest.raises(LoadError, match="hung up"):
            connection.call(server.api.sqs("ListQueues"))
        connection.close()


def test_generator_serves_loopback_only() -> None:
    with pytest.raises(ValueError, match="loopback only"):
        Connection("192.0.2.1", 80)


def test_request_is_whole() -> None:
    head, _, body = Api("127.0.0.1", 1234).sqs("SendMessage", MessageBody="hello").partition(b"\r\n\r\n")
    assert head.startswith(b"POST / HTTP/1.1\r\nHost: 127.0.0.1:1234\r\n")
    assert b"X-Amz-Target: AmazonSQS.SendMessage\r\n" in head
    assert head.endswith(b"Content-Length: %d" % len(body))
    assert body == b'{"MessageBody": "hello"}'
