"""AWS actions without HTTP: the same functions and checks that answer requests."""

from collections.abc import Coroutine
from typing import Any, NamedTuple

import emulator.sqs.actions  # noqa: F401 - importing the actions registers them
from api_shapes.operation import AnyService, Operation, Req, Res
from emulator.actions.context import ActionContext
from emulator.actions.registry import REGISTRY, perform
from emulator.configuration.settings import Settings
from emulator.world.world import World


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
        self._access_keys = settings.access_keys
        self._default_account = settings.account_id

    def account_of(self, access_key: str) -> str:
        """The account of callers with an access key."""
        if len(access_key) == 12 and access_key.isascii() and access_key.isdigit():
            return access_key
        return self._access_keys.get(access_key, self._default_account)

    def _state_of(self, service: AnyService) -> object:
        if service == "lambda":
            import emulator.functions.actions  # noqa: F401 - importing the actions registers them
            from emulator.functions.service import Lambda

            return Lambda(self.world)
        return self.world.sqs if service == "sqs" else self.world.sns

    async def perform(self, operation: Operation[Req, Res], caller: Caller, request: Req) -> Res:
        """The result of the action; ServiceError if AWS would refuse the request."""
        state = self._state_of(operation.service)
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
