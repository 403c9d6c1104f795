"""Who has which access key, also for a time. It is asked for by each call where policies are enforced, and imports no
policies.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.authentication.credentials import Credential
    from emulator.aws.identity import Identity, Role

    RoleKey = tuple[str, str]  # account and name


_MOST_SESSIONS = 10_000


class Identities:
    """Who has which access key, and which organization an account belongs to.

    ``issued`` are the credentials that STS gave for a time, and those of templates. ``accounts`` are those of their
    keys and of others that are made here.
    """

    def __init__(self) -> None:
        self.by_key: dict[str, Identity] = {}
        self.roles: dict[tuple[str, str], Role] = {}
        self.organizations: dict[str, str] = {}  # by account

        self.issued: dict[str, Credential] = {}
        self.accounts: dict[str, str] = {}

    def issue(self, credential: "Credential", account: str, identity: "Identity | None", now: float) -> None:
        """Let temporary credentials be valid. Of very many the expired ones are forgotten, and then the oldest."""
        if len(self.issued) >= _MOST_SESSIONS:
            gone = [key for key, each in self.issued.items() if each.expires_at is not None and each.expires_at <= now]
            oldest = (key for key, each in self.issued.items() if each.expires_at is not None)
            for key in gone or list(islice(oldest, 1)):
                del self.issued[key], self.accounts[key]
                self.by_key.pop(key, None)
        self.issued[credential.access_key] = credential
        self.accounts[credential.access_key] = account
        if identity is not None:
            self.by_key[credential.access_key] = identity

    def add(
        self,
        by_key: "Mapping[str, Identity]",
        roles: "Mapping[RoleKey, Role]",
        organizations: Mapping[str, Iterable[str]],
    ) -> None:
        """``organizations`` has accounts by organization."""
        self.by_key |= by_key
        self.roles |= roles
        self.organizations |= {account: each for each, accounts in organizations.items() for account in accounts}

    def remove(
        self, keys: Iterable[str], roles: "Iterable[RoleKey]", organizations: Mapping[str, Iterable[str]]
    ) -> None:
        for key in keys:
            self.by_key.pop(key, None)
            self.accounts.pop(key, None)
            self.issued.pop(key, None)
        for role in roles:
            self.roles.pop(role, None)
        for accounts in organizations.values():
            for account in accounts:
                self.organizations.pop(account, None)

    def find(self, named: str, region: str) -> "Identity | None":
        """The identity with this access key or ARN."""
        of_arn = (each for each in self.by_key.values() if each.arn(region) == named)
        return self.by_key.get(named) or next(of_arn, None)
