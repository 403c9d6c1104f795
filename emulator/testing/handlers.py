"""Lambda functions inside the process of a test: what a handler is given, and what becomes of its answer.

https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

import json
import threading
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from emulator.testing.real_time import time

Handler = Callable[[dict[str, Any], "LambdaContext"], Any]

_SECONDS = 900  # that a function has


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """The context object of an invocation. https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    function_name: str
    invoked_function_arn: str
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    function_version: str = "$LATEST"
    memory_limit_in_mb: str = "128"
    identity: None = None
    client_context: None = None
    _until: float = field(default_factory=lambda: time.monotonic() + _SECONDS)

    @property
    def log_group_name(self) -> str:
        return f"/aws/lambda/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        return f"[$LATEST]{self.aws_request_id.replace('-', '')}"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the emulator gives the invocation up, in real time."""
        return max(0, int((self._until - time.monotonic()) * 1000))


class Function:
    """A handler under the name of a function, and the events that it got."""

    def __init__(self, arn: str, handler: Handler) -> None:
        self.arn = arn
        self.name = arn.split(":")[6]
        self._handler = handler
        self._lock = threading.Lock()
        self.events: list[dict[str, Any]] = []  # in the order in which they came

    def invoke(self, body: bytes) -> tuple[bytes, str]:
        """Call the handler: its answer as JSON, and the kind of the error if it has raised one."""
        event = json.loads(body)
        with self._lock:
            self.events.append(event)
        try:
            answer = self._handler(event, LambdaContext(self.name, self.arn))
            return json.dumps(answer).encode(), ""
        except BaseException as error:  # noqa: BLE001 - as Lambda does; pytest.fail raises no Exception
            trace = traceback.format_tb(error.__traceback__)[1:]
            shown = {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": trace}
            return json.dumps(shown).encode(), "Unhandled"


class Functions:
    """The functions of a process, by the ends of their URLs."""

    def __init__(self) -> None:
        self._by_key: dict[str, Function] = {}

    def add(self, function: Function) -> str:
        """Have a function called; the key in its URL."""
        key = f"{function.name}-{uuid.uuid4().hex}"
        self._by_key[key] = function
        return key

    def find(self, key: str) -> Function | None:
        return self._by_key.get(key)
