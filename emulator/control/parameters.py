"""What many requests have in common."""

from typing import Annotated

import msgspec

# The length, for to Python's regular expressions a line feed may follow the end.
Account = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{12}$", max_length=12, description="Twelve digits.")]


class AccountQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Whose: one account's, or everybody's."""

    account: Account | None = None
