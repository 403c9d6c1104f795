import re
from uuid import UUID

import pytest

from emulator.ids import Ids

UUID_FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.mark.parametrize("seed", [None, 1])
def test_uuids_are_of_version_four_and_all_different(seed: int | None) -> None:
    ids = Ids(seed)
    uuids = [ids.uuid() for _ in range(2_000)]
    assert all(UUID_FORM.fullmatch(uuid) and UUID(uuid).version == 4 for uuid in uuids)
    assert len(set(uuids)) == len(uuids)
    assert {uuid[19] for uuid in uuids} == set("89ab")


def test_the_same_seed_gives_the_same_ids() -> None:
    first, second = Ids(7), Ids(7)
    assert [first.uuid() for _ in range(500)] == [second.uuid() for _ in range(500)]
    assert first.random_bytes(16) == second.random_bytes(16)


def test_other_seeds_and_none_give_other_ids() -> None:
    assert len({Ids(1).uuid(), Ids(2).uuid(), Ids().uuid(), Ids().uuid()}) == 4


@pytest.mark.parametrize("count", [0, 1, 16, 4_095, 4_096])
def test_as_many_random_bytes_come_as_are_asked_for(count: int) -> None:
    ids = Ids(1)
    for _ in range(3):
        assert len(ids.random_bytes(count)) == count


def test_random_bytes_are_never_given_twice() -> None:
    ids = Ids(1)
    assert len({ids.random_bytes(1_000) for _ in range(100)}) == 100
