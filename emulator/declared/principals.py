"""The section ``principals``: users, roles and their sessions, with the policies that say what they may do."""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct, field

from emulator.aws.identity import Identity, NamedPolicy
from emulator.aws.policy import MalformedPolicy, PolicyOverLimit, check_identity_policy
from emulator.declared.attributes import as_text
from emulator.declared.document import DocumentPath, Mistakes
from emulator.declared.reading import Reader
from emulator.declared.shapes import IdentityShape, Json, PrincipalsShape, SessionShape, UserShape
from emulator.declared.wording import proposal, shown
from emulator.wording import count

_POLICIES_MAX = 40  # of one identity: what AWS allows it to have, and more


class DeclaredPrincipals(Struct):
    """Identities by access key, where the keys stand, and accounts by organization."""

    by_key: dict[str, Identity] = field(default_factory=dict)
    keys: dict[str, DocumentPath] = field(default_factory=dict)
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
    return _Declaring(shape, sessions, reader.mistakes, account).all()


class _Declaring:
    def __init__(
        self,
        shape: PrincipalsShape,
        sessions: list[tuple[DocumentPath, SessionShape]],
        mistakes: Mistakes,
        account: str,
    ) -> None:
        self._shape = shape
        self._sessions = sessions
        self._mistakes = mistakes
        self._account = account
        self._made = DeclaredPrincipals(organizations=shape.organizations)
        self._roles: dict[tuple[str, str], Identity] = {}  # by account and name

    def all(self) -> DeclaredPrincipals:
        for name, user in self._shape.users.items():
            path: DocumentPath = ("principals", "users", name)
            given = user or UserShape()
            self._keys(given.access_keys, self._identity(name, given, path), path)
        for name, role in self._shape.roles.items():
            identity = self._identity(name, role or IdentityShape(), ("principals", "roles", name))
            self._roles[identity.account, name] = identity
        for at, session in self._sessions:
            self._session(session, at)
        return self._made

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

    def _session(self, given: SessionShape, path: DocumentPath) -> None:
        account = given.account or self._account
        role = self._roles.get((account, given.role))
        if role is None:
            names = sorted(name for owner, name in self._roles if owner == account)
            text = f"There is no role {given.role} in the account {account}; {proposal(given.role, names)}"
            self._mistakes.add((*path, "role"), text)
            return
        policies = tuple(self._policies(given.policies, (*path, "policies"), given.name))
        identity = Identity(
            account=account,
            name=role.name,
            path=role.path,
            session_name=given.name,
            policies=role.policies,
            boundary=role.boundary,
            session_policies=policies or None,
            tags={**role.tags, **given.tags},
        )
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
            try:
                text = as_text(document)
                check_identity_policy(text)
            except (MalformedPolicy, PolicyOverLimit, TypeError, RecursionError) as error:
                self._mistakes.add(at, f"This is no policy of an identity: {error}.")
            else:
                yield NamedPolicy(key if isinstance(key, str) else f"{name}[{key}]" if listed else name, text)

    def _keys(self, keys: list[str], identity: Identity, path: DocumentPath) -> None:
        for index, key in enumerate(keys):
            at = (*path, "access_keys", index)
            if key in self._made.by_key:
                self._mistakes.add(at, f"Another principal has the access key {key}.")
            else:
                self._made.by_key[key], self._made.keys[key] = identity, at
