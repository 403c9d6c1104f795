"""Finds damage in SQLite's write-ahead log, which SQLite passes over in silence.

SQLite reads the log up to the first frame whose checksum is wrong, and takes the rest for a transaction that was not
finished. After the end of a process that is right: the frame that was being written is wrong, and behind it can be
frames of a transaction that an earlier process did not finish, none of which is a commit frame with a right checksum.
Such a commit frame shows that a complete transaction is damaged.

The checksum of a frame goes on from that of the frame before, so it is compared with what stands in that frame.

https://www.sqlite.org/fileformat2.html#the_write_ahead_log
"""

from collections.abc import Iterator
from pathlib import Path
from struct import Struct
from typing import BinaryIO, NamedTuple

_HEADER = Struct(">8I")
_FRAME_HEADER = Struct(">6I")
_BIG_ENDIAN_BIT = 1  # of the magic number: how the words of checksums are read
_WORDS = {False: Struct("<II"), True: Struct(">II")}
_HEADER_SUMMED, _FRAME_HEADER_SUMMED = 24, 8  # bytes of each that are part of the checksum
_MASK = 0xFFFF_FFFF


class _Frame(NamedTuple):
    at: int  # in the file
    is_valid: bool  # whether it is of the present use, and its checksum follows from that of the frame before
    commits: bool  # whether it is the last of a transaction


class _Header(NamedTuple):
    page_size: int
    salts: list[int]  # of the frames of the present use of the log
    words: Struct
    total: tuple[int, int]  # the checksum, with which that of the first frame begins
    is_valid: bool


def damaged_at(log: Path) -> int | None:
    """Where in the file the first damage is; None if a crash can have left the log so, or if there is none."""
    try:
        opened = log.open("rb")
    except FileNotFoundError:
        return None
    with opened:
        text = opened.read(_HEADER.size)
        if len(text) < _HEADER.size:
            return None
        header = _header(text)
        if not header.is_valid:
            return 0
        first_wrong: int | None = None
        for frame in _frames(opened, header):
            if not frame.is_valid and first_wrong is None:
                first_wrong = frame.at
            if first_wrong is not None and frame.is_valid and frame.commits:
                return first_wrong
    return None


def _header(text: bytes) -> _Header:
    magic, _, page_size, _, *salts, first, second = _HEADER.unpack(text)
    words = _WORDS[bool(magic & _BIG_ENDIAN_BIT)]
    total = _sum(words, text[:_HEADER_SUMMED], (0, 0))
    return _Header(page_size, salts, words, total, total == (first, second))


def _frames(opened: BinaryIO, header: _Header) -> Iterator[_Frame]:
    """All frames. SQLite uses the log again and again from its start; frames of an earlier use have other salts."""
    total, at = header.total, _HEADER.size
    size = _FRAME_HEADER.size + header.page_size
    while len(frame := opened.read(size)) == size:
        _, size_after_commit, *salts, first, second = _FRAME_HEADER.unpack_from(frame)
        if salts == header.salts:
            total = _sum(header.words, frame[:_FRAME_HEADER_SUMMED], total)
            total = _sum(header.words, frame[_FRAME_HEADER.size :], total)
        is_valid = salts == header.salts and total == (first, second)
        yield _Frame(at, is_valid, bool(size_after_commit))
        total = first, second
        at += size


def _sum(words: Struct, content: bytes, total: tuple[int, int]) -> tuple[int, int]:
    first, second = total
    for one, other in words.iter_unpack(content):
        first = (first + one + second) & _MASK
        second = (second + other + first) & _MASK
    return first, second
