import re
from uuid import UUID

import pytest

from emulator.aws.place import Place
from emulator.foundation.ids import Ids

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


def test_accounts_have_streams_of_their_own_whatever_others_do() -> None:
    quiet, busy = Ids(7), Ids(7)
    for _ in range(300):
        busy.of("222222222222").uuid()
        busy.of_requests("111111111111").uuid()
    assert quiet.of("111111111111").uuid() == busy.of("111111111111").uuid()
    streams = [stream(account) for stream in (busy.of, busy.of_requests) for account in ("1", "2")]
    assert len({stream.uuid() for stream in (busy, *streams)}) == 5


def test_without_a_seed_all_accounts_share_one_source() -> None:
    ids = Ids()
    assert ids.of("1") is ids.of_requests("2") is ids
    assert not ids.seeded


def test_a_stream_begins_again_for_one_account_or_for_all() -> None:
    ids = Ids(7)
    streams = [ids.of("1"), ids.of_requests("1"), ids.of("2")]
    firsts = [stream.uuid() for stream in streams]
    ids.reset(Place("1"))
    assert [stream.uuid() for stream in streams[:2]] == firsts[:2]
    assert streams[2].uuid() not in firsts
    ids.reset()
    assert [stream.uuid() for stream in streams] == firsts


@pytest.mark.parametrize("drawn", [0, 1, 255, 256, 257, 700])
def test_a_stream_goes_on_elsewhere_from_its_place(drawn: int) -> None:
    here, there = Ids(7), Ids(7)
    for _ in range(drawn):
        here.uuid()
    there.go_to(here.place)
    assert there.place == here.place
    assert [here.uuid() for _ in range(300)] == [there.uuid() for _ in range(300)]
