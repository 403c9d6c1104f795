import tracemalloc

from emulator.aws.accepted import Accepted
from emulator.aws.deduplication import DeduplicationWindow, digest_of


def told(message_id: str) -> Accepted:
    return Accepted(message_id, "18849496460467696128")


def test_the_first_use_of_an_id_finds_nothing() -> None:
    assert DeduplicationWindow().first(digest_of((None, "id")), 0) is None


def test_a_later_use_finds_what_the_first_was_told() -> None:
    window = DeduplicationWindow()
    window.remember(digest_of((None, "id")), told("first"), 0)
    assert window.first(digest_of((None, "id")), 299.9) == told("first")


def test_the_window_closes_five_minutes_after_the_first_use() -> None:
    window = DeduplicationWindow()
    window.remember(digest_of((None, "id")), told("first"), 0)
    assert window.first(digest_of((None, "id")), 300) is None


def test_groups_are_told_apart_from_one_another_and_from_none() -> None:
    window = DeduplicationWindow()
    window.remember(digest_of(("g", "id")), told("in g"), 0)
    window.remember(digest_of((None, "id")), told("in none"), 0)
    assert window.first(digest_of(("g", "id")), 1) == told("in g")
    assert window.first(digest_of(("h", "id")), 1) is None
    assert window.first(digest_of((None, "id")), 1) == told("in none")


def test_only_what_left_the_window_is_forgotten() -> None:
    window = DeduplicationWindow()
    for second in range(400):
        window.remember(digest_of((None, str(second))), told("accepted"), second)
    window.forget(400)
    assert len(window) == 299
    assert window.first(digest_of((None, "101")), 400) == told("accepted")


def test_clock_that_is_set_back_does_not_stretch_the_window() -> None:
    window = DeduplicationWindow()
    window.remember(digest_of((None, "id")), told("first"), 10_000)
    assert window.first(digest_of((None, "id")), 9_800) == told("first")
    assert window.first(digest_of((None, "id")), 9_700) is None


def test_clock_that_is_set_back_a_little_lets_nothing_stay_for_ever() -> None:
    window = DeduplicationWindow()
    for id, now in (("a", 1_000), ("b", 900), ("c", 1_190)):
        window.remember(digest_of((None, id)), told(id), now)
    assert window.first(digest_of((None, "b")), 1_210) is None  # though the older one before it is still there
    window.remember(digest_of((None, "b")), told("b again"), 1_210)
    assert window.first(digest_of((None, "b")), 1_320) == told("b again")
    window.forget(1_600)
    assert len(window) == 0


def test_window_goes_on_elsewhere() -> None:
    window, other = DeduplicationWindow(), DeduplicationWindow()
    window.remember(digest_of((None, "id")), Accepted("without a number"), 0.1)
    window.remember(digest_of(("g", "id")), told("in g"), 0.2)
    for digest, at, accepted in window.entries():
        other.remember(digest, accepted, at)
    assert list(other.entries()) == [
        (digest_of((None, "id")), 0.1, Accepted("without a number")),
        (digest_of(("g", "id")), 0.2, told("in g")),
    ]
    assert other.first(digest_of(("g", "id")), 300.1) == told("in g")
    assert other.first(digest_of((None, "id")), 300.1) is None


def test_id_takes_little_memory() -> None:
    """What a busy queue remembers of five minutes is to stay small: 20 MB for 100,000 ids."""
    ids = [f"{number:036}" for number in range(20_000)]
    accepted = told("a" * 36)
    tracemalloc.start()
    window = DeduplicationWindow()
    for now, id in enumerate(ids):
        window.remember(digest_of((None, id)), accepted, now / 100)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken / len(ids) < 220


def test_ids_that_leave_the_window_together_are_not_found_and_are_forgotten_in_portions() -> None:
    window = DeduplicationWindow()
    for number in range(2_500):
        window.remember(digest_of((None, str(number))), told("accepted"), 0)
    lengths = []
    for number in (2_499, 0, 1_500):
        assert window.first(digest_of((None, str(number))), 300) is None
        window.forget(300)
        lengths.append(len(window))
    assert lengths == [1_500, 500, 0]


def test_reading_shows_what_was_known_when_it_began() -> None:
    window = DeduplicationWindow()
    for digest in (1, 2, 3):
        window.remember(digest, Accepted(f"first {digest}"), 0)
    first = window.begin_reading()
    assert window.forget(400) == [1, 2, 3]
    window.remember(2, Accepted("second 2"), 400)
    second = window.begin_reading()
    window.remember(4, Accepted("first 4"), 400)
    assert window.forget(800) == [2, 4]
    assert [(digest, accepted.message_id) for digest, _, accepted in first] == [
        (1, "first 1"),
        (2, "first 2"),
        (3, "first 3"),
    ]
    assert [(digest, accepted.message_id) for digest, _, accepted in second] == [(2, "second 2")]
    first.end()
    second.end()
    assert list(window.entries()) == []


def used(window: DeduplicationWindow) -> list[int]:
    return [digest for digest, _, _ in window.entries()]


def test_id_that_is_used_again_after_the_window_is_the_newest() -> None:
    window = DeduplicationWindow()
    for digest in (1, 2, 1):
        window.remember(digest, told(f"{digest}"), 300 * (digest == 2))
    window.remember(1, told("again"), 500)
    assert used(window) == [2, 1]
    assert window.forget(650) == [2]  # 1 stood before it, when it was used first
    assert used(window) == [1]
    assert window.forget(850) == [1]
    assert not window.may_forget(850)


def test_id_that_was_dropped_is_the_newest_when_it_is_used_again() -> None:
    window = DeduplicationWindow()
    window.remember(1, told("first"), 0)
    window.drop(1)
    window.remember(2, told("second"), 300)
    window.remember(1, told("again"), 300)
    assert used(window) == [2, 1]
    assert window.forget(600) == [2, 1]
