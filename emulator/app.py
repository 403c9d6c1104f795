"""The composition root: both services on one set of clocks and ids, behind one ASGI application."""

from functools import cached_property

import emulator.sqs.actions  # noqa: F401 - registers the actions
from emulator.asgi import AsgiApp, Receive, Scope, Send, answer_request
from emulator.clock import Clocks
from emulator.gateway import Gateway
from emulator.ids import Ids
from emulator.settings import Settings
from emulator.sqs.queues import Queues
from emulator.sqs.state import SqsState
from emulator.sqs.waiting import Waiting

_CONTROL_PREFIXES = ("/_emulator/", "/_localstack/")


class Emulator:
    """The emulated world: what there is of both services, and their time. Also the ASGI application."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clocks = Clocks()
        self.ids = Ids()
        self.queues = Queues(self.ids)
        self.waiting = Waiting()
        self.gateway = Gateway({"sqs": SqsState(self.queues, self.waiting)}, self.clocks, self.ids, settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """https://asgi.readthedocs.io/en/latest/specs/www.html; only HTTP is served."""
        if scope["type"] != "http":
            raise NotImplementedError(f"no {scope['type']} here")
        if scope["path"].startswith(_CONTROL_PREFIXES):
            await self._control(scope, receive, send)
        else:
            await answer_request(self.gateway, scope, receive, send)

    @cached_property
    def _control(self) -> AsgiApp:
        """Starlette is imported when the first control request comes."""
        from emulator.control.routes import control_app

        return control_app(self)

    def reset(self, account: str | None = None) -> None:
        """Empty everything and set the clocks right, everywhere or in one account."""
        self.queues.reset(account)
        if account is None:
            self.clocks.reset()
        else:
            self.clocks.of(account).reset()

    def close(self) -> None:
        """Answer the parked receives; from now on nobody waits."""
        self.waiting.close()
