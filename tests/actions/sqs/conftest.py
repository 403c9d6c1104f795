"""What several of the SQS tests need."""

from typing import Any

import pytest

from emulator.configuration.settings import Settings
from emulator.serving.app import Emulator
from tests.actions.sqs import in_process
from tests.actions.sqs.raw import RawCaller
from tests.server import RunningServer


@pytest.fixture
def raw(server: RunningServer, account: str) -> RawCaller:
    """Requests as no SDK would make them, in the test's account."""
    return RawCaller(server.url, account)


@pytest.fixture
def local_sqs(protocol: str) -> Any:
    """An SQS client on an emulator in this process, for tests that patch it."""
    return in_process.client(Emulator(Settings()).gateway, protocol)


@pytest.fixture
def strict() -> Emulator:
    """An emulator where AWS's waits after DeleteQueue and PurgeQueue are in force."""
    return Emulator(Settings(strict_timing=True))


@pytest.fixture
def strict_sqs(strict: Emulator, protocol: str) -> Any:
    """An SQS client of ``strict``."""
    return in_process.client(strict.gateway, protocol)
