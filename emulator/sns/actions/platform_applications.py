"""Actions on platform applications."""

from api_shapes import sns
from emulator.actions.registry import action
from emulator.sns.actions.addressing import SnsContext, addressed_application, authorize_owner


@action(sns.CREATE_PLATFORM_APPLICATION)
def create_platform_application(
    ctx: SnsContext, request: sns.CreatePlatformApplicationInput
) -> sns.CreatePlatformApplicationResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformApplication.html"""
    application = ctx.state.applications.create(
        request.name, request.platform, account=ctx.account, region=ctx.region, attributes=request.attributes
    )
    return sns.CreatePlatformApplicationResponse(platform_application_arn=application.arn)


@action(sns.GET_PLATFORM_APPLICATION_ATTRIBUTES, reads=True)
def get_platform_application_attributes(
    ctx: SnsContext, request: sns.GetPlatformApplicationAttributesInput
) -> sns.GetPlatformApplicationAttributesResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_GetPlatformApplicationAttributes.html"""
    application = addressed_application(ctx, request.platform_application_arn)
    return sns.GetPlatformApplicationAttributesResponse(attributes=application.visible_attributes())


@action(sns.SET_PLATFORM_APPLICATION_ATTRIBUTES)
def set_platform_application_attributes(ctx: SnsContext, request: sns.SetPlatformApplicationAttributesInput) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_SetPlatformApplicationAttributes.html"""
    application = addressed_application(ctx, request.platform_application_arn)
    application.set_attributes(request.attributes)


@action(sns.LIST_PLATFORM_APPLICATIONS, reads=True)
def list_platform_applications(
    ctx: SnsContext, request: sns.ListPlatformApplicationsInput
) -> sns.ListPlatformApplicationsResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListPlatformApplications.html"""
    found, token = ctx.state.applications.list_owned(account=ctx.account, region=ctx.region, token=request.next_token)
    listed = [
        sns.PlatformApplication(platform_application_arn=application.arn, attributes=application.visible_attributes())
        for application in found
    ]
    return sns.ListPlatformApplicationsResponse(platform_applications=listed, next_token=token)


@action(sns.DELETE_PLATFORM_APPLICATION)
def delete_platform_application(ctx: SnsContext, request: sns.DeletePlatformApplicationInput) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_DeletePlatformApplication.html"""
    application = ctx.state.applications.get(request.platform_application_arn)
    if application is not None:
        authorize_owner(ctx, application.arn, application.account)
    ctx.state.applications.delete(request.platform_application_arn, region=ctx.region)
