"""AWS actions without HTTP: the same functions and checks that answer requests."""

from collections.abc import Coroutine
from typing import Any, NamedTuple

import emulator.sqs.actions  # noqa: F401 - importing the actions registers them
from api_shapes.operation import Operation, Req, Res
from emulator.action_context import ActionContext
from emulator.actions import REGISTRY, perform
from emulator.settings import Settings
from emulator.world import World


class Caller(NamedTuple):
    """Whose request it is, and for which region."""

    account: str
    region: str


class Calls:
    """Performs actions on ``world``. ``endpoint`` is the address for links, such as ``http://localhost:4566``."""

    def __init__(self, world: World, settings: Settings, endpoint: str) -> None:
        self.world = world
        self.endpoint = settings.external_url or endpoint
        self._enforce_policies = settings.enforce_policies

    async def perform(self, operation: Operation[Req, Res], caller: Caller, request: Req) -> Res:
        """The result of the action; ServiceError if AWS would refuse the request."""
        state: object = self.world.sqs if operation.service == "sqs" else self.world.sns
        context: ActionContext[Any] = ActionContext(
            state,
            self.world.clocks,
            self.world.ids.of(caller.account),
            caller.account,
            caller.region,
            self.endpoint,
            signed=True,
            operation=operation.name,
            enforce_policies=self._enforce_policies,
        )
        outcome: Any = perform(REGISTRY[operation.service, operation.name], context, request)
        result: Res = await outcome if isinstance(outcome, Coroutine) else outcome
        return result
