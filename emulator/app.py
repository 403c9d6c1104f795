"""The composition root: both services on one set of clocks and ids, behind one ASGI application."""

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING

import emulator.sqs.actions  # noqa: F401 - importing the actions registers them
from api_shapes.operation import AnyService, Service
from emulator import health
from emulator.asgi import AsgiApp, Receive, Scope, Send, answer_request, send_response
from emulator.aws.errors import ServiceError
from emulator.aws.place import Place
from emulator.changes import Ledger
from emulator.clock import Clocks
from emulator.events import Observer, Reset
from emulator.gateway import Gateway
from emulator.ids import Ids
from emulator.pages import BROWSER_HEADERS, is_visit
from emulator.settings import Settings
from emulator.sqs.actions.catching_up import caught_up
from emulator.sqs.service import SqsService
from emulator.stages import Stages
from emulator.subjects import Subject
from emulator.wire.callers import Caller
from emulator.wire.http import HttpResponse

if TYPE_CHECKING:
    from emulator.alerts import Alerts
    from emulator.control.world import Process, World
    from emulator.faults.faults import Faults
    from emulator.notifications import Notifications
    from emulator.sns.delivery.dispatch import Dispatch
    from emulator.sns.service import SnsService
    from emulator.trace import Trace

_CONTROL_PATHS = ("/_emulator/", "/_localstack/", "/_aws/")
_ENTRANCES = ("/_emulator", "/_emulator/")  # where those begin who know nothing else of the control interface
_OWN_HOSTS = (b"localhost", b"127.0.0.1")
_ATTEMPTS_WAITED_FOR = 5  # that hang, by one move of the clock
_CERTIFICATE_PATH = "/SimpleNotificationService-"
# What requests for anything but an AWS action begin with.
OTHER_PATHS = tuple(path.encode() for path in (*_CONTROL_PATHS, *_ENTRANCES, *health.PATHS, _CERTIFICATE_PATH))


class _States(dict[AnyService, object]):
    """What the actions of each service work on. Those of SNS and STS are made, and imported, when first asked for."""

    def __init__(self, sqs: SqsService, others: Mapping[AnyService, Callable[[], object]]) -> None:
        super().__init__([("sqs", sqs)])
        self._others = others

    def __missing__(self, service: AnyService) -> object:
        state = self[service] = self._others[service]()
        return state


