"""Users, and sessions of roles, with the policies that say what they may do.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html
"""

import base64
from collections.abc import Mapping
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace

from emulator.aws.arns import Arn, partition_of
from emulator.aws.policy_statements import Principal


class NamedPolicy(Struct, frozen=True):
    """A checked policy without principals, as JSON text."""

    name: str
    document: str


class Identity(Struct, frozen=True, kw_only=True):
    """A user or a session, or a role of which sessions are made. ``session_policies`` is None where the session has
    none, and of a user.
    """

    account: str
    name: str  # of the user, or of the role
    path: str = "/"
    session_name: str | None = None  # of a session
    policies: tuple[NamedPolicy, ...] = ()
    boundary: NamedPolicy | None = None
    session_policies: tuple[NamedPolicy, ...] | None = None
    tags: Mapping[str, str] = {}

    def principal(self, region: str) -> Principal:
        """As whom it calls in the partition of ``region``."""
        return Principal(
            self.account,
            self.arn(region),
            declared=True,
            unique_id=self.unique_id,
            role_arn=None if self.session_name is None else self._iam_arn(region, "role"),
        )

    def arn(self, region: str) -> str:
        if self.session_name is None:
            return self._iam_arn(region, "user")
        resource = f"assumed-role/{self.name}/{self.session_name}"
        return str(Arn(partition_of(region), "sts", "", self.account, resource))

    def session(self, name: str, policies: tuple[NamedPolicy, ...], tags: Mapping[str, str]) -> "Identity":
        """A session of this role. Without ``policies`` nothing but those of the role limits it."""
        made = {"session_name": name, "session_policies": policies or None, "tags": {**self.tags, **tags}}
        return replace(self, **made)

    def role_arn(self, region: str) -> str:
        """The ARN of this role, or of the role of this session."""
        return self._iam_arn(region, "role")

    def _iam_arn(self, region: str, kind: str) -> str:
        return str(Arn(partition_of(region), "iam", "", self.account, f"{kind}{self.path}{self.name}"))

    @property
    def unique_id(self) -> str:
        """The id of the user or the role; the same in every run."""
        kind, prefix = ("user", "AIDA") if self.session_name is None else ("role", "AROA")
        digest = base64.b32encode(sha256(f"{kind} {self.account} {self.path}{self.name}".encode()).digest()).decode()
        return (prefix + digest)[:21]

    @property
    def user_id(self) -> str:
        """What GetCallerIdentity gives as UserId."""
        return self.unique_id if self.session_name is None else f"{self.unique_id}:{self.session_name}"

    def context(self, region: str) -> dict[str, tuple[str, ...]]:
        """The values of the condition keys about who calls.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
        """
        is_user = self.session_name is None
        values = {
            "aws:principalarn": self._iam_arn(region, "user" if is_user else "role"),
            "aws:principalaccount": self.account,
            "aws:principaltype": "User" if is_user else "AssumedRole",
            "aws:principalisawsservice": "false",
            "aws:userid": self.user_id,
            **({"aws:username": self.name} if is_user else {}),
            **{f"aws:principaltag/{key.lower()}": value for key, value in self.tags.items()},
        }
        return {key: (value,) for key, value in values.items()}


class Role(Struct, frozen=True):
    """A role, and its trust policy, which says who may assume it: a checked policy as JSON text; None: it has none."""

    identity: Identity
    trust: str | None = None
