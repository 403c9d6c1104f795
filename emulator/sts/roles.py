"""The roles that callers assume, and what the trust policy of each says."""

import json
import re

from api_shapes import sts
from emulator.actions.context import ActionContext
from emulator.aws import access
from emulator.aws.arns import Arn
from emulator.aws.errors import AccessDenied, ValidationError
from emulator.aws.identities import Identities
from emulator.aws.identity import Identity, Role
from emulator.aws.policy_evaluation import evaluate

Context = ActionContext[Identities]

ASSUME_ROLE = "sts:AssumeRole"
_ACCOUNT = re.compile("[0-9]{12}")


def declared_role(ctx: Context, arn: str) -> Role | None:
    """The role with this ARN, if it is declared."""
    wanted = undeclared_role(arn).identity
    role = ctx.state.roles.get((wanted.account, wanted.name))
    return role if role is not None and role.identity.path == wanted.path else None


def undeclared_role(arn: str) -> Role:
    """A role of which only the ARN is known."""
    parsed = Arn.parse(arn)
    if parsed is None or parsed.service != "iam" or not _ACCOUNT.fullmatch(parsed.account):
        raise ValidationError(f"{arn[:2_048]} is invalid")
    kind, slash, name = parsed.resource.partition("/")
    if kind != "role" or not name or len(name) > 576:
        raise ValidationError(f"{arn[:2_048]} is invalid")
    path, _, name = f"{slash}{name}".rpartition("/")
    return Role(Identity(account=parsed.account, name=name, path=f"{path}/"))


def check_trust(ctx: Context, caller: access.CallerAccess, role: Role | None, request: sts.AssumeRoleRequest) -> None:
    """Raise AccessDenied unless the trust policy of the role and the policies of the caller let it be assumed.

    Unlike the policy of a queue, the trust policy must allow it also within one account.
    """
    details = {"sts:rolesessionname": request.role_session_name}
    if request.external_id is not None:
        details["sts:externalid"] = request.external_id
    if request.source_identity is not None:
        details["sts:sourceidentity"] = request.source_identity
    asked = access.call(
        account=ctx.account,
        region=ctx.region,
        action=ASSUME_ROLE,
        resource=request.role_arn,
        now=ctx.clocks.now_of(ctx.account),
        caller=caller,
        details=details,
    )
    if role is None:
        raise AccessDenied(
            f"User: {asked.principal.arn} is not authorized to perform: {ASSUME_ROLE} on resource: {request.role_arn}"
        )
    trust = role.trust or _trust_of_account(role.identity.account)
    owner = ctx.account == role.identity.account and caller.identity is not None and evaluate(trust, asked).allowed
    refusal = access.why_refused(asked, caller, trust, owner=owner, owner_only=False, action=ASSUME_ROLE)
    if refusal is not None:
        raise AccessDenied(refusal)


def _trust_of_account(account: str) -> str:
    """What stands for the trust policy of a role that has none."""
    statement = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": ASSUME_ROLE}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})
