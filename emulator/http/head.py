"""The head of a request: the names of its headers, and what HTTP/1.1 and our limits demand of it."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from emulator.admission.browsers import BROWSER_HEADERS
from emulator.http.limits import MAX_HEADER_BYTES, MAX_TARGET_BYTES, RefusedError, too_long_head, too_long_target
from emulator.serving.asgi import DELIVERY_HEADER
from emulator.wire.headers import READ_HEADERS

# Headers of requests that need more of HTTP than a body of known length and an answer, or are not for this server.
_UNUSUAL_HEADERS = BROWSER_HEADERS | {DELIVERY_HEADER, b"expect", b"transfer-encoding", b"upgrade"}

# The names of a request are kept for the next connections if they are few and short, as those of SDKs are.
_KEPT_NAMES, _KEPT_NAMES_BYTES = 64, 1024


class HeaderNames:
    """The names of a request's headers."""

    __slots__ = ("_lower", "_read", "given", "plain", "usual")

    def __init__(self, given: tuple[bytes, ...]) -> None:
        self.given = given
        first: dict[bytes, bytes] = {}  # by the name in lower case
        for name in given:
            first.setdefault(name.lower(), name)
        self._lower = list(first.items())
        self._read = [(lower, name) for lower, name in self._lower if lower in READ_HEADERS]
        names = first.keys()
        # Whether none of them is unusual or sent by a browser.
        self.plain = _UNUSUAL_HEADERS.isdisjoint(names)
        # Whether, besides, the request has a host, and does not say what becomes of the connection.
        self.usual = self.plain and b"host" in names and b"connection" not in names

    def headers(self, fields: dict[bytes, bytes]) -> dict[bytes, bytes]:
        """The headers of a request, whose ``fields`` have these names as they were given."""
        return {lower: fields[given] for lower, given in self._lower}

    def read_headers(self, fields: dict[bytes, bytes]) -> dict[bytes, bytes]:
        """Those of its headers that a call of AWS is read from."""
        return {lower: fields[given] for lower, given in self._read}


def header_names(given: tuple[bytes, ...]) -> HeaderNames:
    is_short = len(given) <= _KEPT_NAMES and sum(map(len, given)) <= _KEPT_NAMES_BYTES
    return _kept_names(given) if is_short else HeaderNames(given)


_kept_names = lru_cache(maxsize=256)(HeaderNames)  # so that connections share them


def check_size(url: bytes, fields: Iterable[tuple[bytes, bytes]]) -> None:
    """Raises RefusedError where the head is larger than the limits."""
    if len(url) > MAX_TARGET_BYTES:
        raise too_long_target()
    if sum(len(name) + len(value) + 4 for name, value in fields) > MAX_HEADER_BYTES:
        raise too_long_head()


def check_form(headers: Mapping[bytes, bytes], version: str) -> None:
    """Raises RefusedError where HTTP/1.1 demands it.

    https://www.rfc-editor.org/rfc/rfc9112#section-3.2, https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1
    """
    if version == "1.0":
        return
    if b"host" not in headers:
        raise RefusedError(400, "The request has no Host header.")
    if headers.get(b"expect", b"100-continue").lower() != b"100-continue":
        raise RefusedError(417, "The only expectation that is known is 100-continue.")
