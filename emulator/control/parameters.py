"""Parameters and answers that many routes share."""

from typing import Annotated

import msgspec

# In answers: all accounts, regions or services.
ALL = "all"

# The length is checked too, because in Python's regular expressions $ also matches before a final line feed.
Account = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{12}$", max_length=12, description="Twelve digits.")]

# Where the next page of a list begins, as the answer with the page before said.
Cursor = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,18}$", max_length=18, description="That of the page before.")]


class AccountQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which account; without one, all."""

    account: Account | None = None


class Removed(msgspec.Struct):
    """How many were removed, and whose: an account's, or all ("all")."""

    account: str
    removed: int