class Emulator:
    """The emulated world: what there is of both services, and their time. Also the ASGI application."""

    stall_seconds = 300.0  # for which a stalled answer is held back from a client that does not hang up

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._control_is_here = settings.control_port is None and not settings.no_control
        self.stages = Stages()
        self.process: Process | None = None  # in which it is served; None: in that of its user
        self.clocks = Clocks(frozen_at=settings.clock_at)
        self._started_at = self.clocks.everyone.now()
        self.ids = ids = Ids(settings.seed)
        self.observer = Observer(alarm=lambda events: self.alerts(events))
        self.ledger = Ledger()
        self.sqs = sqs = SqsService(
            ids,
            ledger=self.ledger,
            observer=self.observer,
            strict_timing=settings.strict_timing,
            chaos_seed=settings.standard_queue_chaos,
        )
        self.queues, self.waiting, self.move_tasks = sqs.queues, sqs.waiting, sqs.move_tasks
        self.gateway = Gateway(_States(sqs, {"sns": lambda: self.sns, "sts": _no_state}), self.clocks, ids, settings)
        self.gateway.on_refusal = self._look_elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """https://asgi.readthedocs.io/en/latest/specs/www.html; only HTTP is served."""
        if scope["type"] != "http":
            raise NotImplementedError(f"no {scope['type']} here")
        path = scope["path"]
        if path in health.PATHS and _is_plain_get(scope):
            await send_response(send, health.answer(path, self.stages))
        elif self._has_control(path) and not (path in _ENTRANCES and _is_visit(scope)):
            await self._control_at_present(scope, receive, send)
        elif path.startswith(_CERTIFICATE_PATH) and path == f"/{self.sns.signer.certificate_name}":
            await send_response(send, _file(self.sns.signer.certificate_pem))
        elif _is_visit(scope):
            await self._start_page(scope, receive, send)
        elif any(name in BROWSER_HEADERS for name, _ in scope["headers"]):
            await self._cors(scope, receive, send)
        else:
            await answer_request(self.gateway, scope, receive, send)

    async def answer_control(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application of a control interface with a port of its own."""
        path = scope["path"]
        if _is_visit(scope) and (path in _ENTRANCES or not path.startswith(_CONTROL_PATHS)):
            await self._start_page_of_control(scope, receive, send)
        else:
            await self._control_at_present(scope, receive, send)

    async def _control_at_present(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The control interface, which looks at queues that have caught up with what fell due."""
        await caught_up(self.sqs, self.clocks.now_of)
        await self._control(scope, receive, send)

    def _has_control(self, path: str) -> bool:
        """Whether ``path`` belongs to the control interface, and that is on the port of AWS."""
        belongs = path in _ENTRANCES or path.startswith(_CONTROL_PATHS)
        return path in health.PATHS or (belongs and self._control_is_here)

    @cached_property
    def _notifications(self) -> "Notifications":
        from emulator.notification_alerts import wordings
        from emulator.notifications import Notifications

        self.alerts.learn(wordings())
        return Notifications(self._settings, self.clocks, self.ids, self.queues, self.observer, self.ledger)

    @cached_property
    def alerts(self) -> "Alerts":
        """The warnings in the log; imported with the first one."""
        from emulator.alerts import Alerts

        return Alerts()

    def _look_elsewhere(self, error: ServiceError, subject: Subject, caller: Caller) -> None:
        """Warn where a queue or topic that was not found exists in another region or account."""
        from emulator.elsewhere import missed

        if subject.kind == "topic" and "_notifications" not in self.__dict__:
            return
        places = self.queues.places_of if subject.kind == "queue" else self.sns.topics.places_of
        alert = missed(error, subject, places, caller.account, caller.region)
        if alert is not None:
            self.alerts.log(alert)

    @property
    def sns(self) -> "SnsService":
        """The state of SNS."""
        return self._notifications.sns

    @property
    def dispatch(self) -> "Dispatch":
        """The deliveries under way to HTTP endpoints."""
        return self._notifications.dispatch

    @property
    def trace(self) -> "Trace":
        return self._notifications.trace

    @cached_property
    def _control(self) -> AsgiApp:
        """Starlette is imported when the first control request comes."""
        from emulator.control.routes import control_app

        return control_app(self.world)

    @cached_property
    def _start_page(self) -> AsgiApp:
        """What browsers get on the port of AWS: what the emulator holds only where the control interface is, too."""
        from emulator.control.start_page import start_page

        return start_page(self.world if self._control_is_here else None, self._settings)

    @cached_property
    def _start_page_of_control(self) -> AsgiApp:
        from emulator.control.start_page import start_page

        return start_page(self.world, self._settings)

    @cached_property
    def world(self) -> "World":
        """What the control interface shows and moves."""
        from emulator.control.world import World
        from emulator.jump import Jumper

        return World(
            settings=self._settings,
            clocks=self.clocks,
            jumper=Jumper(self.waiting, self.dispatch, _ATTEMPTS_WAITED_FOR * self._settings.clock_move_timeout),
            queues=self.queues,
            waiting=self.waiting,
            move_tasks=self.move_tasks,
            sns=self.sns,
            dispatch=self.dispatch,
            trace=self.trace,
            faults=self.faults,
            observer=self.observer,
            requests=self.gateway.requests,
            ids=self.ids,
            reset=self.reset,
            stages=self.stages,
            process=self.process,
            session_id=Ids(f"{self._settings.seed} session" if self.ids.seeded else None).uuid(),
            started_at=self._started_at,
        )

    @cached_property
    def _cors(self) -> AsgiApp:
        """The gateway, for web pages; Starlette is imported when one calls."""
        from emulator.cors import AwsCors

        return AwsCors(partial(answer_request, self.gateway), self._settings.cors_allow_origins)

    @cached_property
    def faults(self) -> "Faults":
        """Imported with the first control request: nobody else can ask for faults."""
        from emulator.faults.faults import Faults

        return Faults(self.clocks, self.observer, self._put_faults_in_force, stall_seconds=self.stall_seconds)

    def _put_faults_in_force(self) -> None:
        """Where there are none, nobody has to ask for them."""
        requests, deliveries, attempts = self.faults.of_requests, self.faults.of_deliveries, self.faults.of_attempts
        self.gateway.interference = None if requests is None else requests.perform
        self.sns.fan_out.wrap(None if deliveries is None else deliveries.wrap)
        self._notifications.faulty_attempt = None if attempts is None else attempts.attempt

    def reset(self, account: str | None = None, region: str | None = None, service: Service | None = None) -> None:
        """Empty everything, or what is in one account, one region or of one service, in any combination.

        What belongs to an account as a whole, its clock, its ids and its faults, starts again only with all of the
        account.
        """
        if service in (None, "sqs"):
            self.sqs.reset(Place(account, region))
        if service in (None, "sns") and "_notifications" in self.__dict__:
            self._notifications.reset(account, region)
        if service is None and region is None:
            self.clocks.reset(account)
            self.ids.restart(account)
            self._reset_faults(account)
        if self.observer.watched:
            now = self.clocks.everyone.now() if account is None else self.clocks.now_of(account)
            self.observer.detail(Reset(now, account, region, service))

    def _reset_faults(self, account: str | None = None) -> None:
        if "faults" in self.__dict__:
            self.faults.reset(account)

    def close(self) -> None:
        """Answer the parked receives and whoever else is held up, and let watchers go; from now on nobody waits."""
        self.sqs.close()
        self._reset_faults()
        self.observer.end()
        if "alerts" in self.__dict__:
            self.alerts.close()

    async def finish(self) -> None:
        """Give up the deliveries that are still under way, and close their connections."""
        if "_notifications" in self.__dict__:
            await self._notifications.close()


def _no_state() -> None:
    """STS has none; its action registers when it is imported."""
    import emulator.sts  # noqa: F401


def _is_plain_get(scope: Scope) -> bool:
    """Whether nothing of a request but its path says what is wanted, and nothing in it is for the guard to judge."""
    headers = dict(scope["headers"])
    ours = BROWSER_HEADERS.isdisjoint(headers) and headers.get(b"host", b"").partition(b":")[0] in _OWN_HOSTS
    return ours and scope["method"] == "GET" and not scope["query_string"]


def _is_visit(scope: Scope) -> bool:
    return is_visit(scope["method"], scope["path"], scope["query_string"], dict(scope["headers"]))


def _file(content: bytes) -> HttpResponse:
    head = b"content-type: application/x-pem-file\r\ncontent-length: %d\r\n" % len(content)
    return HttpResponse(200, head, content)
