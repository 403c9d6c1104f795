"""Finds damage in SQLite's write-ahead log, which SQLite passes over in silence.

SQLite reads the log up to the first frame whose checksum is wrong, and takes the rest for a transaction that was not
finished. After the end of a process that is right: only the last transaction can be incomplete, and it has no commit
frame. A commit frame after a wrong checksum shows that a complete transaction is damaged.

https://www.sqlite.org/fileformat2.html#the_write_ahead_log
"""

from collections.abc import Iterator
from pathlib import Path
from struct import Struct
from typing import NamedTuple

_HEADER = Struct(">8I")
_FRAME_HEADER = Struct(">6I")
_BIG_ENDIAN_BIT = 1  # of the magic number: how the words of checksums are read
_WORDS = {False: Struct("<II"), True: Struct(">II")}
_HEADER_SUMMED, _FRAME_HEADER_SUMMED = 24, 8  # bytes of each that are part of the checksum
_MASK = 0xFFFF_FFFF


class _Frame(NamedTuple):
    at: int  # in the file
    is_valid: bool
    commits: bool  # whether it is the last of a transaction


def damaged_at(log: Path) -> int | None:
    """Where in the file the first damage is; None if a crash can have left the log so, or if there is none."""
    first_wrong: int | None = None
    for frame in _frames(log):
        if not frame.is_valid and first_wrong is None:
            first_wrong = frame.at
        if first_wrong is not None and frame.commits:
            return first_wrong
    return None


def _frames(log: Path) -> Iterator[_Frame]:
    """The frames of the present use of the log, which SQLite overwrites from the start again and again."""
    try:
        opened = log.open("rb")
    except FileNotFoundError:
        return
    with opened:
        header = opened.read(_HEADER.size)
        if len(header) < _HEADER.size:
            return
        magic, _, page_size, _, *salts, _, _ = _HEADER.unpack(header)
        words = _WORDS[bool(magic & _BIG_ENDIAN_BIT)]
        total = _sum(words, header[:_HEADER_SUMMED], (0, 0))
        at = _HEADER.size
        while len(frame := opened.read(_FRAME_HEADER.size + page_size)) == _FRAME_HEADER.size + page_size:
            _, size_after_commit, *frame_salts, first, second = _FRAME_HEADER.unpack_from(frame)
            if frame_salts != salts:
                return
            total = _sum(words, frame[:_FRAME_HEADER_SUMMED], total)
            total = _sum(words, frame[_FRAME_HEADER.size :], total)
            yield _Frame(at, total == (first, second), bool(size_after_commit))
            at += len(frame)


def _sum(words: Struct, content: bytes, total: tuple[int, int]) -> tuple[int, int]:
    first, second = total
    for one, other in words.iter_unpack(content):
        first = (first + one + second) & _MASK
        second = (second + other + first) & _MASK
    return first, second
