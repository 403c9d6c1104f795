"""An HTTP request and its answer, without the server they came through."""

from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

Headers = Mapping[bytes, bytes]  # names in lower case


class HttpRequest(Struct):
    method: str
    scheme: str
    path: str  # percent-decoded
    query: bytes
    headers: Headers
    body: bytes
    too_large: bool = False  # there was more body than any AWS request has; it is left out


class HttpResponse(Struct):
    """``head`` is the header lines as HTTP/1.1 has them, each with its end: most answers leave in this very form."""

    status: int
    head: bytes
    body: bytes

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """As ASGI has them."""
        return [(name, value) for name, _, value in (line.partition(b": ") for line in self.head.splitlines())]


class Unanswered(Exception):
    """A request gets no answer, and its connection ends; ``stalled`` says that it had been left waiting until then."""

    def __init__(self, *, stalled: bool = False) -> None:
        self.stalled = stalled
        super().__init__("no answer")


def host_of(headers: Headers) -> str:
    """The host by which the caller reached us, in lower case, with its port."""
    return headers.get(b"host", b"").decode("latin-1").lower()


def endpoint_of(request: HttpRequest) -> str:
    """Scheme, host and port by which the caller reached us."""
    return _endpoint(request.scheme, request.headers.get(b"host", b"localhost"))


@lru_cache(maxsize=1024)
def _endpoint(scheme: str, host: bytes) -> str:
    return f"{scheme}://{host.decode('latin-1')}"


@lru_cache(maxsize=256)
def media_type_of(content_type: bytes) -> bytes:
    """The media type that a header Content-Type names, in lower case.

    https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1
    """
    return content_type.partition(b";")[0].strip().lower()
