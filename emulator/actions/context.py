"""What an action gets besides its request."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Generic, TypeVar

from emulator.aws.errors import ServiceError
from emulator.foundation.ids import Ids
from emulator.timing.clock import Clocks

if TYPE_CHECKING:
    from emulator.aws.access import CallerAccess

State = TypeVar("State")


class ActionContext(Generic[State]):
    """The caller, the address that was called, and the service's state."""

    __slots__ = (
        "access",
        "account",
        "clocks",
        "endpoint",
        "enforce_policies",
        "entry_failures",
        "ids",
        "operation",
        "region",
        "signed",
        "state",
        "trace_header",
    )

    def __init__(
        self,
        state: State,
        clocks: Clocks,
        ids: Ids,
        account: str,
        region: str,
        endpoint: str,
        signed: bool = False,
        operation: str = "",
        trace_header: str | None = None,
        enforce_policies: bool = False,
        access: "CallerAccess | None" = None,
    ) -> None:
        self.state = state
        self.clocks = clocks
        self.ids = ids
        self.account = account
        self.region = region
        self.endpoint = endpoint  # scheme, host and port by which the caller reached us: http://localhost:4566
        self.signed = signed  # whether the request carries a signature, which is verified only on demand
        self.operation = operation  # what is being called
        self.trace_header = trace_header  # X-Amzn-Trace-Id of the HTTP request
        self.enforce_policies = enforce_policies  # whether policies decide what callers may do
        self.access = access  # what policies can ask of the caller; known only where they are enforced
        self.entry_failures: Mapping[str, ServiceError] | None = None  # by id, entries of a batch that are to fail
