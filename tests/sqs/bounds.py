"""How much may be kept."""


def stale_and_current(live: int) -> int:
    """How many entries a lazy heap may hold of which, at most, so many were ever current at once."""
    return 3 * (live + 32)
