"""The control interface: the table of its routes, and the ASGI application that serves them."""

from functools import cache
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request

from emulator import __version__
from emulator.control.access import explain_access
from emulator.control.architecture import show_architecture, show_audit
from emulator.control.audit import show_audits
from emulator.control.aws_address import aws_url
from emulator.control.aws_calls import call_action
from emulator.control.body_limit import BodyLimit
from emulator.control.clock import move_clock, tell_clock
from emulator.control.declare import declare
from emulator.control.deliveries import NotSettledError, list_deliveries, list_pending, settle
from emulator.control.elasticmq import list_statistics, show_statistics
from emulator.control.events import stream_events
from emulator.control.explanation import explain_filter_policy
from emulator.control.faults import add_fault, clear_faults, list_faults, remove_fault, show_fault
from emulator.control.findings import list_findings
from emulator.control.functions import forget_function, list_functions, register_function
from emulator.control.guard import Guard
from emulator.control.health import StartingError, tell_health
from emulator.control.localstack import (
    act_on_health,
    diagnose,
    reset_service,
    reset_state,
    tell_config,
    tell_info,
    tell_init,
    tell_init_stage,
    tell_localstack_health,
)
from emulator.control.localstack_sns import (
    forget_push_messages,
    forget_text_messages,
    show_push_messages,
    show_subscription_token,
    show_text_messages,
)
from emulator.control.localstack_sqs import peek, peek_by_path
from emulator.control.message_search import search_messages
from emulator.control.metrics import show_metrics
from emulator.control.next_due import show_next_due
from emulator.control.openapi import document
from emulator.control.outbox import clear_outbox, list_outbox
from emulator.control.preview import preview_publish
from emulator.control.queue_messages import list_messages
from emulator.control.queues import list_queues, set_chaos, show_queue
from emulator.control.refusals import NotFoundError, Refusal
from emulator.control.request_list import list_requests, record_requests
from emulator.control.reset import preview_reset, reset
from emulator.control.routing import JSON, Nothing, Route, http_error, hung_up, refused, starlette_routes
from emulator.control.run import Run
from emulator.control.sms import change_sms, show_sms
from emulator.control.state import restore_state, show_state
from emulator.control.topics import list_topics, show_topic
from emulator.control.topology import show_topology
from emulator.control.trace import trace_of_newest, trace_of_one
from emulator.serving.health import localstack_json
from emulator.world.world import World


def tell_openapi(_: World) -> dict[str, Any]:
    """This description of the control interface."""
    return _document()


@cache
def _document() -> dict[str, Any]:
    return document(ROUTES)


class Overview(msgspec.Struct):
    """The version of the emulator, the path of its OpenAPI document, and what each route does, by method and path.

    ``account`` and ``region`` are those of callers that name none; ``endpoint`` is the URL for AWS SDKs.
    """

    version: str
    endpoint: str
    account: str
    region: str
    description: str
    routes: dict[str, str]


def show_overview(_: World, run: Run, query: Nothing, request: Request) -> Overview:  # noqa: ARG001 - it takes no query
    """What the control interface has; a browser gets the console instead."""
    settings, url = run.settings, aws_url(run.settings, request)
    routes = {f"{route.method} {route.path}": (route.handler.__doc__ or "").partition("\n")[0] for route in ROUTES}
    return Overview(__version__, url, settings.account_id, settings.region, "/_emulator/openapi.json", routes)


_FAULT = "/_emulator/faults/{fault_id}"
_FUNCTION = "/_emulator/functions/{account}/{region}/{name}"
_QUEUE = "/_emulator/queues/{account}/{region}/{name}"
_TOPIC = "/_emulator/topics/{account}/{region}/{name}"
_PEEK = "/_aws/sqs/messages"

