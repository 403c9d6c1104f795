"""The newest requests that were answered: those that were refused, and all others only while somebody wants them.

A request that succeeds costs next to nothing as long as nobody does.
"""

from collections import deque
from collections.abc import Callable, Iterator

from msgspec import Struct

from emulator.observation.request_log import RequestRecord

_KEPT = 1_000
_CLIENT_CHARACTERS = 64
_CHARACTERS = 500  # of each text that a client chooses


class RecentRequest(Struct, gc=False):
    """A request and its answer. ``number`` is that among all that were recorded."""

    number: int
    at: float  # seconds since the epoch, by the clock of the caller's account
    service: str
    action: str
    account: str | None
    region: str | None
    status: int | None  # None where it got no answer
    milliseconds: float
    resource: str | None  # ARN of a queue or a topic, or what the request gives in its place
    client: str | None  # the first word of User-Agent
    request_id: str
    protocol: str
    error_code: str | None
    error_message: str | None
    failed_entries: int | None


Listener = Callable[[RecentRequest], None]


class RecentRequests:
    """A bounded number of requests."""

    def __init__(self, kept: int = _KEPT) -> None:
        self._requests: deque[RecentRequest] = deque(maxlen=kept)
        self._number = 0
        self._recording = False
        self._listeners: tuple[Listener, ...] = ()
        self.wants_all = False  # whether requests that succeed are to be added, too

    @property
    def recording(self) -> bool:
        return self._recording

    def record(self, *, recording: bool) -> None:
        """Keep all requests from now on, or those alone that are refused."""
        self._recording = recording
        self._set_wants()

    def listen(self, listener: Listener) -> None:
        """Tell ``listener`` of all requests until ``leave``. All of them are kept meanwhile."""
        self._listeners = (*self._listeners, listener)
        self._set_wants()

    def leave(self, listener: Listener) -> None:
        self._listeners = tuple(each for each in self._listeners if each != listener)
        self._set_wants()

    def _set_wants(self) -> None:
        self.wants_all = self._recording or bool(self._listeners)

    def add(self, record: RequestRecord, user_agent: bytes, at: float) -> None:
        """Keep a request that was answered ``at`` this time."""
        self._number += 1
        service, _, action = record.action.partition(".")
        subject = record.subject
        resource = None if subject is None else subject.name if subject.arn is None else str(subject.arn)
        request = RecentRequest(
            self._number,
            at,
            _cut(service) or "",
            _cut(action) or "",
            record.account,
            _cut(record.region),
            record.status,
            record.milliseconds,
            _cut(resource),
            _client(user_agent),
            record.request_id,
            record.protocol,
            _cut(record.error_code),
            _cut(record.error_message),
            record.failed_entries,
        )
        self._requests.append(request)
        for listener in self._listeners:
            listener(request)

    def __iter__(self) -> Iterator[RecentRequest]:
        """The newest first."""
        return reversed(tuple(self._requests))


def _cut(text: str | None) -> str | None:
    return None if text is None else text[:_CHARACTERS]


def _client(user_agent: bytes) -> str | None:
    words = user_agent.decode("latin-1").split(maxsplit=1)
    return words[0][:_CLIENT_CHARACTERS] if words else None
