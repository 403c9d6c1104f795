"""The rate limit of warnings, by a clock of the test's own."""

import pytest

from emulator.observation.rate_limit import INTERVAL_SECONDS, RateLimit

KEY = ("failed", "a")


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limit(clock: Clock) -> RateLimit:
    return RateLimit(clock)


def test_first_of_a_key_passes_and_the_next_ones_are_counted(limit: RateLimit, clock: Clock) -> None:
    assert limit.admit(KEY) == 0
    assert [limit.admit(KEY) for _ in range(3)] == [None, None, None]
    assert limit.admit(("failed", "b")) == 0
    clock.now += INTERVAL_SECONDS
    assert limit.admit(KEY) == 3
    clock.now += INTERVAL_SECONDS
    assert limit.admit(KEY) == 0


def test_suppressed_ones_whose_interval_is_over_are_summed_up_once(limit: RateLimit, clock: Clock) -> None:
    limit.admit(KEY)
    limit.admit(KEY)
    assert list(limit.expired()) == []
    clock.now += INTERVAL_SECONDS
    assert list(limit.expired()) == [(KEY, 1)]
    assert list(limit.expired()) == []


def test_end_sums_up_what_is_left(limit: RateLimit) -> None:
    for _ in range(3):
        limit.admit(KEY)
    limit.admit(("failed", "b"))
    assert list(limit.drain()) == [(KEY, 2)]
    assert list(limit.drain()) == []


def test_keys_are_bounded(limit: RateLimit) -> None:
    for number in range(5_000):
        limit.admit(("failed", str(number)))
        list(limit.expired())
    assert len(limit) < 1_000
