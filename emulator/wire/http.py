"""An HTTP request and its answer, without the server they came through."""

from collections.abc import Mapping
from dataclasses import dataclass

Headers = Mapping[bytes, bytes]  # names in lower case


@dataclass(slots=True)
class HttpRequest:
    method: str
    scheme: str
    path: str  # percent-decoded
    query: bytes
    headers: Headers
    body: bytes
    too_large: bool = False  # there was more body than any AWS request has; it is left out


@dataclass(slots=True)
class HttpResponse:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
