"""An account and a region."""

from typing import NamedTuple


class Place(NamedTuple):
    """An account and a region. As a scope, None stands for every account or every region."""

    account: str | None = None
    region: str | None = None

    def covers(self, account: str, region: str) -> bool:
        """Whether this account and region are in the scope."""
        return self.account in (None, account) and self.region in (None, region)

    @property
    def everywhere(self) -> bool:
        """Whether the scope includes every account and region."""
        return self.account is None and self.region is None


EVERYWHERE = Place()
