"""Random ids and keys. No other module reads the system's source of random numbers.

Without a seed all accounts share the system's source. With a seed each account has its own streams, derived from the
seed and the account's id: the same calls in an account give the same ids in every run, whatever other accounts do
meanwhile. The position of a stream can be read and set, so that a stream can start again or continue elsewhere.
"""

import os
import random
import struct
from hashlib import shake_256
from typing import ClassVar

from emulator.aws.place import EVERYWHERE, Place
from emulator.foundation.changes import Change, IdsTaken, Ledger, Stream
from emulator.foundation.part import Part

_CHANCE = struct.Struct(">625I")  # the state of a Mersenne Twister: 624 words and the position among them
_PORTION_BYTES = 4096
_UUID_BYTES = 16
_UUID_LENGTH = 36  # characters
_PORTION_UUIDS = _PORTION_BYTES // _UUID_BYTES
# Where four digits and a hyphen, eight times, have hyphens that UUIDs do not have; and how far each is from the next.
_NEEDLESS_HYPHENS = ((34, 40), (29, 39), (4, 38))
_VERSION_4 = bytes(byte & 0x0F | 0x40 for byte in range(256))
_VARIANT_1 = bytes(byte & 0x3F | 0x80 for byte in range(256))


def seeded_chance(seed: int | str) -> random.Random:
    """A source of chance that repeats exactly from run to run."""
    return random.Random(seed)


def state_of_chance(chance: random.Random) -> bytes:
    """The state of ``chance``, from which ``chance_in_state`` makes a source that continues the same sequence."""
    return _CHANCE.pack(*chance.getstate()[1])


def chance_in_state(state: bytes) -> random.Random:
    """A random source with this ``state``; ValueError if the state is impossible."""
    if len(state) != _CHANCE.size:
        raise ValueError(f"{_CHANCE.size} bytes are wanted, not {len(state)}")
    chance = random.Random()
    chance.setstate((chance.VERSION, _CHANCE.unpack(state), None))
    return chance


