"""Numbers, first in, first out."""

from hypothesis import given
from hypothesis import strategies as st

from emulator.structures.numbers import Numbers


@given(st.lists(st.integers(-700, 700), max_size=12))
def test_they_leave_in_the_order_in_which_they_came(steps: list[int]) -> None:
    """So many come at each step, or go, those below zero."""
    numbers, model, came = Numbers(), list[int](), 0
    for step in steps:
        for _ in range(step):
            came += 1
            numbers.append(came)
            model.append(came)
        for _ in range(min(-step, len(model))):
            assert numbers.first() == model.pop(0)
            numbers.pop()
        assert numbers.first() == (model[0] if model else None)
        assert len(numbers) == len(model)
        assert list(numbers) == model


def test_no_number_stays_when_they_are_cleared() -> None:
    numbers = Numbers()
    for number in range(1_000):
        numbers.append(number)
    numbers.pop()
    numbers.clear()
    assert (numbers.first(), len(numbers), list(numbers)) == (None, 0, [])
    numbers.append(7)
    assert numbers.first() == 7
