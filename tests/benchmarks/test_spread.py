import pytest

from benchmarks.spread import Spread, percentile, short, spread


def test_spread_is_median_minimum_and_maximum() -> None:
    assert Spread.of([3.0, 1.0, 20.0]) == Spread(median=3.0, least=1.0, most=20.0, count=3)


def test_spread_in_a_line_says_how_many_values_it_is_of() -> None:
    assert spread([0.001, 0.002, 0.003]) == "median 2.00 (1.00 to 3.00) ms, n=3"


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, 1), (0.25, 1), (0.26, 2), (0.5, 2), (0.99, 4), (1.0, 4)],
)
def test_percentile_is_the_smallest_value_that_the_share_does_not_exceed(share: float, expected: float) -> None:
    assert percentile([3, 1, 4, 2], share) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "0"), (0.01234, "0.0123"), (1.234, "1.23"), (12.34, "12.3"), (1234.5, "1,234"), (-2.5, "-2.50")],
)
def test_numbers_are_written_with_three_digits_that_count(value: float, expected: str) -> None:
    assert short(value) == expected
