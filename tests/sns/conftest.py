import pytest

from emulator.foundation.ids import Ids
from emulator.sns.delivery.signing import Signer
from emulator.sns.service import SnsService
from tests.sns.world import RecordingSink, World


@pytest.fixture
def world() -> World:
    sink = RecordingSink()
    return World(sink, SnsService(sink, Ids(seed=0)))


@pytest.fixture(scope="session")
def signer() -> Signer:
    """Shared: making a key takes longer than a test."""
    return Signer(Ids(seed=0))
