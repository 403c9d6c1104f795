"""SenderId: the unique id of the user or role that sent a message.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
"""

import base64
from functools import lru_cache
from hashlib import sha256

SNS_SENDER_ID = "AIDAISMY7JYY5F7RTT6AO"  # under which SNS sends, for whichever topic

_USER_PREFIX = "AIDA"
_ID_LENGTH = 21


@lru_cache(maxsize=1024)
def sender_id(account: str) -> str:
    """The id of the one user an account has here; the same in every run."""
    digest = base64.b32encode(sha256(account.encode()).digest()).decode()
    return (_USER_PREFIX + digest)[:_ID_LENGTH]
