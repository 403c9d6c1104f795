"""The actions of STS that are emulated: whose credentials a client has, and temporary ones.

Clients such as Terraform and CDK call GetCallerIdentity before anything else.
"""

import base64
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import shake_256

from api_shapes import sts
from emulator.actions.registry import action
from emulator.authentication.credentials import Credential
from emulator.aws.errors import AccessDenied, MalformedPolicyDocument, ValidationError
from emulator.aws.identity import Identity, NamedPolicy
from emulator.aws.managed_policies import managed_policy
from emulator.aws.policy import MalformedPolicy, PolicyOverLimit, check_identity_policy
from emulator.aws.principals import caller_principal, user_id
from emulator.foundation.wording import count
from emulator.sts.roles import Context, check_trust, declared_role, undeclared_role

_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_SHORTEST, _LONGEST_ROLE, _LONGEST_USER = 900, 43_200, 129_600  # seconds that a session lasts
_OF_ROLE, _OF_USER = 3_600, 43_200  # where a request does not say it
_POLICIES_MAX = 10


@action(sts.GET_CALLER_IDENTITY, reads=True)
def get_caller_identity(ctx: Context, _: sts.GetCallerIdentityRequest) -> sts.GetCallerIdentityResponse:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""
    identity = None if ctx.access is None else ctx.access.identity
    if identity is not None:
        return sts.GetCallerIdentityResponse(
            user_id=identity.user_id, account=ctx.account, arn=identity.arn(ctx.region)
        )
    return sts.GetCallerIdentityResponse(
        user_id=user_id(ctx.account), account=ctx.account, arn=caller_principal(ctx.account, ctx.region)
    )


@action(sts.ASSUME_ROLE)
def assume_role(ctx: Context, request: sts.AssumeRoleRequest) -> sts.AssumeRoleResponse:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html

    Where policies are not enforced, every role counts as one that may be assumed.
    """
    if _NAME.fullmatch(request.role_session_name) is None:
        raise _invalid(request.role_session_name, "roleSessionName", r"[\w+=,.@-]*, of 2 to 64 characters")
    if request.source_identity is not None and _NAME.fullmatch(request.source_identity) is None:
        raise _invalid(request.source_identity, "sourceIdentity", r"[\w+=,.@-]*, of 2 to 64 characters")
    seconds = _duration(request.duration_seconds, _OF_ROLE, _LONGEST_ROLE)
    policies = tuple(_session_policies(request))
    role = declared_role(ctx, request.role_arn)
    if ctx.access is not None:
        check_trust(ctx, ctx.access, role, request)
    identity = (role or undeclared_role(request.role_arn)).identity.session(
        request.role_session_name, policies, {tag.key: tag.value for tag in request.tags or ()}
    )
    return sts.AssumeRoleResponse(
        credentials=_issue(ctx, identity.account, identity, seconds),
        assumed_role_user=sts.AssumedRoleUser(assumed_role_id=identity.user_id, arn=identity.arn(ctx.region)),
        source_identity=request.source_identity,
    )


@action(sts.GET_SESSION_TOKEN)
def get_session_token(ctx: Context, request: sts.GetSessionTokenRequest) -> sts.GetSessionTokenResponse:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html"""
    seconds = _duration(request.duration_seconds, _OF_USER, _LONGEST_USER)
    identity = None if ctx.access is None else ctx.access.identity
    if identity is not None and identity.session_name is not None:
        raise AccessDenied("Cannot call GetSessionToken with session credentials")
    return sts.GetSessionTokenResponse(credentials=_issue(ctx, ctx.account, identity, seconds))


def _issue(ctx: Context, account: str, identity: Identity | None, seconds: int) -> sts.Credentials:
    now = ctx.clocks.now_of(account)
    chance = shake_256(f"{ctx.ids.uuid()} {ctx.ids.uuid()} {ctx.ids.uuid()}".encode()).digest(200)
    key = "ASIA" + base64.b32encode(chance[:10]).decode()
    secret, token = (base64.b64encode(part).decode() for part in (chance[10:40], chance[40:]))
    expires_at = float(int(now) + seconds)
    ctx.state.issue(Credential(key, secret, account, token, expires_at), account, identity, now)
    return sts.Credentials(
        access_key_id=key,
        secret_access_key=secret,
        session_token=token,
        expiration=datetime.fromtimestamp(expires_at, UTC),
    )


# -- Requests ----------------------------------------------------------------------------------


def _session_policies(request: sts.AssumeRoleRequest) -> Iterator[NamedPolicy]:
    if request.policy is not None:
        try:
            check_identity_policy(request.policy)
        except (MalformedPolicy, PolicyOverLimit) as error:
            raise MalformedPolicyDocument(f"This policy is malformed: {error}.") from None
        yield NamedPolicy("Policy", request.policy)
    arns = request.policy_arns or ()
    if len(arns) > _POLICIES_MAX:
        raise ValidationError(f"policyArns has {count(len(arns), 'member')}; there can be {_POLICIES_MAX}.")
    for each in arns:
        document = managed_policy(each.arn or "")
        if document is None:
            raise ValidationError(f"The policy {each.arn} in policyArns is not known.")
        yield NamedPolicy(str(each.arn), document)


def _duration(given: int | None, default: int, longest: int) -> int:
    if given is None:
        return default
    if not _SHORTEST <= given <= longest:
        bound = "greater than or equal to 900" if given < _SHORTEST else f"less than or equal to {longest}"
        raise ValidationError(
            f"1 validation error detected: Value '{given}' at 'durationSeconds' failed to satisfy constraint: "
            f"Member must have value {bound}"
        )
    return given


def _invalid(value: str, member: str, pattern: str) -> ValidationError:
    return ValidationError(
        f"1 validation error detected: Value '{value[:200]}' at '{member}' failed to satisfy constraint: "
        f"Member must satisfy regular expression pattern: {pattern}"
    )