class Ids(Part):
    """Makes ids in the forms AWS uses."""

    __slots__ = ("_ledger", "_portion", "_portions", "_seed", "_streams", "_used", "_uuids")

    changes: ClassVar[tuple[type[Change], ...]] = (IdsTaken,)

    def __init__(self, seed: int | str | None = None, ledger: Ledger | None = None) -> None:
        self._seed = seed
        self._ledger = ledger or Ledger()
        self._streams: dict[str, Ids] = {}
        self._portion = b""
        self._uuids: list[str] = []  # that the portion makes
        self._portions = 0  # that were read
        self._used = _PORTION_BYTES  # bytes of the portion

    # -- Streams ---------------------------------------------------------------------------

    @property
    def seeded(self) -> bool:
        return self._seed is not None

    def of(self, account: str) -> "Ids":
        """The ids of what belongs to ``account``."""
        return self if self._seed is None else self._stream(account, "ids")

    def of_requests(self, account: str) -> "Ids":
        """The request ids of ``account``. They have their own stream, so that polling changes no other id."""
        return self if self._seed is None else self._stream(account, "request_ids")

    def reset(self, place: Place = EVERYWHERE) -> None:
        """Begin the streams of an account again, or all."""
        if self._seed is None or place.region is not None:
            return
        for account in self.accounts if place.account is None else (place.account,):
            self.of(account).go_to(0)
            self.of_requests(account).go_to(0)

    def rows(self, account: str | None = None) -> "dict[str, tuple[int, int]]":
        """How far the streams of an account have come, of ids and of ids of requests; or those that have begun."""
        if self._seed is None:
            return {}
        accounts = sorted(self.accounts) if account is None else [account]
        return {owner: (self.of(owner).place, self.of_requests(owner).place) for owner in accounts}

    def enter(self, rows: "dict[str, tuple[int, int]]") -> None:
        """Let streams go on from there. Without a seed there are none."""
        if self._seed is not None:
            for account, (place, request_place) in rows.items():
                self.of(account).go_to(place)
                self.of_requests(account).go_to(request_place)

    def apply(self, change: IdsTaken) -> None:
        """Let a stream go on from where it had come to. Without a seed there is none."""
        if self._seed is not None:
            self._stream(change.account, change.stream).go_to(change.place)

    @property
    def place(self) -> int:
        """The position of this stream."""
        return _PORTION_BYTES * (self._portions - 1) + self._used

    def go_to(self, place: int) -> None:
        """Continue this stream from the position ``place``."""
        self._portions, used = divmod(_whole(place), _PORTION_BYTES)
        self._used = _PORTION_BYTES
        if used:
            self._read()
            self._used = used

    @property
    def accounts(self) -> set[str]:
        """The accounts whose streams were used."""
        return {name.partition(" ")[0] for name, stream in self._streams.items() if stream.place}

    def _stream(self, account: str, kind: Stream) -> "Ids":
        name = account if kind == "ids" else f"{account} requests"
        stream = self._streams.get(name)
        if stream is None:
            stream = self._streams[name] = _RecordedIds(f"{self._seed} {name}", self._ledger, account, kind)
        return stream

    # -- Ids -------------------------------------------------------------------------------

    def uuid(self) -> str:
        """A random (version 4) UUID, as ids of messages, requests and subscriptions are."""
        used = self._used
        if used == _PORTION_BYTES:
            self._read()
            used = 0
        self._used = used + _UUID_BYTES
        return self._uuids[used >> 4]

    def random_bytes(self, count: int) -> bytes:
        """``count`` bytes, at most 4,096. They are read in larger portions, as each read costs a system call.

        UUIDs take blocks of 16 bytes, so the rest of the last block stays unused.
        """
        start, taken = self._used, _whole(count)
        if start + taken > _PORTION_BYTES:
            self._read()
            start = 0
        self._used = start + taken
        return self._portion[start : start + count]

    def _read(self) -> None:
        if self._seed is None:
            self._portion = os.urandom(_PORTION_BYTES)
        else:
            self._portion = shake_256(f"{self._seed} {self._portions}".encode()).digest(_PORTION_BYTES)
            self._portions += 1
        self._used = 0
        self._uuids = _uuids(self._portion)


class _RecordedIds(Ids):
    """A stream of one account. Whatever is taken of it is recorded."""

    __slots__ = ("_account", "_kind")

    def __init__(self, seed: str, ledger: Ledger, account: str, kind: Stream) -> None:
        super().__init__(seed, ledger)
        self._account = account
        self._kind: Stream = kind

    def uuid(self) -> str:
        """As without a record."""
        uuid = super().uuid()
        self._taken()
        return uuid

    def random_bytes(self, count: int) -> bytes:
        """As without a record."""
        taken = super().random_bytes(count)
        self._taken()
        return taken

    def go_to(self, place: int) -> None:
        """As without a record."""
        before = self.place
        super().go_to(place)
        if self.place != before:
            self._taken()

    def _taken(self) -> None:
        if self._ledger.kept:
            self._ledger.record(IdsTaken(self._account, self._kind, self.place))


def _whole(count: int) -> int:
    """``count`` rounded up to a multiple of 16."""
    return count + -count % _UUID_BYTES


def _uuids(portion: bytes) -> list[str]:
    """The texts of UUIDs, one for each 16 bytes of ``portion``.

    All are written together, which is faster than one after the other: with a hyphen behind each four digits, of which
    those that UUIDs do not have are deleted. The last one of each UUID becomes what they are split at.
    """
    marked = bytearray(portion)
    marked[6::16] = marked[6::16].translate(_VERSION_4)
    marked[8::16] = marked[8::16].translate(_VARIANT_1)
    text = bytearray(marked.hex("-", 2).encode())
    for place, distance in _NEEDLESS_HYPHENS:
        del text[place::distance]
    text[_UUID_LENGTH :: _UUID_LENGTH + 1] = b"," * (_PORTION_UUIDS - 1)
    return text.decode().split(",")
