"""Measured values in a line."""

import statistics
from collections.abc import Sequence


def spread(values: Sequence[float], unit: str = "ms", scale: float = 1000.0) -> str:
    """Median, minimum and maximum of ``values`` (in seconds by default), times ``scale``."""
    middle, least, most = statistics.median(values), min(values), max(values)
    return f"median {middle * scale:.2f} {unit}, min {least * scale:.2f}, max {most * scale:.2f} (n={len(values)})"
