from emulator.aws.deduplication import DeduplicationWindow


def test_the_first_use_of_an_id_finds_nothing() -> None:
    assert DeduplicationWindow[str]().first((None, "id"), 0) is None


def test_a_later_use_finds_what_the_first_was_told() -> None:
    window = DeduplicationWindow[str]()
    window.remember((None, "id"), "first", 0)
    assert window.first((None, "id"), 299.9) == "first"


def test_the_window_closes_five_minutes_after_the_first_use() -> None:
    window = DeduplicationWindow[str]()
    window.remember((None, "id"), "first", 0)
    assert window.first((None, "id"), 300) is None


def test_groups_are_told_apart_from_one_another_and_from_none() -> None:
    window = DeduplicationWindow[str]()
    window.remember(("g", "id"), "in g", 0)
    window.remember((None, "id"), "in none", 0)
    assert window.first(("g", "id"), 1) == "in g"
    assert window.first(("h", "id"), 1) is None
    assert window.first((None, "id"), 1) == "in none"


def test_only_what_left_the_window_is_forgotten() -> None:
    window = DeduplicationWindow[str]()
    for second in range(400):
        window.remember((None, str(second)), "accepted", second)
    window.forget(400)
    assert len(window) == 299
    assert window.first((None, "101"), 400) == "accepted"


def test_clock_that_is_set_back_does_not_stretch_the_window() -> None:
    window = DeduplicationWindow[str]()
    window.remember((None, "id"), "first", 10_000)
    assert window.first((None, "id"), 9_800) == "first"
    assert window.first((None, "id"), 9_700) is None


def test_clock_that_is_set_back_a_little_lets_nothing_stay_for_ever() -> None:
    window = DeduplicationWindow[str]()
    for id, now in (("a", 1_000), ("b", 900), ("c", 1_190)):
        window.remember((None, id), id, now)
    assert window.first((None, "b"), 1_210) is None  # though the older one before it is still there
    window.remember((None, "b"), "b again", 1_210)
    assert window.first((None, "b"), 1_320) == "b again"
    window.forget(1_600)
    assert len(window) == 0
