import gc
from collections.abc import Iterator

import pytest

from emulator.collector import Taming


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


def collection(taming: Taming, generation: int = 2) -> None:
    for phase in ("start", "stop"):
        taming(phase, {"generation": generation})


def test_what_survives_a_long_full_collection_is_not_looked_at_again() -> None:
    assert gc.get_freeze_count() == 0
    collection(Taming(pause_seconds=-1))
    assert gc.get_freeze_count() > 0


def test_short_collections_and_those_of_the_young_freeze_nothing() -> None:
    collection(Taming(pause_seconds=60))
    collection(Taming(pause_seconds=-1), generation=1)
    assert gc.get_freeze_count() == 0


def test_everything_is_looked_at_anew_once_the_heap_is_small() -> None:
    taming = Taming(pause_seconds=-1, small_heap_blocks=0)
    collection(taming)
    taming._pause_seconds = 60  # noqa: SLF001 - the next ones are short
    collection(taming)
    assert gc.get_freeze_count() > 0
    taming._small_heap_blocks = 10**12  # noqa: SLF001
    collection(taming)
    assert gc.get_freeze_count() == 0
