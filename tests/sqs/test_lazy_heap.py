from emulator.sqs.lazy_heap import LazyHeap


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
    heap.compact(len(current))
    assert len(heap) == 10
    assert pops(heap) == list(range(0, 1_000, 100))


def test_few_stale_entries_are_not_worth_looking_for() -> None:
    heap = LazyHeap[int](lambda _: False)
    for entry in range(10):
        heap.add(entry)
    heap.compact(0)
    assert len(heap) == 10


def test_a_cleared_heap_is_empty() -> None:
    heap = LazyHeap[int](lambda _: True)
    heap.add(1)
    heap.clear()
    assert heap.first() is None
