"""Users and roles that are put together of several resources: themselves, their policies, and what is attached."""

from typing import Any, Literal, NamedTuple

from msgspec import Struct, field

from emulator.aws.managed_policies import managed_policy
from emulator.declared.declarations import Declarations
from emulator.declared.document import DocumentPath, Mistakes
from emulator.declared.principals import DeclaredPrincipals, PrincipalDeclarer
from emulator.declared.shapes import Json, RoleShape, UserShape

Kind = Literal["user", "role"]


class PlacedPolicy(NamedTuple):
    """A policy document, or the ARN of a managed policy, and where it stands."""

    value: Any
    path: DocumentPath


class PlannedIdentity(Struct):
    """A user or a role, as far as its own resource gives it."""

    kind: Kind
    account: str
    name: str
    at: DocumentPath
    path: str = "/"
    tags: dict[str, str] = {}
    access_keys: list[str] = field(default_factory=list)
    trust: PlacedPolicy | None = None
    boundary: PlacedPolicy | None = None
    inline: dict[str, PlacedPolicy] = field(default_factory=dict)
    attached: list[PlacedPolicy] = field(default_factory=list)


class PlannedPrincipals:
    """Collects users, roles and managed policies; resources may come in any order."""

    def __init__(self) -> None:
        self._identities: dict[tuple[Kind, str, str], PlannedIdentity] = {}  # by kind, account and name
        self._managed: dict[str, PlacedPolicy] = {}  # by ARN
        self._inline: list[tuple[Kind, str, str, str, PlacedPolicy]] = []
        self._attached: list[tuple[Kind, str, str, PlacedPolicy]] = []
        self._keys: list[tuple[str, str, str, str | None, DocumentPath]] = []

    def add(self, identity: PlannedIdentity, mistakes: Mistakes) -> None:
        key = identity.kind, identity.account, identity.name
        other = self._identities.setdefault(key, identity)
        if other is not identity:
            where = mistakes.line_of(other.at, identity.at)
            mistakes.add(identity.at, f"There is another {identity.kind} {identity.name}{where}.")

    def managed(self, arn: str, document: Any, path: DocumentPath) -> None:
        """A managed policy."""
        self._managed[arn] = PlacedPolicy(document, path)

    def inline(self, kind: Kind, account: str, owner: str, name: str, document: Any, path: DocumentPath) -> None:
        """A policy of a user or a role that stands beside it."""
        self._inline.append((kind, account, owner, name, PlacedPolicy(document, path)))

    def attach(self, kind: Kind, account: str, owner: str, arn: Any, path: DocumentPath) -> None:
        """A managed policy is attached to a user or a role."""
        self._attached.append((kind, account, owner, PlacedPolicy(arn, path)))

    def access_key(self, account: str, owner: str, key: str, secret: str | None, path: DocumentPath) -> None:
        """An access key of a user; without a ``secret`` if nothing says it."""
        self._keys.append((account, owner, key, secret, path))

    # -- Declaring -----------------------------------------------------------------------------

    def declare(self, declarations: Declarations, mistakes: Mistakes) -> None:
        """Add all users and roles to ``declarations``."""
        notices = declarations.notices
        for kind, account, owner, name, document in self._inline:
            if (found := self._owner(kind, account, owner, document.path, notices)) is not None:
                found.inline[name] = document
        for kind, account, owner, arn in self._attached:
            if (found := self._owner(kind, account, owner, arn.path, notices)) is not None:
                found.attached.append(arn)
        made = declarations.principals or DeclaredPrincipals()
        for account, owner, key, secret, path in self._keys:
            if (found := self._owner("user", account, owner, path, notices)) is not None:
                found.access_keys.append(key)
                made.accounts[key] = account
                if secret is not None:
                    made.secrets[key] = secret
                notices.append(f"the user {owner} has the access key {key}")
        declarer = PrincipalDeclarer(made, mistakes, "")
        for each in self._identities.values():
            self._declare(each, declarer, notices, mistakes)
        declarations.principals = made

    def _owner(
        self, kind: Kind, account: str, owner: str, path: DocumentPath, notices: list[str]
    ) -> PlannedIdentity | None:
        found = self._identities.get((kind, account, owner))
        if found is None:
            resource = path[2] if path[1] == "Resources" else path[1]  # of a template, or of a plan
            notices.append(f"{resource} is left out: there is no {kind} {owner} among those that are declared")
        return found

    def _declare(
        self, given: PlannedIdentity, declarer: PrincipalDeclarer, notices: list[str], mistakes: Mistakes
    ) -> None:
        policies: dict[str, Json] = {}
        for name, each in given.inline.items():
            self._place(policies, name, each, given.at, mistakes)
        for each in given.attached:
            managed = self._managed_policy(each, given.name, notices)
            if managed is not None:
                name = str(each.value).rpartition("/")[2]
                self._place(policies, str(each.value) if name in policies else name, managed, given.at, mistakes)
        boundary = None if given.boundary is None else self._managed_policy(given.boundary, given.name, notices)
        if boundary is not None:
            mistakes.rename((*given.at, "permissions_boundary"), boundary.path)
        common: dict[str, Any] = {
            "account": given.account,
            "path": given.path,
            "policies": policies,
            "permissions_boundary": None if boundary is None else boundary.value,
            "tags": given.tags,
        }
        if given.kind == "user":
            declarer.user(given.name, UserShape(**common, access_keys=given.access_keys), given.at)
            return
        if given.trust is not None:
            mistakes.rename((*given.at, "assume_role_policy"), given.trust.path)
        trust = None if given.trust is None else given.trust.value
        declarer.role(given.name, RoleShape(**common, assume_role_policy=trust), given.at)

    def _place(
        self, policies: dict[str, Json], name: str, given: PlacedPolicy, at: DocumentPath, mistakes: Mistakes
    ) -> None:
        mistakes.rename((*at, "policies", name), given.path)
        policies[name] = given.value

    def _managed_policy(self, arn: PlacedPolicy, owner: str, notices: list[str]) -> PlacedPolicy | None:
        """The document of a managed policy; None, with a notice, if it is not known."""
        found = self._managed.get(arn.value) if isinstance(arn.value, str) else None
        if found is not None:
            return found
        of_aws = managed_policy(arn.value) if isinstance(arn.value, str) else None
        if of_aws is not None:
            return PlacedPolicy(of_aws, arn.path)
        notices.append(f"{owner} goes without the policy {arn.value}, which is not known")
        return None
