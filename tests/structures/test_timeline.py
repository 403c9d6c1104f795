from emulator.structures.timeline import Timeline


def timeline(current: set[tuple[float, int]]) -> Timeline:
    """A timeline that takes the entries in ``current`` to be current."""
    return Timeline(lambda entry: entry in current)


def pop_due(line: Timeline, until: float) -> int | None:
    """The number of the first entry due at or before ``until``, taken out."""
    first = line.due_until(until)
    if first is None:
        return None
    line.pop()
    return first[1]


def test_entries_fall_due_in_order_of_time_and_then_of_sequence() -> None:
    entries = [(3.0, 1), (1.0, 9), (2.0, 5), (1.0, 4)]
    line = timeline(set(entries))
    for when, sequence in entries:
        line.add((when, sequence))
    assert [pop_due(line, 3) for _ in range(5)] == [4, 9, 5, 1, None]


def test_an_entry_is_due_at_its_very_time_and_not_before() -> None:
    line = timeline({(2.0, 1)})
    line.add((2.0, 1))
    assert pop_due(line, 1.999) is None
    assert pop_due(line, 2) == 1


def test_the_next_due_time_passes_over_stale_entries() -> None:
    line = timeline({(3.0, 1)})
    for entry in [(1.0, 1), (2.0, 2), (3.0, 1)]:
        line.add(entry)
    assert line.next_due() == 3
    assert line.next_due() == 3


def test_an_empty_timeline_is_never_due() -> None:
    line = timeline(set())
    line.add((1.0, 1))
    assert line.next_due() is None
    assert pop_due(line, 9) is None


def test_a_cleared_timeline_is_empty() -> None:
    line = timeline({(1.0, 1)})
    line.add((1.0, 1))
    line.clear()
    assert line.next_due() is None
