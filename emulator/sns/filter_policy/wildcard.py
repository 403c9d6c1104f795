"""Wildcard patterns: ``*`` stands for any run of characters, ``\\*`` and ``\\\\`` for themselves."""

import re

from msgspec import Struct

from emulator.sns.filter_policy.limits import (
    MAX_WILDCARDS_PER_PATTERN,
    SEVERAL_WILDCARDS_POINTS,
    SINGLE_WILDCARD_POINTS,
)

_TOKEN = re.compile(r"\*+|\\.?|[^*\\]+", re.DOTALL)


class WildcardError(Exception):
    """The pattern is malformed; the message is AWS's."""


class Wildcard(Struct, frozen=True):
    """A parsed pattern: the literal pieces between its wildcards, one more than there are wildcards."""

    pieces: tuple[str, ...]

    @classmethod
    def parse(cls, pattern: str) -> "Wildcard":
        """Raises WildcardError for ``**``, for an escape of another character, and for too many wildcards."""
        pieces: list[list[str]] = [[]]
        for token in _TOKEN.finditer(pattern):
            if token[0] == "*":
                pieces.append([])
            elif token[0][0] == "*":
                raise WildcardError(f"Consecutive wildcard characters at pos {_position(pattern, token.start())}")
            elif token[0][0] == "\\":
                if token[0] not in ("\\*", "\\\\"):
                    raise WildcardError(f"Invalid escape character at pos {_position(pattern, token.start())}")
                pieces[-1].append(token[0][1])
            else:
                pieces[-1].append(token[0])
        if len(pieces) - 1 > MAX_WILDCARDS_PER_PATTERN:
            raise WildcardError(f"Wildcard pattern can not have more than {MAX_WILDCARDS_PER_PATTERN} wildcards")
        return cls(tuple("".join(piece) for piece in pieces))

    @property
    def points(self) -> int:
        """The pattern's share in the wildcard complexity of its key."""
        wildcards = len(self.pieces) - 1
        return SEVERAL_WILDCARDS_POINTS if wildcards > 1 else wildcards * SINGLE_WILDCARD_POINTS

    @property
    def searches(self) -> int:
        """How often a text is searched at most."""
        return max(0, len(self.pieces) - 2)

    def matches(self, text: str) -> bool:
        """Takes each piece at its first possible position, so one pass over the text decides."""
        first, *others = self.pieces
        if not others:
            return text == first
        *middle, last = others
        at, end = len(first), len(text) - len(last)
        if end < at or not text.startswith(first) or not text.endswith(last):
            return False
        for piece in middle:
            found = text.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return True


def _position(pattern: str, at: int) -> int:
    """The position in bytes, as AWS counts, including the opening quotation mark."""
    return len(pattern[:at].encode("utf-8", "surrogatepass")) + 1
