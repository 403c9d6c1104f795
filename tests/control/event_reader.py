"""A reader of the event stream, on a connection of its own."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests import patience


@dataclass(frozen=True, slots=True)
class Heard:
    id: str
    type: str
    data: Any


class EventReader:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.response = response

    def next(self) -> Heard:
        """The next event, passing over comments."""
        fields: dict[str, str] = {}
        while True:
            line = self.response.readline().decode()
            assert line, "the stream is over"
            if line == "\n" and "data" in fields:
                return Heard(fields.get("id", ""), fields["event"], json.loads(fields["data"]))
            name, _, value = line.rstrip("\n").partition(": ")
            if name:
                fields[name] = value

    def take(self, count: int) -> list[Heard]:
        return [self.next() for _ in range(count)]

    def rest(self) -> bytes:
        """What comes until the end of the stream."""
        return self.response.read()


@contextmanager
def reading(url: str, **query: str) -> Iterator[EventReader]:
    """A reader that gets all events from now on."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=patience.SECONDS)
    try:
        connection.request("GET", f"/_emulator/events?{urlencode(query)}")
        response = connection.getresponse()
        assert response.status == 200
        assert response.getheader("content-type", "").startswith("text/event-stream")
        yield EventReader(response)
    finally:
        connection.close()
