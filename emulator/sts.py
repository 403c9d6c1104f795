"""The one action of STS that is emulated: clients such as Terraform and CDK call it before anything else."""

from api_shapes import sts
from emulator.action_context import ActionContext
from emulator.actions import action
from emulator.aws.principals import caller_principal, user_id


@action(sts.GET_CALLER_IDENTITY, reads=True)
def get_caller_identity(ctx: ActionContext[None], _: sts.GetCallerIdentityRequest) -> sts.GetCallerIdentityResponse:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""
    identity = None if ctx.access is None else ctx.access.identity
    if identity is not None:
        return sts.GetCallerIdentityResponse(
            user_id=identity.user_id, account=ctx.account, arn=identity.arn(ctx.region)
        )
    return sts.GetCallerIdentityResponse(
        user_id=user_id(ctx.account), account=ctx.account, arn=caller_principal(ctx.account, ctx.region)
    )
