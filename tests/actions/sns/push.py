"""What the tests of push notifications share."""

import re
from typing import Any

from tests.actions.sns.refusals import Refusal

CREDENTIALS = {"PlatformPrincipal": "client-id", "PlatformCredential": "client-secret"}
NO_APPLICATION = Refusal("NotFound", "PlatformApplication does not exist", 404)
NO_ENDPOINT = Refusal("NotFound", "Endpoint does not exist", 404)
NO_ATTRIBUTES = Refusal(
    "ValidationError",
    "1 validation error detected: Value null at 'attributes' failed to satisfy constraint: Member must not be null",
)
SHORT_ARN = "Reason: An ARN must have at least 6 elements, not 1"

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def create_application(sns: Any, name: str = "app", platform: str = "ADM", **attributes: str) -> str:
    answer = sns.create_platform_application(Name=name, Platform=platform, Attributes={**CREDENTIALS, **attributes})
    return str(answer["PlatformApplicationArn"])


def create_endpoint(sns: Any, application_arn: str, token: str = "token_1") -> str:
    return str(sns.create_platform_endpoint(PlatformApplicationArn=application_arn, Token=token)["EndpointArn"])


def is_endpoint_of(endpoint_arn: str, application_arn: str) -> bool:
    prefix = application_arn.replace(":app/", ":endpoint/")
    return re.fullmatch(f"{prefix}/{_UUID}", endpoint_arn) is not None
