"""An event source mapping: which function gets the messages of which queue, and how.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
"""

from msgspec import Struct

from emulator.aws.arns import Arn, arn

DEFAULT_BATCH_SIZE = 10


class EventSourceMapping(Struct, frozen=True, omit_defaults=True):
    """What lasts of a mapping. It belongs to the account and the region of its function."""

    uuid: str
    queue_arn: str
    function_arn: str  # with a version or an alias, if it has one
    modified_at: float  # seconds since the epoch
    batch_size: int = DEFAULT_BATCH_SIZE  # messages
    window_seconds: int = 0  # for which a batch is gathered
    filters: tuple[str, ...] = ()  # patterns, one of which must match
    reports_failures: bool = False  # whether the function says which messages of a batch have failed
    maximum_concurrency: int | None = None  # batches at a time
    enabled: bool = True
    tags: dict[str, str] = {}

    @property
    def place(self) -> tuple[str, str]:
        """The account and the region."""
        function = Arn.parse(self.function_arn)
        assert function is not None, "a mapping has the ARN of a function"
        return function.account, function.region

    @property
    def arn(self) -> str:
        account, region = self.place
        return arn("lambda", region, account, f"event-source-mapping:{self.uuid}")


def function_name(function_arn: str) -> str:
    """The name of a function, without its version or alias."""
    return function_arn.split(":")[6]


def unqualified(function_arn: str) -> str:
    """The ARN of a function without its version or alias."""
    return ":".join(function_arn.split(":")[:7])
