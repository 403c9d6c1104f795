"""The callers of requests, as AWS names them. A caller is known by its account only; each account has one user here.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
"""

import base64
from functools import lru_cache
from hashlib import sha256

from emulator.aws.arns import Arn, partition_of

SNS_USER_ID = "AROA3TYMO3BGDHJFBHT75:AWS-CLOUDCAST"  # the role and session with which SNS sends to queues

_USER = "user/emulator"
_ID_PREFIX = "AIDA"  # of users
_ID_LENGTH = 21


def caller_principal(account: str, region: str) -> str:
    """The ARN of a caller with the given account."""
    return str(Arn(partition_of(region), "iam", "", account, _USER))


@lru_cache(maxsize=1024)
def user_id(account: str) -> str:
    """The unique id of the account's one user; the same in every run."""
    digest = base64.b32encode(sha256(account.encode()).digest()).decode()
    return (_ID_PREFIX + digest)[:_ID_LENGTH]
