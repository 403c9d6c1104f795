"""Amazon Resource Names: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html."""

from functools import lru_cache
from typing import NamedTuple

_ELEMENTS = 6
# All partitions but ``aws``, by how the names of their regions begin.
_PARTITIONS = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
    "eusc-": "aws-eusc",
}


class Arn(NamedTuple):
    """``arn:{partition}:{service}:{region}:{account}:{resource}``."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> "Arn | None":
        """The parts of ``text``, or None if it is not an ARN. The resource may contain colons."""
        parts = text.split(":", _ELEMENTS - 1)
        if len(parts) < _ELEMENTS or parts[0] != "arn":
            return None
        return cls(*parts[1:])

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def account_in(text: str) -> str:
    """The account in a text that is known to be an ARN."""
    return text.split(":", _ELEMENTS - 1)[4]


@lru_cache(maxsize=64)
def partition_of(region: str) -> str:
    """The partition of a region, by how its name begins; ``aws`` of one that AWS does not have."""
    return next((partition for start, partition in _PARTITIONS.items() if region.startswith(start)), "aws")


def arn(service: str, region: str, account: str, resource: str) -> str:
    return f"arn:{partition_of(region)}:{service}:{region}:{account}:{resource}"
