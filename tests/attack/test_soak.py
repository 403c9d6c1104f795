"""``make soak``: what it counts, and a run of some seconds."""

from typing import Any

import pytest

from tests.attack import soak
from tests.attack.load import FifoLoad
from tests.attack.soak import Sampler


class Silent:
    """A client that does nothing."""

    account = "333333333333"

    def sqs(self, action: str, **request: Any) -> dict[str, Any]:
        return {}


def fifo_load(sent: int, received: list[int]) -> FifoLoad:
    load = FifoLoad(Silent())  # type: ignore[arg-type]
    load.sent = sent
    for number in received:
        load.note(number)
    return load


def test_messages_that_were_not_received_are_lost() -> None:
    assert fifo_load(5, [0, 1, 3]).lost() == {2, 4}


def test_messages_that_come_twice_or_before_an_earlier_one_of_their_group_are_counted() -> None:
    load = fifo_load(30, [0, 1, 21, 11, 0, 10])
    assert (load.twice, load.out_of_order) == (1, 1)


def sampler(mib: list[float]) -> Sampler:
    found = Sampler(None, None, [])  # type: ignore[arg-type]
    found.seconds, found.mib = [float(second) for second in range(len(mib))], mib
    return found


def test_memory_that_grows_only_at_first_is_flat() -> None:
    assert sampler([float(min(second, 100)) for second in range(300)]).slope() == (0.0, 0.0)


def test_memory_that_grows_afterwards_has_a_slope() -> None:
    slope, growth = sampler([second / 10 for second in range(300)]).slope()
    assert slope == pytest.approx(360.0)
    assert growth == pytest.approx(16.0)


@pytest.mark.thorough
def test_short_run_finds_nothing() -> None:
    rows = soak.soak(0.05)
    assert [row for row in rows if not row.ok] == []
    assert {row.what for row in rows} >= {"FIFO queue: received twice", "neighbors: 500", "log: tracebacks"}
