"""The identity of a queue: its name, account and region, and its ARN."""

from typing import NamedTuple

from emulator.aws.arns import arn


class QueueIdentity(NamedTuple):
    name: str
    arn: str
    account: str
    region: str


def identity_of(name: str, account: str, region: str) -> QueueIdentity:
    """The identity of the queue that an account has, or could have, under this name."""
    return QueueIdentity(name, arn("sqs", region, account, name), account, region)
