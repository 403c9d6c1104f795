"""Which process has which account, where several processes share one database.

An account is in the memory of one process at a time, its owner, which has a lease of it. All that a process does for an
account is done while the account is in ``owned``; nothing else may read or change an account in the World.
"""

from collections.abc import Collection
from typing import NamedTuple, Protocol


class Member(NamedTuple):
    """A process that shares the database."""

    name: str
    address: str  # such as http://10.0.0.7:4566, at which the other members reach it
    accounts: tuple[str, ...]  # that it owns
    last_heartbeat: float  # seconds since the epoch, by the clock of the database


class Leases(Protocol):
    """The leases of this process, and what it knows of those of others. What asks the database may raise
    ConnectionError, while the database cannot be reached.
    """

    async def owner(self, account: str) -> str | None:
        """Where ``account`` is: the address of its owner, or None if it is here.

        An account that no living process has is taken first, and its state is in the World when this returns None. It
        stays here at least until the next turn of the event loop.
        """
        ...

    def owned(self) -> Collection[str]:
        """The accounts that are here. Empty while it is not certain that the leases have not expired."""
        ...

    async def accounts(self) -> list[str]:
        """All accounts of which anything is kept, wherever they are, or nowhere."""
        ...

    async def members(self) -> list[Member]:
        """All living members, this one too, by name."""
        ...

    async def release(self, account: str, to: str | None = None) -> None:
        """Write what is left of ``account``, drop it from memory, and give it to the member ``to`` or, without one, to
        whatever member takes it. Nothing is done if it is not here.

        Receives that wait in the account end, without a message.
        """
        ...

    async def release_all(self) -> None:
        """Release every account, to the other members in equal shares, and leave the cluster. For the end of the
        process.
        """
        ...
