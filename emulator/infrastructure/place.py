"""Where a stack is."""

from typing import NamedTuple

from emulator.aws.arns import partition_of


class StackPlace(NamedTuple):
    """The name and id of a stack, its account and region, and the endpoint in the URLs of its queues."""

    name: str
    uuid: str
    account: str
    region: str
    endpoint: str

    @property
    def partition(self) -> str:
        return partition_of(self.region)

    @property
    def id(self) -> str:
        """The ARN of the stack."""
        resource = f"stack/{self.name}/{self.uuid}"
        return f"arn:{self.partition}:cloudformation:{self.region}:{self.account}:{resource}"
