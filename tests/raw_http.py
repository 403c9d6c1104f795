"""HTTP requests with whatever headers a test wants."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests import patience


@dataclass(slots=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: str


def ask(
    url: str, path: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes = b""
) -> Answer:
    """The answer of the server at ``url``; a Host among the headers stands instead of its own."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=patience.SECONDS)
    try:
        connection.request(method, path, body or None, dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read().decode())
    finally:
        connection.close()
