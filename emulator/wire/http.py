"""An HTTP request and its answer, independent of the server."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

Headers = Mapping[bytes, bytes]  # names in lower case


class HttpRequest(Struct):
    method: str
    scheme: str
    path: str  # percent-decoded
    query: bytes
    headers: Headers
    body: bytes
    too_large: bool = False  # the body was larger than any AWS request; it is left out
    client: Sequence[object] | None = None  # address and port of the other end of the connection, if it has such
    raw_path: bytes | None = None  # percent-encoded; None: the path has no escapes
    is_trusted: bool = False  # it is made by the emulator itself, and needs no signature


class HttpResponse(Struct):
    """An answer. ``head`` has the header lines of HTTP/1.1, each with its line end, as most answers are sent."""

    status: int
    head: bytes
    body: bytes

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The headers in ASGI's form."""
        return [(name, value) for name, _, value in (line.partition(b": ") for line in self.head.splitlines())]


class Unanswered(Exception):
    """The request gets no answer, and its connection ends. ``stalled``: the client was kept waiting before that."""

    def __init__(self, *, stalled: bool = False) -> None:
        self.stalled = stalled
        super().__init__("no answer")