ROUTES = (
    Route("GET", "/_emulator", show_overview),
    Route("GET", "/_emulator/health", tell_health, refusals=(StartingError,)),
    Route("POST", "/_emulator/reset", reset),
    Route("POST", "/_emulator/reset/preview", preview_reset),
    Route("GET", "/_emulator/state", show_state),
    Route("PUT", "/_emulator/state", restore_state),
    Route("POST", "/_emulator/declare", declare),
    Route("GET", "/_emulator/clock", tell_clock),
    Route("POST", "/_emulator/clock", move_clock),
    Route("GET", "/_emulator/clock/next", show_next_due),
    Route("POST", "/_emulator/call", call_action),
    Route("POST", "/_emulator/filter-policy/explain", explain_filter_policy),
    Route("GET", "/_emulator/access/explain", explain_access, refusals=(NotFoundError,)),
    Route("GET", "/_emulator/queues", list_queues),
    Route("GET", _QUEUE, show_queue, refusals=(NotFoundError,)),
    Route("GET", f"{_QUEUE}/messages", list_messages, refusals=(NotFoundError,)),
    Route("POST", f"{_QUEUE}/chaos", set_chaos, refusals=(NotFoundError,)),
    Route("GET", "/_emulator/topics", list_topics),
    Route("GET", _TOPIC, show_topic, refusals=(NotFoundError,)),
    Route("GET", "/_emulator/functions", list_functions),
    Route("PUT", _FUNCTION, register_function),
    Route("DELETE", _FUNCTION, forget_function, refusals=(NotFoundError,)),
    Route("POST", f"{_TOPIC}/preview", preview_publish, refusals=(NotFoundError,)),
    Route("GET", "/_emulator/topology", show_topology, media_types=(JSON, "text/plain")),
    Route("GET", "/_emulator/architecture", show_architecture),
    Route("GET", "/_emulator/audit", show_audit),
    Route("GET", "/_emulator/events", stream_events, media_types=("text/event-stream",)),
    Route("GET", "/_emulator/requests", list_requests),
    Route("POST", "/_emulator/requests", record_requests),
    Route("GET", "/_emulator/metrics", show_metrics, media_types=("text/plain",)),
    Route("GET", "/_emulator/sms", show_sms),
    Route("POST", "/_emulator/sms", change_sms),
    Route("GET", "/_emulator/data-protection/audit", show_audits, refusals=(NotFoundError,)),
    Route("GET", "/_emulator/outbox", list_outbox),
    Route("DELETE", "/_emulator/outbox", clear_outbox),
    Route("POST", "/_emulator/settle", settle, refusals=(NotSettledError,)),
    Route("GET", "/_emulator/deliveries", list_deliveries),
    Route("GET", "/_emulator/subscriptions/pending", list_pending),
    Route("GET", "/_emulator/trace", trace_of_newest),
    Route("GET", "/_emulator/trace/{message_id}", trace_of_one, refusals=(NotFoundError,)),
    Route("GET", "/_emulator/messages", search_messages),
    Route("GET", "/_emulator/findings", list_findings),
    Route("GET", "/_emulator/faults", list_faults),
    Route("POST", "/_emulator/faults", add_fault),
    Route("DELETE", "/_emulator/faults", clear_faults),
    Route("GET", _FAULT, show_fault, refusals=(NotFoundError,)),
    Route("DELETE", _FAULT, remove_fault, refusals=(NotFoundError,)),
    Route("GET", "/_emulator/openapi.json", tell_openapi),
)

# The same route below the prefix of all others; the OpenAPI document has it once.
_OVERVIEW = Route("GET", "/_emulator/", show_overview)

# Routes for tools that know LocalStack, in LocalStack's form; they are not in the OpenAPI document.
LOCALSTACK_ROUTES = (
    Route("GET", "/health", tell_localstack_health),
    Route("GET", "/_localstack/health", tell_localstack_health),
    Route("POST", "/_localstack/health", act_on_health),
    Route("GET", "/_localstack/init", tell_init),
    Route("GET", "/_localstack/init/{stage}", tell_init_stage, refusals=(NotFoundError,)),
    Route("GET", "/_localstack/info", tell_info),
    Route("GET", "/_localstack/config", tell_config),
    Route("GET", "/_localstack/diagnose", diagnose),
    Route("POST", "/_localstack/state/reset", reset_state),
    Route("POST", "/_localstack/state/{service}/reset", reset_service, refusals=(NotFoundError,)),
    Route("GET", _PEEK, peek),
    Route("POST", _PEEK, peek),
    Route("POST", f"{_PEEK}/", peek),  # as SDKs write their endpoint
    Route("GET", f"{_PEEK}/{{region}}/{{account}}/{{name}}", peek_by_path),
    Route("POST", f"{_PEEK}/{{region}}/{{account}}/{{name}}", peek_by_path),
    Route("GET", "/_aws/sns/platform-endpoint-messages", show_push_messages),
    Route("DELETE", "/_aws/sns/platform-endpoint-messages", forget_push_messages),
    Route("GET", "/_aws/sns/sms-messages", show_text_messages),
    Route("DELETE", "/_aws/sns/sms-messages", forget_text_messages),
    Route("GET", "/_aws/sns/subscription-tokens/{arn}", show_subscription_token, refusals=(NotFoundError,)),
)


# Routes for tools that know ElasticMQ, if they are asked for; they are not in the OpenAPI document.
ELASTICMQ_ROUTES = (
    Route("GET", "/statistics/queues", list_statistics),
    Route("GET", "/statistics/queues/{name}", show_statistics, refusals=(NotFoundError,)),
)


def control_app(world: World, run: Run) -> Starlette:
    """The ASGI application of the control routes."""
    methods = tuple(sorted({route.method for route in ROUTES + LOCALSTACK_ROUTES}))
    app = Starlette(
        routes=[
            *starlette_routes((*ROUTES, _OVERVIEW), world, run),
            *starlette_routes(LOCALSTACK_ROUTES, world, run, localstack_json),
            *starlette_routes(ELASTICMQ_ROUTES if run.settings.elasticmq_statistics else (), world, run),
        ],
        exception_handlers={Refusal: refused, HTTPException: http_error, ClientDisconnect: hung_up},
        middleware=[
            Middleware(Guard, settings=run.settings, methods=methods),
            Middleware(BodyLimit, settings=run.settings),
        ],
    )
    app.router.redirect_slashes = False  # no redirects: a path is right or wrong
    return app
