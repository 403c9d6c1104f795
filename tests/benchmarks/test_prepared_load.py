"""Both generators, in C and in Python, do the same with prepared requests."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from benchmarks.load import native
from benchmarks.load.api import Api
from benchmarks.load.connection import LoadError
from benchmarks.load.generator import load
from benchmarks.load.prepared import Prepared, prepared_load
from benchmarks.load.requests import Requests
from tests.benchmarks.fake_server import fake_server

FOREVER = 60.0  # in seconds; the runs here end by their count


@contextmanager
def in_python(api: Api, requests: Requests, connections: int) -> Iterator[Prepared]:
    with load(api, requests.script(), connections) as made:
        yield made


@pytest.fixture(params=["C", "Python"])
def language(request: pytest.FixtureRequest) -> str:
    language: str = request.param
    if language == "C" and (reason := native.missing()):
        pytest.skip(reason)
    return language


def generate(language: str, api: Api, requests: Requests, connections: int) -> AbstractContextManager[Prepared]:
    return (native.native_load if language == "C" else in_python)(api, requests, connections)


@pytest.mark.parametrize("spins", [True, False])
def test_run_ends_at_its_count_with_all_answers_in(language: str, spins: bool) -> None:
    with fake_server() as server:
        requests = Requests([server.api.sqs("ListQueues")], repeats=True)
        with generate(language, server.api, requests, 4) as prepared:
            run = prepared.run(FOREVER, 10, spins=spins)
        assert 10 <= len(run.latencies) < 10 + 4
        assert (server.connections, server.requests) == (4, len(run.latencies))
        assert 0 < max(run.latencies) <= run.seconds


def test_requests_continue_where_the_run_before_left_them(language: str) -> None:
    with fake_server() as server:
        requests = Requests([server.api.sqs("ListQueues", MaxResults=number) for number in range(7)])
        with generate(language, server.api, requests, 1) as prepared:
            assert len(prepared.run(FOREVER, 3).latencies) == 3
            assert len(prepared.run(FOREVER).latencies) == 4
            assert list(prepared.run(FOREVER).latencies) == []
        assert server.requests == 7


def test_connection_is_opened_again_where_the_server_closes(language: str) -> None:
    answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
    with fake_server(answer, closes=True) as server:
        requests = Requests([server.api.sqs("ListQueues")] * 5)
        with generate(language, server.api, requests, 1) as prepared:
            assert len(prepared.run(FOREVER).latencies) == 5
        assert server.requests == 5
        assert server.connections >= 5


def test_chunked_answers_are_understood(language: str) -> None:
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    with fake_server(answer) as server:
        requests = Requests([server.api.sqs("ListQueues")] * 2)
        with generate(language, server.api, requests, 1) as prepared:
            assert len(prepared.run(FOREVER).latencies) == 2


def test_error_ends_the_run_and_is_quoted(language: str) -> None:
    answer = b"HTTP/1.1 500 Oh\r\nContent-Length: 5\r\n\r\nnever"
    with fake_server(answer) as server:
        requests = Requests([server.api.sqs("ListQueues")])
        with (
            generate(language, server.api, requests, 1) as prepared,
            pytest.raises(LoadError, match=r"(?s)500.*never"),
        ):
            prepared.run(FOREVER)


def test_answer_without_what_is_expected_ends_the_run(language: str) -> None:
    with fake_server() as server:
        requests = Requests([server.api.sqs("ListQueues")], expected=b"ReceiptHandle")
        with (
            generate(language, server.api, requests, 1) as prepared,
            pytest.raises(LoadError, match=r"not the expected answer: .*\{\}"),
        ):
            prepared.run(FOREVER)


def test_hang_up_before_the_answer_is_an_error(language: str) -> None:
    with fake_server(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", closes=True) as server:
        requests = Requests([server.api.sqs("ListQueues")])
        with generate(language, server.api, requests, 1) as prepared, pytest.raises(LoadError, match="hung up"):
            prepared.run(FOREVER)


def test_server_that_does_not_listen_is_an_error(language: str) -> None:
    with fake_server() as server:
        api = server.api
    requests = Requests([api.sqs("ListQueues")])
    with pytest.raises((LoadError, OSError), match="refused"), generate(language, api, requests, 1) as prepared:
        prepared.run(FOREVER)


def test_generator_in_python_is_used_without_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "missing", lambda: "no C compiler")
    with fake_server() as server:
        requests = Requests([server.api.sqs("ListQueues")] * 3)
        with prepared_load(server.api, requests, 1) as prepared:
            assert not isinstance(prepared, native.NativeLoad)
            assert len(prepared.run(FOREVER).latencies) == 3


def test_compiler_is_looked_for_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("CC", raising=False)
    assert native.compiler() is None
