"""Counts in texts for people."""


def count(number: int, noun: str) -> str:
    """The number with its noun, such as ``1 queue``, ``2 queues`` or ``0 deliveries``."""
    if number == 1:
        return f"1 {noun}"
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number} {plural}"
