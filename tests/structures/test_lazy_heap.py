from hypothesis import given
from hypothesis import strategies as st

from emulator.structures.lazy_heap import LazyHeap
from tests.sqs.bounds import stale_and_current


def pops(heap: LazyHeap[int]) -> list[int]:
    popped = []
    while (entry := heap.first()) is not None:
        popped.append(entry)
        heap.pop()
    return popped


def test_the_smallest_entry_comes_first() -> None:
    heap = LazyHeap[int](lambda _: True)
    for entry in (3, 1, 2):
        heap.add(entry)
    assert pops(heap) == [1, 2, 3]


def test_looking_at_the_first_entry_leaves_it_there() -> None:
    heap = LazyHeap[int](lambda _: True)
    heap.add(1)
    assert [heap.first(), heap.first()] == [1, 1]


def test_stale_entries_are_passed_over() -> None:
    current = {2, 4}
    heap = LazyHeap[int](current.__contains__)
    for entry in range(6):
        heap.add(entry)
    assert pops(heap) == [2, 4]
    assert len(heap) == 0


def test_compacting_keeps_each_current_entry_once_and_in_order() -> None:
    current = set(range(0, 1_000, 100))
    heap = LazyHeap[int](current.__contains__)
    for entry in reversed(range(1_000)):
        heap.add(entry)
        heap.add(entry)
    for _ in range(501):
        heap.compact(len(current))
    assert len(heap) == 10
    assert pops(heap) == list(range(0, 1_000, 100))


def test_compacting_looks_at_few_entries_with_each_call() -> None:
    looked_at: list[int] = []

    def is_current(entry: int) -> bool:
        looked_at.append(entry)
        return False

    heap = LazyHeap[int](is_current)
    for entry in range(1_000):
        heap.add(entry)
    for _ in range(10):
        before = len(looked_at)
        heap.compact(0)
        assert len(looked_at) - before <= 4


def test_of_few_stale_entries_the_first_goes() -> None:
    heap = LazyHeap[int]({3}.__contains__)
    for entry in range(10):
        heap.add(entry)
    lengths = []
    for _ in range(5):
        heap.compact(0)
        lengths.append(len(heap))
    assert lengths == [9, 8, 7, 7, 7]


ENTRIES = st.integers(0, 300)


@given(st.lists(st.tuples(st.sampled_from(["add", "drop", "pop"]), ENTRIES), max_size=400), st.integers(0, 300))
def test_it_finds_the_first_current_entry_and_keeps_few_that_are_stale(
    steps: list[tuple[str, int]], held_at_first: int
) -> None:
    current = set(range(held_at_first))
    heap = LazyHeap[int](current.__contains__)
    for entry in current:
        heap.add(entry)
    most = len(current)
    for step, entry in steps:
        if step == "add":
            current.add(entry)
            heap.add(entry)
        elif step == "drop":
            current.discard(entry)
        elif current:
            assert heap.first() == min(current)
            heap.pop()
            # An equal entry, if there is one, is the same thing again; it is stale from now on.
            current.discard(min(current))
        most = max(most, len(current))
        heap.compact(len(current))
        assert len(heap) <= stale_and_current(most)
    assert heap.first() == min(current, default=None)


def test_a_cleared_heap_is_empty() -> None:
    heap = LazyHeap[int](lambda _: True)
    heap.add(1)
    heap.clear()
    assert heap.first() is None
