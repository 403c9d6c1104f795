"""What many requests have in common."""

from typing import Annotated

import msgspec

# In answers, of what was not narrowed to one account, region or service.
ALL = "all"

# The length, for to Python's regular expressions a line feed may follow the end.
Account = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{12}$", max_length=12, description="Twelve digits.")]


class AccountQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Whose: one account's, or everybody's."""

    account: Account | None = None


class Removed(msgspec.Struct):
    """How many were removed, and whose: an account's, or everybody's ("all")."""

    account: str
    removed: int
