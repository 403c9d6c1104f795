"""The ASGI application: a World, and the routes to what answers for it."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NoReturn

import emulator.sqs.actions  # noqa: F401 - importing the actions registers them
from api_shapes.operation import AnyService
from emulator.actions.subjects import Subject
from emulator.admission.browsers import BROWSER_HEADERS, is_visit
from emulator.aws.errors import ServiceError, ServiceUnavailable
from emulator.configuration.settings import Settings
from emulator.foundation.ids import Ids
from emulator.foundation.lazy import Lazy
from emulator.serving import health
from emulator.serving.asgi import (
    AsgiApp,
    Receive,
    Scope,
    Send,
    answer_request,
    is_delivery,
    refuse_delivery,
    send_response,
)
from emulator.serving.gateway import Gateway
from emulator.serving.stages import Stages
from emulator.wire.caller import Caller
from emulator.wire.http import HttpResponse
from emulator.world.world import World

if TYPE_CHECKING:
    from emulator.aws.identities import Identities
    from emulator.control.run import Process
    from emulator.faults.requests import RequestFaults

CONTROL_PATHS = ("/_emulator/", "/_localstack/", "/_aws/")
_STATISTICS = "/statistics/"  # of ElasticMQ
_ENTRANCES = ("/_emulator", "/_emulator/")  # the overview of the control interface
_CONSOLE = "/_emulator/console/"  # the files of the console
# Where a browser gets the console.
_CONSOLE_ENTRANCES = ("/", *_ENTRANCES, _CONSOLE.rstrip("/"))
_OWN_HOSTS = (b"localhost", b"127.0.0.1")
_CERTIFICATE_PATH = "/SimpleNotificationService-"
# The beginnings of paths at which there is something else than AWS actions.
OTHER_PATHS = tuple(
    path.encode() for path in (*CONTROL_PATHS, *_ENTRANCES, *health.PATHS, _CERTIFICATE_PATH, _STATISTICS)
)


class Emulator:
    """The ASGI application in front of a World."""

    def __init__(self, settings: Settings, world: World | None = None) -> None:
        """Serve ``world`` or, without it, a new one."""
        self._settings = settings
        self.reads_all_headers = settings.verify_signatures  # because any of them may be signed
        self.joins_headers = settings.verify_signatures  # because equal ones are signed as one list
        self._control_is_here = settings.control_port is None and not settings.no_control
        self.world = world = world or World(settings)
        self.stages = Stages()
        self.process: Process | None = None  # the server process; None inside a process of the user
        self._started_at = world.clocks.everyone.now()
        states: dict[AnyService, Lazy[object]] = {
            "sqs": Lazy(lambda: world.sqs),
            "sns": Lazy(lambda: world.sns),
            "sts": Lazy(self._make_sts),
            "cloudformation": Lazy(self._make_cloudformation),
            "lambda": Lazy(self._make_lambda),
        }
        self.gateway = Gateway(states, world.clocks, world.ids, settings, world.identities)
        self.gateway.on_refusal = self._look_elsewhere
        self._faults: RequestFaults | None = None
        # Makes, of the control interface of this process, that of its cluster. None: there is no cluster.
        self.wrap_control: Callable[[AsgiApp, Settings], AsgiApp] | None = None
        world.interfere = self._interfere
        self._control = Lazy(self._make_control)
        self._console = Lazy(self._make_console)
        self._start_page = Lazy(self._make_start_page)
        self._cors = Lazy(self._make_cors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """https://asgi.readthedocs.io/en/latest/specs/www.html; only HTTP is served."""
        if scope["type"] != "http":
            raise NotImplementedError(f"no {scope['type']} here")
        path = scope["path"]
        if is_delivery(scope):
            await refuse_delivery(send)
        elif path in health.PATHS and _is_plain_get(scope):
            await send_response(send, health.answer(path, self.stages, self._settings.control_port))
        elif self._control_is_here and _is_for_console(scope):
            await self._console.get()(scope, receive, send)
        elif self._has_control(path) and not (path in _ENTRANCES and _is_visit(scope)):
            await self._control.get()(scope, receive, send)
        elif path.startswith(_CERTIFICATE_PATH) and path == f"/{self.world.sns.signer.certificate_name}":
            await send_response(send, _file(self.world.sns.signer.certificate_pem))
        elif _is_visit(scope):
            await self._start_page.get()(scope, receive, send)
        elif any(name in BROWSER_HEADERS for name, _ in scope["headers"]):
            await self._cors.get()(scope, receive, send)
        else:
            await answer_request(self.gateway, scope, receive, send)

    async def answer_control(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application of a control interface with a port of its own."""
        path = scope["path"]
        if is_delivery(scope):
            await refuse_delivery(send)
        elif _is_for_console(scope):
            await self._console.get()(scope, receive, send)
        elif _is_visit(scope) and not path.startswith(CONTROL_PATHS):
            await self._start_page.get()(scope, receive, send)
        else:
            await self._control.get()(scope, receive, send)

    def close(self) -> None:
        """Answer all waiting requests, and let none wait from now on."""
        self.world.close()

    async def finish(self) -> None:
        """Give up the deliveries that are still under way, and close their connections."""
        await self.world.finish()

    def _has_control(self, path: str) -> bool:
        """Whether the control interface answers at ``path`` on the port of AWS."""
        belongs = path in _ENTRANCES or path.startswith(CONTROL_PATHS)
        belongs = belongs or (self._settings.elasticmq_statistics and path.startswith(_STATISTICS))
        return path in health.PATHS or (belongs and self._control_is_here)

    def _look_elsewhere(self, error: ServiceError, subject: Subject, caller: Caller) -> None:
        self.world.warn_of_elsewhere(error, subject, caller.account, caller.region)

    def suspend(self, reason: str | None) -> None:
        """Refuse AWS requests from now on, for ``reason``; None: perform them again."""
        self.stages.trouble = reason
        self._set_interference()

    def _interfere(self, faults: "RequestFaults | None") -> None:
        self._faults = faults
        self._set_interference()

    def _set_interference(self) -> None:
        if self.stages.trouble is not None:
            self.gateway.interference = _refuse
        else:
            self.gateway.interference = None if self._faults is None else self._faults.perform

    def _make_control(self) -> AsgiApp:
        from emulator.control.routes import control_app
        from emulator.control.run import Run

        world, seed = self.world, self._settings.seed
        run = Run(
            settings=self._settings,
            stages=self.stages,
            process=self.process,
            requests=self.gateway.requests,
            recent=self.gateway.recent,
            answer=self.gateway.answer,
            session_id=Ids(None if seed is None else f"{seed} session").uuid(),
            started_at=self._started_at,
        )
        app: AsgiApp = control_app(world, run)
        return app if self.wrap_control is None else self.wrap_control(app, self._settings)

    def _make_sts(self) -> "Identities":
        """Its actions register when it is imported."""
        import emulator.sts.actions  # noqa: F401

        return self.world.identities

    def _make_cloudformation(self) -> object:
        """What deploys stacks; its actions register when they are imported."""
        import emulator.cloudformation.actions  # noqa: F401
        from emulator.cloudformation.service import CloudFormation

        return CloudFormation(self.world, self._settings)

    def _make_lambda(self) -> object:
        """What has event source mappings; its actions register when they are imported."""
        import emulator.functions.actions  # noqa: F401
        from emulator.functions.service import Lambda

        return Lambda(self.world)

    def _make_console(self) -> AsgiApp:
        from emulator.console.app import console

        return console(self._settings)

    def _make_start_page(self) -> AsgiApp:
        from emulator.control.start_page import start_page

        return start_page(self._settings)

    def _make_cors(self) -> AsgiApp:
        """The gateway, for web pages."""
        from emulator.admission.cors import AwsCors

        return AwsCors(partial(answer_request, self.gateway), self._settings.cors_allow_origins)


def _refuse(*_: object) -> NoReturn:
    raise ServiceUnavailable


def _is_plain_get(scope: Scope) -> bool:
    """Whether this is a GET of a path alone, without a query, from this machine and not from a web page."""
    headers = dict(scope["headers"])
    ours = BROWSER_HEADERS.isdisjoint(headers) and headers.get(b"host", b"").partition(b":")[0] in _OWN_HOSTS
    return ours and scope["method"] == "GET" and not scope["query_string"]


def _is_for_console(scope: Scope) -> bool:
    path = scope["path"]
    return path.startswith(_CONSOLE) or (path in _CONSOLE_ENTRANCES and _is_visit(scope))


def _is_visit(scope: Scope) -> bool:
    return is_visit(scope["method"], scope["path"], scope["query_string"], dict(scope["headers"]))


def _file(content: bytes) -> HttpResponse:
    head = b"content-type: application/x-pem-file\r\ncontent-length: %d\r\n" % len(content)
    return HttpResponse(200, head, content)
