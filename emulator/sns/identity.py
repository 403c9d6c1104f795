"""What identifies a topic."""

from typing import NamedTuple

from emulator.aws.arns import arn


class TopicIdentity(NamedTuple):
    name: str
    arn: str
    account: str
    region: str


def identity_of(name: str, account: str, region: str) -> TopicIdentity:
    """The identity of the topic that an account has, or could have, under this name."""
    return TopicIdentity(name, arn("sns", region, account, name), account, region)
