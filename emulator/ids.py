"""The only source of chance: message, request and queue ids, and keys.

Without a seed all accounts share one source, the system's. With a seed each account has streams of its own, made of
the seed and the account's id: what an account does gives the same ids in every run, whatever other accounts do
meanwhile. A stream is known by its place, so it can begin again, and go on elsewhere.
"""

import os
import random
import struct
from hashlib import shake_256

_CHANCE = struct.Struct(">625I")  # a Mersenne twister: 624 words, and the place among them
_PORTION_BYTES = 4096
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def seeded_chance(seed: int | str) -> random.Random:
    """A source of chance that repeats exactly from run to run."""
    return random.Random(seed)


def state_of_chance(chance: random.Random) -> bytes:
    """By which ``chance_in_state`` makes a source that goes on as this one does."""
    return _CHANCE.pack(*chance.getstate()[1])


def chance_in_state(state: bytes) -> random.Random:
    """ValueError where no source of chance can be in this state."""
    if len(state) != _CHANCE.size:
        raise ValueError(f"{_CHANCE.size} bytes are wanted, not {len(state)}")
    chance = random.Random()
    chance.setstate((chance.VERSION, _CHANCE.unpack(state), None))
    return chance


class Ids:
    """Makes ids in the forms AWS uses."""

    __slots__ = ("_portion", "_portions", "_seed", "_streams", "_used")

    def __init__(self, seed: int | str | None = None) -> None:
        self._seed = seed
        self._streams: dict[str, Ids] = {}
        self._portion = b""
        self._portions = 0  # that were read
        self._used = 0  # bytes of the portion

    # -- Streams ---------------------------------------------------------------------------

    @property
    def seeded(self) -> bool:
        return self._seed is not None

    def of(self, account: str) -> "Ids":
        """The ids of what belongs to ``account``."""
        return self if self._seed is None else self._stream(account)

    def of_requests(self, account: str) -> "Ids":
        """The ids of the requests of ``account``: how often somebody polls shall change no other id."""
        return self if self._seed is None else self._stream(f"{account} requests")

    def restart(self, account: str | None = None) -> None:
        """Begin the streams of ``account`` again, or all."""
        streams = self._streams.values() if account is None else (self.of(account), self.of_requests(account))
        for stream in streams:
            stream.go_to(0)

    @property
    def place(self) -> int:
        """How far this stream has come."""
        return _PORTION_BYTES * self._portions - (len(self._portion) - self._used)

    def go_to(self, place: int) -> None:
        """Go on as a stream of this seed does that has come to ``place``."""
        self._portions, used = divmod(place, _PORTION_BYTES)
        self._portion, self._used = b"", 0
        if used:
            self._read()
            self._used = used

    @property
    def accounts(self) -> set[str]:
        """Those whose streams have begun."""
        return {name.partition(" ")[0] for name, stream in self._streams.items() if stream.place}

    def _stream(self, name: str) -> "Ids":
        stream = self._streams.get(name)
        if stream is None:
            stream = self._streams[name] = Ids(f"{self._seed} {name}")
        return stream

    # -- Ids -------------------------------------------------------------------------------

    def uuid(self) -> str:
        """A random (version 4) UUID, as ids of messages, requests and subscriptions are."""
        digits = self.random_bytes(16).hex()
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{_VARIANT[digits[16]]}{digits[17:20]}-{digits[20:]}"

    def random_bytes(self, count: int) -> bytes:
        """``count`` bytes, at most 4,096, read in larger portions: each read of the system's is a system call."""
        start, end = self._used, self._used + count
        if end > len(self._portion):
            self._read()
            start, end = 0, count
        self._used = end
        return self._portion[start:end]

    def _read(self) -> None:
        if self._seed is None:
            self._portion = os.urandom(_PORTION_BYTES)
        else:
            self._portion = shake_256(f"{self._seed} {self._portions}".encode()).digest(_PORTION_BYTES)
            self._portions += 1
