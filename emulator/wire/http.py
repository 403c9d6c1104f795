"""An HTTP request and its answer, independent of the server."""

from collections.abc import Mapping, Sequence

Headers = Mapping[bytes, bytes]  # names in lower case


class HttpRequest:
    """A request. ``headers`` has those at least that calls of AWS are read from."""

    __slots__ = (
        "body",
        "client",
        "headers",
        "is_trusted",
        "method",
        "path",
        "query",
        "raw_path",
        "scheme",
        "too_large",
    )

    def __init__(
        self,
        method: str,
        scheme: str,
        path: str,
        query: bytes,
        headers: Headers,
        body: bytes,
        too_large: bool = False,
        client: Sequence[object] | None = None,
        raw_path: bytes | None = None,
        is_trusted: bool = False,
    ) -> None:
        self.method = method
        self.scheme = scheme
        self.path = path  # percent-decoded
        self.query = query
        self.headers = headers
        self.body = body
        self.too_large = too_large  # the body was larger than any AWS request; it is left out
        self.client = client  # address and port of the other end of the connection, if it has such
        self.raw_path = raw_path  # percent-encoded; None: the path has no escapes
        self.is_trusted = is_trusted  # it is made by the emulator itself, and needs no signature

    def with_query(self, query: bytes, body: bytes | None = None) -> "HttpRequest":
        """The same request with another query, and perhaps another body."""
        return HttpRequest(
            self.method,
            self.scheme,
            self.path,
            query,
            self.headers,
            self.body if body is None else body,
            self.too_large,
            self.client,
            self.raw_path,
            self.is_trusted,
        )


class HttpResponse:
    """An answer. ``head`` has the header lines of HTTP/1.1, each with its line end, as most answers are sent."""

    __slots__ = ("body", "head", "status")

    def __init__(self, status: int, head: bytes, body: bytes) -> None:
        self.status = status
        self.head = head
        self.body = body

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The headers in ASGI's form."""
        lines = [line.partition(b": ") for line in self.head.splitlines()]
        return [(name, value) for name, _, value in lines]


class Unanswered(Exception):
    """The request gets no answer, and its connection ends. ``stalled``: the client was kept waiting before that."""

    def __init__(self, *, stalled: bool = False) -> None:
        self.stalled = stalled
        super().__init__("no answer")
