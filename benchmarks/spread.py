"""Summaries of repeated measurements."""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, minimum, maximum and the number of values."""

    median: float
    least: float
    most: float
    count: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        return cls(statistics.median(values), min(values), max(values), len(values))

    def __str__(self) -> str:
        return f"{short(self.median)} ({short(self.least)} to {short(self.most)})"


def spread(values: Sequence[float], unit: str = "ms", scale: float = 1000.0) -> str:
    """``values`` (in seconds by default) times ``scale``, as text."""
    return f"median {Spread.of([value * scale for value in values])} {unit}, n={len(values)}"


def short(value: float) -> str:
    """The number with three significant digits, or as a whole number if it is larger."""
    if value == 0:
        return "0"
    digits = 2 - math.floor(math.log10(abs(value)))
    return f"{value:,.{max(digits, 0)}f}"


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that is not exceeded by at least ``share`` of ``values``."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]
