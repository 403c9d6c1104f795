"""The control interface, as a test calls it: over HTTP, or inside the process."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote, urlencode, urlsplit

_PREFIX = "/_emulator/"
_TIMEOUT_SECONDS = 30


class ControlError(RuntimeError):
    """The emulator refused a control request; the text says why."""


class Fetch(Protocol):
    """Sends one control request; the status and the body of the answer come back."""

    def __call__(self, method: str, path: str, body: bytes) -> tuple[int, bytes]: ...


def over_http(url: str) -> Fetch:
    """Requests to the server at ``url``, past any proxy."""
    import http.client

    netloc = urlsplit(url).netloc

    def fetch(method: str, path: str, body: bytes) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(netloc, timeout=_TIMEOUT_SECONDS)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    return fetch


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """A message in a queue, looked at without receiving it."""

    message_id: str
    state: str  # "visible", "delayed" or "in_flight"
    body: str
    attributes: Mapping[str, Mapping[str, str]]  # in the form of SendMessage's MessageAttributes
    receive_count: int
    sent_at: datetime
    expires_at: datetime
    visible_at: datetime | None = None  # the end of the delay or the visibility timeout
    group_id: str | None = None
    group_in_flight: bool = False  # an earlier message of its group is in flight: this one cannot be received yet
    deduplication_id: str | None = None
    sequence_number: str | None = None
    dead_letter_source: str | None = None  # ARN of the queue it was moved from

    def json(self) -> Any:
        """The body, decoded; of a message that came from a topic, the envelope or the raw message."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class QueueContents:
    """A queue as it is at ``now``, with its messages in order of arrival."""

    name: str
    region: str
    now: datetime
    messages: list[QueueMessage] = field(default_factory=list)
    omitted: int = 0  # messages beyond those here


class Control:
    """The control interface, for one account."""

    def __init__(self, fetch: Fetch, account_id: str) -> None:
        self._fetch = fetch
        self._account_id = account_id

    def clock(self) -> Any:
        return self._get("clock", account=self._account_id)

    def move_clock(self, **move: object) -> Any:
        return self._call("POST", "clock", {**move, "account": self._account_id})

    def reset(self, region: str | None, service: str | None) -> None:
        self._call("POST", "reset", {"account": self._account_id, "region": region, "service": service})

    def state(self) -> dict[str, Any]:
        document: dict[str, Any] = self._get("state", account=self._account_id)
        return document

    def restore(self, document: Mapping[str, Any]) -> None:
        """ControlError if it is no document that can be restored."""
        self._call("PUT", f"state?account={self._account_id}", document)

    def queues(self) -> list[Any]:
        """Every queue of the account, in all regions."""
        listed: list[Any] = self._get("queues", account=self._account_id)["queues"]
        return listed

    def contents(self, region: str, name: str, limit: int) -> QueueContents:
        """LookupError if there is no such queue."""
        found = self._get(f"queues/{self._account_id}/{region}/{quote(name, safe='')}", limit=limit)
        now = datetime.fromisoformat(found["now"])
        return QueueContents(name, region, now, [_message(told) for told in found["messages"]], found["omitted"])

    def trace(self, limit: int) -> list[Any]:
        """What became of the account's newest publishes, the newest last."""
        publishes: list[Any] = self._get("trace", account=self._account_id, limit=limit)["publishes"]
        return publishes

    def _get(self, path: str, **query: object) -> Any:
        return self._call("GET", f"{path}?{urlencode(query)}")

    def _call(self, method: str, path: str, body: object = None) -> Any:
        status, answer = self._fetch(method, _PREFIX + path, b"" if body is None else json.dumps(body).encode())
        if status == 404:
            raise LookupError(json.loads(answer)["error"])
        if status >= 400:
            raise ControlError(json.loads(answer)["error"])
        return json.loads(answer) if answer else None


_TIMES = ("sent_at", "expires_at", "visible_at")


def _message(told: dict[str, Any]) -> QueueMessage:
    return QueueMessage(**told | {name: datetime.fromisoformat(told[name]) for name in _TIMES if name in told})
