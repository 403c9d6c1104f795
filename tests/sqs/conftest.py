import pytest

from tests.sqs.world import World


@pytest.fixture
def world() -> World:
    """Without a queue."""
    return World()
