"""The emulator's own interface: the table of its routes, and the ASGI application that serves them."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from emulator.control.audit import show_audits
from emulator.control.clock import move_clock, tell_clock
from emulator.control.deliveries import NotSettledError, list_pending, settle
from emulator.control.explanation import explain_filter_policy
from emulator.control.health import tell_health, tell_localstack_health
from emulator.control.outbox import clear_outbox, list_outbox
from emulator.control.queues import list_queues, set_chaos, show_queue
from emulator.control.refusals import NotFoundError, Refusal
from emulator.control.reset import reset
from emulator.control.routing import Route, http_error, refused, starlette_route
from emulator.control.sms import change_sms, show_sms
from emulator.control.state import restore_state, show_state
from emulator.control.trace import trace_of_newest, trace_of_one
from emulator.control.world import World

_QUEUE = "/_emulator/queues/{account}/{region}/{name}"

ROUTES = (
    Route("GET", "/_emulator/health", tell_health),
    Route("POST", "/_emulator/reset", reset),
    Route("GET", "/_emulator/state", show_state),
    Route("PUT", "/_emulator/state", restore_state),
    Route("GET", "/_emulator/clock", tell_clock),
    Route("POST", "/_emulator/clock", move_clock),
    Route("POST", "/_emulator/filter-policy/explain", explain_filter_policy),
    Route("GET", "/_emulator/queues", list_queues),
    Route("GET", _QUEUE, show_queue, refusals=(NotFoundError,)),
    Route("POST", f"{_QUEUE}/chaos", set_chaos, refusals=(NotFoundError,)),
    Route("GET", "/_emulator/sms", show_sms),
    Route("POST", "/_emulator/sms", change_sms),
    Route("GET", "/_emulator/data-protection/audit", show_audits, refusals=(NotFoundError,)),
    Route("GET", "/_emulator/outbox", list_outbox),
    Route("DELETE", "/_emulator/outbox", clear_outbox),
    Route("POST", "/_emulator/settle", settle, refusals=(NotSettledError,)),
    Route("GET", "/_emulator/subscriptions/pending", list_pending),
    Route("GET", "/_emulator/trace", trace_of_newest),
    Route("GET", "/_emulator/trace/{message_id}", trace_of_one, refusals=(NotFoundError,)),
    Route("GET", "/_localstack/health", tell_localstack_health),
)


def control_app(world: World) -> Starlette:
    """The ASGI application of the control routes."""
    return Starlette(
        routes=[starlette_route(route, world) for route in ROUTES],
        exception_handlers={Refusal: refused, HTTPException: http_error},
    )
