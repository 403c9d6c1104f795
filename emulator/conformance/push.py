"""Platform applications and endpoints, for the cases that need them."""

from collections.abc import Mapping

from emulator.conformance.caller import Caller
from emulator.conformance.fixtures import Fixture

CREDENTIALS = {"PlatformPrincipal": "client-id", "PlatformCredential": "client-secret"}


def application(aws: Caller, attributes: Mapping[str, str] | None = None, platform: str = "ADM") -> str:
    """The ARN of a new platform application."""
    given = {**CREDENTIALS, **(attributes or {})}
    answer = aws.sns("CreatePlatformApplication", Name=aws.name(), Platform=platform, Attributes=given)
    return str(answer.result["PlatformApplicationArn"])


def endpoint(aws: Caller, application_arn: str, token: str | None = None) -> str:
    """The ARN of an endpoint, of the case's own device unless another token is given."""
    answer = aws.sns("CreatePlatformEndpoint", PlatformApplicationArn=application_arn, Token=token or aws.device)
    return str(answer.result["EndpointArn"])


def endpoint_attributes(aws: Caller, endpoint_arn: str) -> dict[str, str]:
    return dict(aws.sns("GetEndpointAttributes", EndpointArn=endpoint_arn).result["Attributes"])


def _no_endpoint(aws: Caller) -> str:
    existing = endpoint(aws, application(aws))
    return f"{existing[:-12]}000000000000"


TOKEN = Fixture("TOKEN", lambda aws: aws.device)
APPLICATION = Fixture("APPLICATION", application)  # ARN of a new platform application
NO_APPLICATION = Fixture("NO_APPLICATION", lambda aws: f"{application(aws)}-gone")  # ARN of one that does not exist
ENDPOINT = Fixture("ENDPOINT", lambda aws: endpoint(aws, application(aws)))  # ARN of a new endpoint
NO_ENDPOINT = Fixture("NO_ENDPOINT", _no_endpoint)
