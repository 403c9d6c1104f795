"""One server for all attacks that do not need one of their own."""

from collections.abc import Iterator

import pytest

from tests.server import RunningServer, running_server


@pytest.fixture(scope="module")
def target() -> Iterator[RunningServer]:
    with running_server() as server:
        yield server
