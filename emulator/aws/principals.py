"""Who calls, as AWS names it. Callers are known by their account alone; each has one user here."""

from emulator.aws.arns import Arn, partition_of

_USER = "user/emulator"


def caller_principal(account: str, region: str) -> str:
    """The ARN of the one who calls in the name of ``account``."""
    return str(Arn(partition_of(region), "iam", "", account, _USER))
