"""The only source of chance: message, request and queue ids, and keys.

With a seed, every id repeats exactly from run to run.
"""

import os
import random
from collections.abc import Callable

_POOL_BYTES = 4096
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def seeded_chance(seed: int | str) -> random.Random:
    """A source of chance that repeats exactly from run to run."""
    return random.Random(seed)


class Ids:
    """Makes ids in the forms AWS uses."""

    def __init__(self, seed: int | None = None) -> None:
        self._read: Callable[[int], bytes] = os.urandom if seed is None else seeded_chance(seed).randbytes
        self._pool = b""
        self._used = 0

    def uuid(self) -> str:
        """A random (version 4) UUID, as ids of messages, requests and subscriptions are."""
        digits = self.random_bytes(16).hex()
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{_VARIANT[digits[16]]}{digits[17:20]}-{digits[20:]}"

    def random_bytes(self, count: int) -> bytes:
        """``count`` bytes, at most 4,096, read from the system in larger portions: each read is a system call."""
        start, end = self._used, self._used + count
        if end > len(self._pool):
            self._pool = self._read(_POOL_BYTES)
            start, end = 0, count
        self._used = end
        return self._pool[start:end]
