"""Actions on platform endpoints."""

from api_shapes import sns
from emulator.actions.registry import action
from emulator.sns.actions.addressing import SnsContext, addressed_application, addressed_endpoint, authorize_endpoint


@action(sns.CREATE_PLATFORM_ENDPOINT)
def create_platform_endpoint(ctx: SnsContext, request: sns.CreatePlatformEndpointInput) -> sns.CreateEndpointResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformEndpoint.html"""
    application = addressed_application(ctx, request.platform_application_arn)
    endpoint = ctx.state.applications.create_endpoint(
        application, request.token, user_data=request.custom_user_data, attributes=request.attributes or {}
    )
    return sns.CreateEndpointResponse(endpoint_arn=endpoint.arn)


@action(sns.GET_ENDPOINT_ATTRIBUTES, reads=True)
def get_endpoint_attributes(
    ctx: SnsContext, request: sns.GetEndpointAttributesInput
) -> sns.GetEndpointAttributesResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_GetEndpointAttributes.html"""
    _, endpoint = addressed_endpoint(ctx, request.endpoint_arn)
    return sns.GetEndpointAttributesResponse(attributes=endpoint.settings)


@action(sns.SET_ENDPOINT_ATTRIBUTES)
def set_endpoint_attributes(ctx: SnsContext, request: sns.SetEndpointAttributesInput) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_SetEndpointAttributes.html"""
    application, endpoint = addressed_endpoint(ctx, request.endpoint_arn)
    application.set_endpoint_attributes(endpoint, request.attributes)


@action(sns.DELETE_ENDPOINT)
def delete_endpoint(ctx: SnsContext, request: sns.DeleteEndpointInput) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_DeleteEndpoint.html"""
    authorize_endpoint(ctx, request.endpoint_arn)
    ctx.state.applications.delete_endpoint(request.endpoint_arn, region=ctx.region)


@action(sns.LIST_ENDPOINTS_BY_PLATFORM_APPLICATION, reads=True)
def list_endpoints_by_platform_application(
    ctx: SnsContext, request: sns.ListEndpointsByPlatformApplicationInput
) -> sns.ListEndpointsByPlatformApplicationResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListEndpointsByPlatformApplication.html"""
    application = addressed_application(ctx, request.platform_application_arn)
    found, token = application.list_endpoints(request.next_token)
    listed = [sns.Endpoint(endpoint_arn=endpoint.arn, attributes=endpoint.settings) for endpoint in found]
    return sns.ListEndpointsByPlatformApplicationResponse(endpoints=listed, next_token=token)
