"""The section ``principals``: users, roles and their sessions, with the policies that say what they may do."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct, field

from emulator.aws.identity import Identity, NamedPolicy, Role
from emulator.aws.policy import MalformedPolicy, PolicyOverLimit, check_identity_policy, check_trust_policy
from emulator.declared.attributes import as_text
from emulator.declared.document import DocumentPath, Mistakes
from emulator.declared.reading import Reader
from emulator.declared.shapes import IdentityShape, Json, PrincipalsShape, RoleShape, SessionShape, UserShape
from emulator.declared.wording import proposal, shown
from emulator.foundation.wording import count

_POLICIES_MAX = 40  # of one identity: what AWS allows it to have, and more


class DeclaredPrincipals(Struct):
    """Identities by access key, roles by account and name, where the keys stand, and accounts by organization.

    ``accounts`` are those of keys that no option can know, as a template or a plan makes them, and ``secrets``
    theirs, as far as they are known.
    """

    by_key: dict[str, Identity] = field(default_factory=dict)
    roles: dict[tuple[str, str], Role] = field(default_factory=dict)
    keys: dict[str, DocumentPath] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    organizations: dict[str, list[str]] = field(default_factory=dict)


def principals_of(given: Any, reader: Reader, account: str) -> DeclaredPrincipals:
    """What the section declares, in ``account`` where it names no other one. Adds to the mistakes of ``reader``."""
    listed = given.get("sessions", []) if isinstance(given, dict) else []
    rest = {key: each for key, each in given.items() if key != "sessions"} if isinstance(given, dict) else given
    shape = reader.table(rest, PrincipalsShape, ("principals",)) or PrincipalsShape()
    sessions: list[tuple[DocumentPath, SessionShape]] = []
    if isinstance(listed, list):  # read one by one, as a mistake is in one of them
        for index, each in enumerate(listed):
            path: DocumentPath = ("principals", "sessions", index)
            session = reader.table(each, SessionShape, path)
            sessions += [] if session is None else [(path, session)]
    else:
        reader.mistakes.add(("principals", "sessions"), f"sessions is {shown(listed)}; a list is wanted.")
    declarer = PrincipalDeclarer(DeclaredPrincipals(organizations=shape.organizations), reader.mistakes, account)
    for name, user in shape.users.items():
        declarer.user(name, user or UserShape(), ("principals", "users", name))
    for name, role in shape.roles.items():
        declarer.role(name, role or RoleShape(), ("principals", "roles", name))
    for path, each in sessions:
        declarer.session(each, path)
    return declarer.made


class PrincipalDeclarer:
    """Adds principals to ``made``, in ``account`` where they name no other one, and to ``mistakes`` what is wrong."""

    def __init__(self, made: DeclaredPrincipals, mistakes: Mistakes, account: str) -> None:
        self.made = made
        self._mistakes = mistakes
        self._account = account

    def user(self, name: str, given: UserShape, path: DocumentPath) -> None:
        self._keys(given.access_keys, self._identity(name, given, path), path)

    def role(self, name: str, given: RoleShape, path: DocumentPath) -> None:
        identity, trust = self._identity(name, given, path), None
        if given.assume_role_policy is not None:
            at = (*path, "assume_role_policy")
            trust = self._checked(given.assume_role_policy, check_trust_policy, at, "trust policy")
        self.made.roles[identity.account, name] = Role(identity, trust)

    def _identity(self, name: str, given: IdentityShape, path: DocumentPath) -> Identity:
        boundary = None
        if given.permissions_boundary is not None:
            at = (*path, "permissions_boundary")
            boundary = next(iter(self._policies([given.permissions_boundary], at, "boundary", listed=False)), None)
        return Identity(
            account=given.account or self._account,
            name=name,
            path=given.path,
            policies=tuple(self._policies(given.policies, (*path, "policies"), name)),
            boundary=boundary,
            tags=given.tags,
        )

    def session(self, given: SessionShape, path: DocumentPath) -> None:
        account = given.account or self._account
        role = self.made.roles.get((account, given.role))
        if role is None:
            names = sorted(name for owner, name in self.made.roles if owner == account)
            text = f"There is no role {given.role} in the account {account}; {proposal(given.role, names)}"
            self._mistakes.add((*path, "role"), text)
            return
        policies = tuple(self._policies(given.policies, (*path, "policies"), given.name))
        identity = role.identity.session(given.name, policies, given.tags)
        self._keys(given.access_keys, identity, path)

    def _policies(
        self, given: list[Json] | dict[str, Json], path: DocumentPath, name: str, *, listed: bool = True
    ) -> Iterator[NamedPolicy]:
        if len(given) > _POLICIES_MAX:
            self._mistakes.add(path, f"There are {count(len(given), 'policy')}; there can be {_POLICIES_MAX}.")
            return
        pairs: Iterable[tuple[str | int, Json]] = given.items() if isinstance(given, dict) else enumerate(given)
        for key, document in pairs:
            at = (*path, key) if listed else path
            text = self._checked(document, check_identity_policy, at, "policy of an identity")
            if text is not None:
                yield NamedPolicy(key if isinstance(key, str) else f"{name}[{key}]" if listed else name, text)

    def _checked(self, document: Json, check: Callable[[str], None], path: DocumentPath, what: str) -> str | None:
        """A policy as text; None if it is none, which is a mistake."""
        try:
            text = as_text(document)
            check(text)
        except (MalformedPolicy, PolicyOverLimit, TypeError, RecursionError) as error:
            self._mistakes.add(path, f"This is no {what}: {error}.")
            return None
        return text

    def _keys(self, keys: list[str], identity: Identity, path: DocumentPath) -> None:
        for index, key in enumerate(keys):
            at = (*path, "access_keys", index)
            if key in self.made.by_key:
                self._mistakes.add(at, f"Another principal has the access key {key}.")
            else:
                self.made.by_key[key], self.made.keys[key] = identity, at
