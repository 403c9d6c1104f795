"""How one kind of sensitive data is found in a text: a pattern, a further condition, and keywords that stand nearby.

A text can be long, so it is searched in portions: what they find is what a search of the whole text finds.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from ipaddress import AddressValueError, IPv6Address
from itertools import takewhile

from msgspec import Struct

from emulator.timing.turns import Work

KEYWORD_DISTANCE = 30  # characters between data and keyword, on either side
SEARCHED_AT_ONCE = 4_000  # characters of a text
REACH = 1_000  # characters; an e-mail address, which is the longest, has less

_IPV6_COLONS_MIN = 2
_SHORT_KEYWORD = 4  # letters; shorter ones must not be part of a longer word

Span = tuple[int, int]


class Detector(Struct, frozen=True):
    """If there are ``keywords``, one of them must stand near what the pattern finds.

    The pattern must take linear time for any text, because it runs on the event loop. Pattern and keywords are
    compiled at first use; few servers have a data protection policy.
    """

    pattern: str
    keywords: str | None = None
    holds: Callable[[str], bool] = bool  # a further condition that a match must fulfill
    reach: int | None = REACH  # characters, at most, that a match has and looks at behind itself; None: any number

    def searching(self, text: "SearchedText") -> Work[list[Span]]:
        """Where ``text`` has what is looked for."""
        found = []
        for matches in _matches(re.compile(self.pattern), text.text, self.reach):
            for match in matches:
                if self.keywords is not None:
                    yield from text.searching(self.keywords)
                near = self.keywords is None or text.has_near(match.span(), self.keywords)
                if near and self.holds(match[0]):
                    found.append(match.span())
            yield
        return found


def _matches(pattern: re.Pattern[str], text: str, reach: int | None) -> Iterator[list[re.Match[str]]]:
    """What ``pattern.finditer(text)`` gives, in lists: one for each portion of the text in which matches begin."""
    if reach is None:
        yield list(pattern.finditer(text))
        return
    at = 0
    while at < len(text):
        end = at + SEARCHED_AT_ONCE
        matches = pattern.finditer(text, at, end + reach)
        found = list(takewhile(lambda match: match.start() < end, matches))  # noqa: B023 - it is called here
        yield found
        at = max(end, found[-1].end()) if found else end


class SearchedText:
    """A text, and the positions of keywords in it.

    Keywords are searched if there is anything that they may stand near, and once for all detectors: of all that is
    done with a text, this takes longest.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._keywords: dict[str, list[Span]] = {}

    def searching(self, keywords: str) -> Work[None]:
        """Find the keywords, for ``has_near``."""
        if keywords in self._keywords:
            return
        found: list[Span] = []
        for matches in _matches(re.compile(keywords, re.IGNORECASE), self.text, REACH):
            found += (match.span() for match in matches)
            yield
        self._keywords[keywords] = found

    def has_near(self, span: Span, keywords: str) -> bool:
        """Whether one of the keywords is near the span. They have been searched."""
        found = self._keywords[keywords]
        start, end = span
        at = bisect_left(found, span)
        before = at > 0 and found[at - 1][1] + KEYWORD_DISTANCE >= start
        behind = at < len(found) and found[at][0] <= end + KEYWORD_DISTANCE
        return before or behind


def keywords(words: str) -> str:
    """The pattern of the comma-separated keywords. A space in one matches a space, nothing, ``_`` or ``-``."""
    alternatives = []
    for word in words.split(", "):
        escaped = "[ _-]?".join(re.escape(part) for part in word.split(" "))
        short = sum(map(str.isalpha, word)) < _SHORT_KEYWORD
        alternatives.append(rf"(?<![a-z]){escaped}(?![a-z])" if short else escaped)
    return "|".join(alternatives)


def iban(country: str, national: int, words: str) -> Detector:
    """An IBAN with ``national`` characters after the check digits, in one group or in groups of four."""
    pattern = rf"(?<![A-Z0-9]){country}\d\d(?: ?[A-Z0-9]){{{national}}}(?![A-Z0-9])"
    return Detector(pattern, words, _is_iban)


def private_key(kind: str) -> Detector:
    """From BEGIN to END. Up to four dashes in a row may stand in between."""
    begin, end = (rf"-----{word} {kind}-----" for word in ("BEGIN", "END"))
    return Detector(rf"{begin}[^-]*+(?:-(?!----)[^-]*+)*+{end}", reach=None)


def is_luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit of the others."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def is_ipv6(text: str) -> bool:
    if text.count(":") < _IPV6_COLONS_MIN:
        return False
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return text.strip(":") != ""


def _is_iban(text: str) -> bool:
    """ISO 7064 MOD 97-10: with the head at the end and letters as numbers from 10, the remainder is 1."""
    letters = text.replace(" ", "")
    return int("".join(str(int(letter, 36)) for letter in letters[4:] + letters[:4])) % 97 == 1
