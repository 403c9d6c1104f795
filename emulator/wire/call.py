"""A call of an AWS operation, and the interface of wire protocols.

A request is read once, into a Call, and its answer is written once, by the protocol object in that Call. The protocol
is chosen when the request is read; no other code asks which one it is.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from api_shapes.operation import Operation, Shape
from emulator.aws.errors import ServiceError
from emulator.wire.caller import Caller
from emulator.wire.http import HttpRequest, HttpResponse
from emulator.wire.services import OPERATIONS


class Call:
    """A request as far as it could be read: with ``shape``, or with ``error`` if it could not be read."""

    __slots__ = (
        "action",
        "caller",
        "error",
        "operation",
        "params",
        "protocol",
        "request",
        "request_id",
        "service",
        "shape",
    )

    def __init__(
        self,
        request: HttpRequest,
        protocol: "WireProtocol",
        service: str | None,
        action: str | None,
        caller: Caller,
        params: Mapping[str, str],
        operation: Operation[Any, Any] | None = None,
        error: Exception | None = None,
    ) -> None:
        self.request = request
        self.protocol = protocol  # of the answer
        self.service = service  # as its credential scope or its target names it; None if unknown
        self.action = action
        self.caller = caller
        self.params = params  # of the query protocol; else empty
        self.operation = operation
        self.shape: Shape | None = None  # the typed request
        self.error = error
        self.request_id = ""  # in the answer

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is for a service that is not emulated."""
        return self.service is not None and self.service not in OPERATIONS

    def take_error(self) -> Exception:
        """The error, which is removed from the call: its traceback refers to the call, which would make a cycle."""
        error, self.error = self.error, None
        assert error is not None, "a call has a typed request or an error"
        return error


class WireProtocol:
    """Reads requests of one protocol, and writes its answers as bytes. Stateless; there is one object per protocol."""

    name: ClassVar[str]  # as botocore's models have it

    def read(self, operation: Operation[Any, Any], call: Call) -> Shape:
        """The typed request. Raises AWS's error if it cannot be read."""
        raise NotImplementedError

    def no_operation(self, call: Call) -> ServiceError:
        """The error for a call whose operation does not exist."""
        raise NotImplementedError

    def write_result(self, operation: Operation[Any, Any], call: Call, result: Shape | None) -> HttpResponse:
        """The answer with the result of an action."""
        raise NotImplementedError

    def write_error(self, call: Call, error: ServiceError) -> HttpResponse:
        """The answer to a request that is refused."""
        raise NotImplementedError

    def message_of(self, error: ServiceError) -> str:
        """The text of ``error`` in the answer."""
        return error.message

    def members_of(self, call: Call) -> Mapping[str, object]:
        """The members of a request that could not be read, by their names on the wire, as far as they are known."""
        return call.params


def response(call: Call, status: int, content_type: bytes, body: bytes, head: bytes = b"") -> HttpResponse:
    """An answer to ``call``. ``head`` is the header lines that its protocol adds to the usual ones."""
    usual = b"x-amzn-requestid: %b\r\ncontent-type: %b\r\ncontent-length: %d\r\n"
    return HttpResponse(status, usual % (call.request_id.encode(), content_type, len(body)) + head, body)
