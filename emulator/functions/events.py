"""What happens to messages between a queue and a function."""

from emulator.sqs.events import QueueEvent


class Invoked(QueueEvent):
    """A function is given the message."""

    function: str  # ARN
    batch_size: int  # messages


class FunctionAnswered(QueueEvent):
    """A function has processed the message, or has not."""

    function: str  # ARN
    result: str  # processed, failed or throttled
    answer: str  # the first characters, or why there was none


class RejectedByFilter(QueueEvent):
    """The filter criteria of the event source mapping do not let it through, and it was deleted."""

    function: str  # ARN
