"""Routes that show the newest requests and record them, and the source of their events."""

from typing import Annotated, Literal

import msgspec

from emulator.control.parameters import Account, Cursor
from emulator.control.run import Run
from emulator.control.stream import Reader
from emulator.observation.recent_requests import RecentRequest, RecentRequests
from emulator.sns.notification import timestamp
from emulator.world.world import World

KIND = "request"


class RequestsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which requests to return: those that match everything that is given."""

    account: Account | None = None
    service: Literal["sqs", "sns"] | None = None
    action: str | None = None
    resource: str | None = None  # name or ARN of a queue or a topic
    client: str | None = None  # a part of it, in upper or lower case
    status: int | None = None
    failed: bool | None = None  # true: those alone that were refused, got no answer, or had entries that failed
    cursor: Cursor | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 100


class AnsweredRequest(msgspec.Struct, omit_defaults=True):
    """A request that was answered. What does not apply is left out; ``status`` is null if it got no answer.

    ``resource`` is the ARN of a queue or a topic, or what the request gives in its place.
    """

    number: int
    at: str
    service: str
    action: str
    account: str | None
    region: str | None
    status: int | None
    milliseconds: float
    resource: str | None
    client: str | None
    request_id: str
    protocol: str
    error_code: str | None = None
    error_message: str | None = None
    failed_entries: int | None = None


class AnsweredRequests(msgspec.Struct):
    """A page of requests, the newest first. ``recording`` says whether those that succeed are recorded, too."""

    recording: bool
    requests: list[AnsweredRequest]
    cursor: str | None


class Recording(msgspec.Struct, forbid_unknown_fields=True):
    """Whether to record all requests, or those alone that are refused."""

    record: bool


class RecordingState(msgspec.Struct):
    """Whether all requests are recorded: since this was asked for, or because a stream of events has them."""

    recording: bool


def list_requests(_: World, run: Run, query: RequestsQuery) -> AnsweredRequests:
    """The newest requests of SQS and SNS, and how they were answered.

    Requests that were refused are always recorded, and all others only if that is asked for.
    """
    recent = run.recent
    before = None if query.cursor is None else int(query.cursor)
    wanted = [each for each in recent if (before is None or each.number < before) and _is_wanted(each, query)]
    page = wanted[: query.limit]
    cursor = str(page[-1].number) if len(wanted) > len(page) else None
    return AnsweredRequests(recent.wants_all, [_shown(each) for each in page], cursor)


def record_requests(_: World, run: Run, body: Recording) -> RecordingState:
    """Record all requests from now on, or those alone that are refused."""
    run.recent.record(recording=body.record)
    return RecordingState(run.recent.wants_all)


class RequestEvents:
    """The source of an event for each request of an account, or of all, about one resource if that is given."""

    def __init__(self, recent: RecentRequests, reader: Reader, account: str | None, resource: str | None) -> None:
        self._recent = recent
        self._reader = reader
        self._query = RequestsQuery(account=account, resource=resource)

    def begin(self) -> None:
        self._recent.listen(self._hear)

    def end(self) -> None:
        self._recent.leave(self._hear)

    def _hear(self, request: RecentRequest) -> None:
        if _is_wanted(request, self._query):
            self._reader.add(KIND, msgspec.json.encode(_shown(request)))


def _is_wanted(request: RecentRequest, query: RequestsQuery) -> bool:
    resource = request.resource or ""
    return (
        query.account in (None, request.account)
        and query.service in (None, request.service)
        and query.action in (None, request.action)
        and (query.resource is None or query.resource in (resource, resource.rpartition(":")[2]))
        and (query.client is None or query.client.casefold() in (request.client or "").casefold())
        and (query.status is None or query.status == request.status)
        and (query.failed is None or query.failed == _is_failed(request))
    )


def _is_failed(request: RecentRequest) -> bool:
    return request.status != 200 or request.failed_entries is not None


def _shown(request: RecentRequest) -> AnsweredRequest:
    return AnsweredRequest(
        number=request.number,
        at=timestamp(request.at),
        service=request.service,
        action=request.action,
        account=request.account,
        region=request.region,
        status=request.status,
        milliseconds=request.milliseconds,
        resource=request.resource,
        client=request.client,
        request_id=request.request_id,
        protocol=request.protocol,
        error_code=request.error_code,
        error_message=request.error_message,
        failed_entries=request.failed_entries,
    )
