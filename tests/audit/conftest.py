"""What the tests of the audit share."""

import pytest

from tests.command_line.commands import Commands
from tests.server import RunningServer


@pytest.fixture
def commands(server: RunningServer, account: str) -> Commands:
    """Commands in the account of the test."""
    return Commands(server.url, account)
