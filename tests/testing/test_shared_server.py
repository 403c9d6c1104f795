"""One server for several processes, without the processes."""

import re
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from emulator.testing.shared_server import SharedServer, url_of_shared_server
from tests import patience


class FakeServer:
    url = "http://127.0.0.1:4566"

    def __init__(self, starts: list["FakeServer"]) -> None:
        self.closed = False
        starts.append(self)

    def close(self) -> None:
        self.closed = True


def test_server_is_started_once_however_many_ask_and_ends_with_its_owner() -> None:
    starts: list[FakeServer] = []
    shared = SharedServer(lambda: FakeServer(starts))
    assert starts == []
    with ThreadPoolExecutor(8) as askers:
        urls = set(askers.map(url_of_shared_server, [shared.address] * 32))
    assert urls == {"http://127.0.0.1:4566"}
    [server] = starts
    assert not server.closed
    shared.close()
    assert server.closed


def test_server_nobody_asked_for_is_never_started() -> None:
    starts: list[FakeServer] = []
    SharedServer(lambda: FakeServer(starts)).close()
    assert starts == []


def test_server_that_does_not_start_is_told_to_each_who_asks() -> None:
    def fail() -> FakeServer:
        raise RuntimeError("The emulator did not start.")

    shared = SharedServer(fail)
    for _ in range(2):
        with pytest.raises(RuntimeError, match=r"did not start\."):
            url_of_shared_server(shared.address)
    shared.close()


class StrangeError(BaseException):
    """As pytest's own exceptions, it is no ``Exception``."""


@pytest.mark.parametrize("error", [AttributeError("'NoneType' has no 'url'"), AssertionError(), StrangeError("odd")])
def test_every_failure_of_the_start_is_answered(error: BaseException) -> None:
    def fail() -> FakeServer:
        raise error

    shared = SharedServer(fail)
    for _ in range(2):
        with pytest.raises(RuntimeError, match=f"did not start: {re.escape(repr(error))}"):
            url_of_shared_server(shared.address)
    shared.close()


def test_worker_that_asks_behind_the_end_is_refused() -> None:
    shared = SharedServer(lambda: FakeServer([]))
    shared.close()
    with pytest.raises(RuntimeError, match="test run has ended"):
        url_of_shared_server(shared.address)


def test_worker_that_asks_while_the_run_ends_is_told_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closing, ThreadPoolExecutor(1) as asker:
        url = asker.submit(url_of_shared_server, closing.getsockname())
        closing.accept()[0].close()
        with pytest.raises(RuntimeError, match="test run has ended"):
            url.result(patience.SECONDS)


def test_worker_that_ends_while_it_asks_disturbs_nobody() -> None:
    starts: list[FakeServer] = []
    gone = socket.socket()

    def start() -> FakeServer:
        gone.close()
        return FakeServer(starts)

    shared = SharedServer(start)
    gone.connect(shared.address)
    assert url_of_shared_server(shared.address) == "http://127.0.0.1:4566"
    shared.close()
