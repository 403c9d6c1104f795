"""A client of the control interface for tests, over HTTP or inside the process."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, urlencode, urlsplit

Kind = TypeVar("Kind")

_PREFIX = "/_emulator/"
_TIMEOUT_SECONDS = 30
_NOT_SETTLED = 408


class ControlError(RuntimeError):
    """The emulator refused a control request; the text says why."""


class Fetch(Protocol):
    """Sends one control request, and returns the status and the body of the answer."""

    def __call__(self, method: str, path: str, body: bytes) -> tuple[int, bytes]: ...


def over_http(url: str) -> Fetch:
    """Sends requests to the server at ``url``, without a proxy."""
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
    """A message in a queue, as seen without receiving it."""

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
    locked_by: str | None = None  # the id of that message
    deduplication_id: str | None = None
    sequence_number: str | None = None
    dead_letter_source: str | None = None  # ARN of the queue it was moved from

    def json(self) -> Any:
        """The decoded body. For a message from a topic that is the envelope, or the raw message."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class QueueContents:
    """A queue as it is at ``now``, with its messages in order of arrival."""

    name: str
    region: str
    now: datetime
    messages: list[QueueMessage] = field(default_factory=list)
    omitted: int = 0  # messages beyond those here


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A delivery to an HTTP endpoint that has neither arrived nor failed for good."""

    subscription: str  # ARN
    endpoint: str
    attempts: int  # failed ones
    type: str | None = None
    message_id: str | None = None
    last_status: int | None = None
    last_answer: str | None = None
    next_attempt_at: datetime | None = None  # None while the attempt is being made


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The deliveries that are still under way."""

    under_way: list[UnderWay]
    stuck: bool = False  # all of them wait for a frozen clock


@dataclass(frozen=True, slots=True)
class PendingSubscription:
    """A subscription that waits for confirmation."""

    subscription: str  # ARN
    topic: str  # ARN
    protocol: str
    endpoint: str
    token: str
    subscribe_url: str  # a GET confirms
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Dropped:
    """How much a reset dropped."""

    queues: int
    messages: int  # in queues, in any state
    move_tasks: int  # running, or still listed
    topics: int
    subscriptions: int  # confirmed or pending
    platform_applications: int
    platform_endpoints: int
    opted_out_numbers: int
    sandbox_numbers: int
    outbox_entries: int
    traces: int  # records of publishes
    deliveries: int  # under way to HTTP endpoints and functions
    faults: int


class Control:
    """The control interface for one account. Answers are converted to the types that the caller names."""

    def __init__(self, fetch: Fetch, account_id: str) -> None:
        self._fetch = fetch
        self._account_id = account_id

    def clock(self) -> Any:
        return self._get("clock", account=self._account_id)

    def move_clock(self, **move: object) -> Any:
        return self._call("POST", "clock", {**move, "account": self._account_id})

    def reset(self, region: str | None, service: str | None) -> Dropped:
        scope = {"account": self._account_id, "region": region, "service": service}
        return _as(Dropped, self._call("POST", "reset", scope)["dropped"])

    def state(self) -> dict[str, Any]:
        document: dict[str, Any] = self._get("state", account=self._account_id)
        return document

    def restore(self, document: Mapping[str, Any]) -> None:
        """Replace the state of the account. Raises ControlError if the document is bad."""
        self._call("PUT", f"state?account={self._account_id}", document)

    def declare(self, region: str, content: Mapping[str, Any]) -> None:
        self._call("POST", f"declare?{urlencode({'account': self._account_id, 'region': region})}", content)

    def queues(self) -> list[Any]:
        """Every queue of the account, in all regions."""
        listed: list[Any] = self._get("queues", account=self._account_id)["queues"]
        return listed

    def contents(self, region: str, name: str, limit: int) -> QueueContents:
        """Up to ``limit`` messages of a queue. LookupError if there is no such queue."""
        return _as(QueueContents, self._get(f"queues/{self._account_id}/{region}/{quote(name, safe='')}", limit=limit))

    def trace(self, kind: type[Kind], limit: int, topic: str | None = None) -> Kind:
        """The traces of the account's newest publishes, the newest last."""
        return _as(kind, self._get("trace", account=self._account_id, limit=limit, topic=topic)["publishes"])

    def trace_of(self, kind: type[Kind], message_id: str) -> Kind:
        """The trace of one publish. LookupError if it is not known."""
        return _as(kind, self._get(f"trace/{quote(message_id, safe='')}"))

    def outbox(self, kind: type[Kind], limit: int, wanted: Mapping[str, str | None]) -> Kind:
        return _as(kind, self._get("outbox", account=self._account_id, limit=limit, **wanted)["entries"])

    def clear_outbox(self) -> None:
        self._call("DELETE", f"outbox?account={self._account_id}")

    def pending_subscriptions(self) -> list[PendingSubscription]:
        pending = self._get("subscriptions/pending", account=self._account_id)["subscriptions"]
        return _as(list[PendingSubscription], pending)

    def settle(self, timeout: float) -> Unfinished:
        """Wait up to ``timeout`` real seconds. Returns the deliveries that are still under way."""
        wanted = {"account": self._account_id, "timeout": timeout}
        return _as(Unfinished, self._call("POST", "settle", wanted, accepted=_NOT_SETTLED))

    def register_function(self, region: str, name: str, url: str) -> None:
        self._call("PUT", f"functions/{self._account_id}/{region}/{quote(name, safe='')}", {"url": url})

    def faults(self) -> list[Any]:
        """The faults of the account."""
        listed: list[Any] = self._get("faults", account=self._account_id)["faults"]
        return listed

    def fault(self, fault_id: str) -> Any:
        """One fault, with its firings. LookupError if there is no such fault."""
        return self._get(f"faults/{fault_id}")

    def add_fault(self, rule: Mapping[str, object]) -> Any:
        return self._call("POST", "faults", {**rule, "account": self._account_id})

    def remove_fault(self, fault_id: str) -> None:
        """End a fault. LookupError if there is no such fault."""
        self._call("DELETE", f"faults/{fault_id}")

    def clear_faults(self) -> None:
        self._call("DELETE", f"faults?{urlencode({'account': self._account_id})}")

    def _get(self, path: str, **query: object) -> Any:
        given = {name: value for name, value in query.items() if value is not None}
        return self._call("GET", f"{path}?{urlencode(given)}")

    def _call(self, method: str, path: str, body: object = None, *, accepted: int = 200) -> Any:
        status, answer = self._fetch(method, _PREFIX + path, b"" if body is None else json.dumps(body).encode())
        if status == 404:
            raise LookupError(json.loads(answer)["error"])
        if status >= 400 and status != accepted:
            raise ControlError(json.loads(answer)["error"])
        return json.loads(answer) if answer else None


def _as(kind: type[Kind], answer: object) -> Kind:
    """``answer`` converted to the dataclasses of ``kind``. Fields that those do not have are ignored."""
    from msgspec import convert

    return convert(answer, kind, dec_hook=_as_declared)


def _as_declared(kind: Any, answer: Any) -> object:
    """Decode a time, if freezegun had replaced ``datetime`` with its own class when the field was declared."""
    return kind.fromisoformat(answer) if hasattr(kind, "fromisoformat") else answer
