"""The emulator's own interface, under ``/_emulator/``: one table of routes."""

from collections.abc import Callable
from typing import TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator import __version__
from emulator.aws.errors import QueueDoesNotExist
from emulator.clock import Clocks
from emulator.control.audit import AuditQuery, audited
from emulator.control.bad_request import BadRequestError, convert, decode
from emulator.control.bodies import (
    Chaos,
    ClockMove,
    OutboxQuery,
    OutboxToClear,
    PendingQuery,
    QueueQuery,
    QueuesQuery,
    Reset,
    Settle,
    TraceQuery,
)
from emulator.control.clock import clock_state, move_clock
from emulator.control.deliveries import pending, under_way
from emulator.control.explanation import Question, explain
from emulator.control.outbox import shown
from emulator.control.queues import contents, summaries
from emulator.control.sms import SmsChange, SmsQuery, change_sms, show_sms
from emulator.control.trace import told
from emulator.sns.delivery.dispatch import Dispatch
from emulator.sns.topics import Topics
from emulator.sqs.chaos import StandardQueueChaos
from emulator.sqs.queue import Queue
from emulator.sqs.queues import Queues
from emulator.sqs.standard_queue import StandardQueue
from emulator.trace import Trace

_SERVICES = ("sqs", "sns")

Empty = Callable[[str | None], None]  # empties one account, or everything
Body = TypeVar("Body", bound=msgspec.Struct)


class Control:
    """Each method answers one route."""

    def __init__(
        self, clocks: Clocks, queues: Queues, topics: Topics, dispatch: Dispatch, trace: Trace, empty: Empty
    ) -> None:
        self._clocks = clocks
        self._queues = queues
        self._trace = trace
        self._topics = topics
        self._outbox = topics.outbox
        self._subscriptions = topics.subscriptions
        self._dispatch = dispatch
        self._empty = empty

    async def health(self, _: Request) -> Response:
        services = dict.fromkeys(_SERVICES, "running")
        return JSONResponse({"status": "ok", "version": __version__, "services": services})

    async def localstack_health(self, _: Request) -> Response:
        """In LocalStack's form, for tools that wait for that."""
        services = dict.fromkeys(_SERVICES, "running")
        return JSONResponse({"services": services, "edition": "community", "version": __version__})

    async def reset(self, request: Request) -> Response:
        self._empty((await _read(request, Reset)).account)
        return Response(status_code=204)

    async def tell_clock(self, request: Request) -> Response:
        return JSONResponse(clock_state(self._clocks, request.query_params.get("account")))

    async def move_clock(self, request: Request) -> Response:
        move = await _read(request, ClockMove)
        move_clock(self._clocks, move)
        return JSONResponse(clock_state(self._clocks, move.account))

    async def explain_filter_policy(self, request: Request) -> Response:
        return _json(explain(await _read(request, Question)))

    async def list_queues(self, request: Request) -> Response:
        wanted = _query(request, QueuesQuery)
        return _json({"queues": summaries(self._queues, self._clocks, wanted.account, wanted.region)})

    async def show_queue(self, request: Request) -> Response:
        wanted = _query(request, QueueQuery)
        return _json(contents(self._queue(request), self._clocks, wanted.limit))

    async def set_chaos(self, request: Request) -> Response:
        seed = (await _read(request, Chaos)).seed
        queue = self._queue(request)
        if not isinstance(queue, StandardQueue):
            raise BadRequestError("A FIFO queue has no chaos.")
        queue.chaos = None if seed is None else StandardQueueChaos(seed)
        return Response(status_code=204)

    def _queue(self, request: Request) -> Queue:
        """The queue that the path names."""
        path = request.path_params
        try:
            return self._queues.get(path["account"], path["region"], path["name"])
        except QueueDoesNotExist:
            raise HTTPException(404, f"No queue {path['name']} in {path['account']}, {path['region']}.") from None

    async def show_sms(self, request: Request) -> Response:
        return _json(show_sms(self._topics.sms, _query(request, SmsQuery)))

    async def change_sms(self, request: Request) -> Response:
        return _json(change_sms(self._topics.sms, await _read(request, SmsChange)))

    async def show_audit(self, request: Request) -> Response:
        wanted = _query(request, AuditQuery)
        topic = self._topics.get(wanted.topic)
        if topic is None:
            raise HTTPException(404, f"No topic {wanted.topic}.")
        records = topic.data_protection.audit_records if topic.data_protection is not None else ()
        return _json({"audits": [audited(record) for record in records]})

    async def trace_of_one(self, request: Request) -> Response:
        message_id = request.path_params["message_id"]
        record = self._trace.find(message_id)
        if record is None:
            raise HTTPException(404, f"No trace of the message {message_id}.")
        return _json(told(record))

    async def trace_of_newest(self, request: Request) -> Response:
        wanted = _query(request, TraceQuery)
        records = self._trace.newest(wanted.limit, topic_arn=wanted.topic, account=wanted.account)
        return _json({"publishes": [told(record) for record in records]})

    async def list_outbox(self, request: Request) -> Response:
        wanted = _query(request, OutboxQuery)
        entries = self._outbox.newest(
            wanted.limit,
            protocol=wanted.protocol,
            topic_arn=wanted.topic,
            endpoint=wanted.endpoint,
            message_id=wanted.message_id,
            account=wanted.account,
        )
        return _json({"entries": [shown(entry) for entry in entries]})

    async def clear_outbox(self, request: Request) -> Response:
        self._outbox.clear(_query(request, OutboxToClear).account)
        return Response(status_code=204)

    async def settle(self, request: Request) -> Response:
        wanted = _query(request, Settle)
        left = await self._dispatch.settle(wanted.account, wanted.timeout)
        return _json({"under_way": [under_way(delivery) for delivery in left]}, 408 if left else 200)

    async def list_pending(self, request: Request) -> Response:
        account = _query(request, PendingQuery).account
        self._subscriptions.forget_unconfirmed(lambda account: self._clocks.of(account).now())
        base_url = str(request.base_url).rstrip("/")
        found = self._subscriptions.pending(account)
        return _json({"subscriptions": [pending(subscription, base_url) for subscription in found]})


