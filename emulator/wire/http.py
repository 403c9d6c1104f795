"""An HTTP request and its answer, independent of the server."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

Headers = Mapping[bytes, bytes]  # names in lower case

# Caches keep what they made of the texts of clients only where these are short: clients send long ones at will.
KEPT_BYTES = 256


class HttpRequest(Struct):
    method: str
    scheme: str
    path: str  # percent-decoded
    query: bytes
    headers: Headers
    body: bytes
    too_large: bool = False  # the body was larger than any AWS request; it is left out
    client: Sequence[object] | None = None  # address and port of the other end of the connection, if it has such


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


def source_ip_of(request: HttpRequest) -> str:
    """The caller's address; an IPv6 address that stands for an IPv4 address is that one. Callers in this process have
    that of this machine.
    """
    host = str(request.client[0]) if request.client else "127.0.0.1"
    return host.removeprefix("::ffff:") if "." in host else host.partition("%")[0]


def host_of(headers: Headers) -> str:
    """The host by which the caller reached us, in lower case, with its port."""
    return headers.get(b"host", b"").decode("latin-1").lower()


def endpoint_of(request: HttpRequest) -> str:
    """Scheme, host and port by which the caller reached us."""
    host = request.headers.get(b"host", b"localhost")
    return _kept_endpoint(request.scheme, host) if len(host) <= KEPT_BYTES else _endpoint(request.scheme, host)


def _endpoint(scheme: str, host: bytes) -> str:
    return f"{scheme}://{host.decode('latin-1')}"


_kept_endpoint = lru_cache(maxsize=1024)(_endpoint)


def media_type_of(headers: Headers) -> bytes:
    """The media type that the header Content-Type names, in lower case; empty if there is none.

    https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1
    """
    content_type = headers.get(b"content-type", b"")
    return _kept_media_type(content_type) if len(content_type) <= KEPT_BYTES else _media_type(content_type)


def _media_type(content_type: bytes) -> bytes:
    return content_type.partition(b";")[0].strip().lower()


_kept_media_type = lru_cache(maxsize=256)(_media_type)
