"""How the calls under way are shared among servers."""

from math import inf

from emulator.sns.delivery.call_limits import (
    CALLS_MAX,
    EXCESSES_AT_ONCE,
    SECONDS_BETWEEN_EXCESSES,
    CallLimits,
    server_of,
)
from emulator.sns.delivery.schedule import CALLS_AT_A_TIME

NOW = 1_000.0


def taken(limits: CallLimits, server: str, now: float = NOW) -> int:
    """How many calls a server gets that takes all it can get."""
    count = 0
    while limits.take(server, now):
        count += 1
    return count


def test_server_alone_gets_as_many_calls_as_one_subscriber_may_have() -> None:
    assert taken(CallLimits(), "a") == CALLS_AT_A_TIME


def test_forty_servers_that_keep_all_they_get_leave_some_for_the_next() -> None:
    limits = CallLimits()
    held = [taken(limits, str(number)) for number in range(40)]
    assert held == sorted(held, reverse=True)
    assert CALLS_MAX - sum(held) >= CALLS_MAX // 13
    assert taken(limits, "next") >= 2


def test_no_more_than_all_calls_are_given_and_each_comes_back() -> None:
    limits = CallLimits(8)
    servers = [str(number) for number in range(20)]
    assert [taken(limits, server) for server in servers] == [1] * 8 + [0] * 12
    assert limits.exhausted
    limits.give_back("3")
    assert not limits.exhausted
    assert taken(limits, "19") == 1


def test_server_whose_answers_exceed_bounds_gets_one_call_at_a_time() -> None:
    limits = CallLimits()
    limits.note_excess("a", NOW)
    assert taken(limits, "a") == 1
    assert taken(limits, "b") > 1


def test_server_that_goes_on_exceeding_bounds_is_called_once_a_second() -> None:
    limits = CallLimits()
    for _ in range(EXCESSES_AT_ONCE + 1):
        limits.note_excess("a", NOW)
    assert taken(limits, "a") == 0
    assert limits.next_at(["a", "b"], NOW) == NOW + SECONDS_BETWEEN_EXCESSES
    assert taken(limits, "a", NOW + SECONDS_BETWEEN_EXCESSES) == 1


def test_excesses_are_forgotten_with_time() -> None:
    limits = CallLimits()
    limits.note_excess("a", NOW)
    assert limits.next_at(["a"], NOW) == inf
    assert taken(limits, "a", NOW + SECONDS_BETWEEN_EXCESSES) == CALLS_AT_A_TIME


def test_server_is_that_of_all_its_urls() -> None:
    urls = ["http://Host.test/a", "http://host.test:80/b?c", "http://user:password@host.test/"]
    assert len(set(map(server_of, urls))) == 1
    assert server_of("https://host.test/") != server_of("http://host.test/")
    assert server_of("http://[") == "http://["