def control_app(
    clocks: Clocks, queues: Queues, topics: Topics, dispatch: Dispatch, trace: Trace, empty: Empty
) -> Starlette:
    """The ASGI application of the control routes."""
    control = Control(clocks, queues, topics, dispatch, trace, empty)
    return Starlette(
        routes=[
            Route("/_emulator/health", control.health, methods=["GET"]),
            Route("/_emulator/reset", control.reset, methods=["POST"]),
            Route("/_emulator/clock", control.tell_clock, methods=["GET"]),
            Route("/_emulator/clock", control.move_clock, methods=["POST"]),
            Route("/_emulator/filter-policy/explain", control.explain_filter_policy, methods=["POST"]),
            Route("/_emulator/queues", control.list_queues, methods=["GET"]),
            Route("/_emulator/queues/{account}/{region}/{name}", control.show_queue, methods=["GET"]),
            Route("/_emulator/queues/{account}/{region}/{name}/chaos", control.set_chaos, methods=["POST"]),
            Route("/_emulator/sms", control.show_sms, methods=["GET"]),
            Route("/_emulator/sms", control.change_sms, methods=["POST"]),
            Route("/_emulator/data-protection/audit", control.show_audit, methods=["GET"]),
            Route("/_emulator/outbox", control.list_outbox, methods=["GET"]),
            Route("/_emulator/outbox", control.clear_outbox, methods=["DELETE"]),
            Route("/_emulator/settle", control.settle, methods=["POST"]),
            Route("/_emulator/subscriptions/pending", control.list_pending, methods=["GET"]),
            Route("/_emulator/trace", control.trace_of_newest, methods=["GET"]),
            Route("/_emulator/trace/{message_id}", control.trace_of_one, methods=["GET"]),
            Route("/_localstack/health", control.localstack_health, methods=["GET"]),
        ],
        exception_handlers={BadRequestError: _bad_request, HTTPException: _http_error},
    )


async def _read(request: Request, kind: type[Body]) -> Body:
    """The JSON body as ``kind``; an empty one counts as an empty object."""
    return decode(await request.body() or b"{}", kind)


def _query(request: Request, kind: type[Body]) -> Body:
    """The query string as ``kind``."""
    return convert(dict(request.query_params), kind)


def _json(answer: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(answer), status, media_type="application/json")


async def _bad_request(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=400)


async def _http_error(_: Request, error: Exception) -> Response:
    """An unknown path, or a method it does not have."""
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, status_code=error.status_code, headers=error.headers)
