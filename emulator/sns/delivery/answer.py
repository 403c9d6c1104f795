"""What a call of an endpoint brings: an answer, or the reason why there is none."""

import msgspec
from msgspec import Struct

SHOWN_CHARACTERS = 256  # of an answer

_TIMED_OUT = b"Task timed out after "  # with the status 200, by the Runtime Interface Emulator


class Answer(Struct, frozen=True):
    """The status, and the beginning of the body."""

    status: int
    beginning: bytes
    function_error: str = ""  # the header X-Amz-Function-Error of Lambda


class NoAnswer(Exception):
    """The endpoint did not answer; ``reason`` says why.

    ``excessive`` is whether what it sent instead exceeds a bound: then it is called less often for a while.
    """

    def __init__(self, reason: str, *, excessive: bool = False) -> None:
        self.reason = reason
        self.excessive = excessive
        super().__init__(reason)


def shown(body: bytes) -> str:
    """The beginning of a body as text."""
    return body[: 4 * SHOWN_CHARACTERS].decode("utf-8", "replace")[:SHOWN_CHARACTERS]


def function_error(answer: Answer) -> str | None:
    """The error that a Lambda function has raised, as text; None if there is none.

    Lambda says so in a header. The Runtime Interface Emulator does not, and its answer only looks like an error:
    https://github.com/aws/aws-lambda-runtime-interface-emulator/issues/20.
    """
    body = answer.beginning
    if answer.function_error:
        return f"{answer.function_error}: {shown(body)}"
    if body.startswith(_TIMED_OUT):
        return shown(body)
    if b'"errorMessage"' in body and b'"errorType"' in body:
        try:
            value = msgspec.json.decode(body)
        except (msgspec.DecodeError, RecursionError):
            return None
        if isinstance(value, dict) and "errorType" in value and "errorMessage" in value:
            return f"{value['errorType']}: {value['errorMessage']}"[:SHOWN_CHARACTERS]
    return None
