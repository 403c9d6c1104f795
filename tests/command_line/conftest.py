"""What the tests of commands share."""

from typing import Any

import pytest

from tests.command_line.commands import Commands
from tests.server import RunningServer


@pytest.fixture
def commands(server: RunningServer, account: str) -> Commands:
    """Commands in the account of the test."""
    return Commands(server.url, account)


@pytest.fixture
def orders(json_sqs: Any) -> str:
    """The URL of a queue named orders."""
    return str(json_sqs.create_queue(QueueName="orders")["QueueUrl"])
