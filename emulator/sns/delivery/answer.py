"""What a call of an endpoint brings: an answer, or the reason why there is none."""

from msgspec import Struct


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
