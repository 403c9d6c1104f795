from typing import Any

import pytest

from tests.actions.sns.push import create_application, create_endpoint
from tests.actions.sns.refusals import invalid, refusal


def test_endpoint_is_no_application(sns: Any) -> None:
    endpoint = create_endpoint(sns, create_application(sns))
    answer = refusal(sns.create_platform_endpoint, PlatformApplicationArn=endpoint, Token="t")
    assert answer == invalid("PlatformApplicationArn Reason: Wrong number of slashes in relative portion of the ARN.")


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"PlatformPrincipal": "x"}, "Invalid attribute name: PlatformPrincipal"),
        ({"PlatformCredential": "x"}, "Invalid attribute name: PlatformCredential"),
        ({"InvalidKey": "x"}, "Invalid attribute name: InvalidKey"),
        (
            {"CustomUserData": "x" * 2049},
            "Invalid value for attribute: CustomUserData: must be at most 2048 bytes long in UTF-8 encoding",
        ),
        ({"Token": ""}, "Invalid value for attribute: Token: cannot be empty"),
    ],
)
def test_bad_attribute_is_refused(sns: Any, attributes: dict[str, str], reason: str) -> None:
    application = create_application(sns)
    answer = refusal(sns.create_platform_endpoint, PlatformApplicationArn=application, Token="t", Attributes=attributes)
    assert answer == invalid(f"Attributes Reason: {reason}")
    assert sns.list_endpoints_by_platform_application(PlatformApplicationArn=application)["Endpoints"] == []


def test_token_must_not_be_empty(sns: Any) -> None:
    answer = refusal(sns.create_platform_endpoint, PlatformApplicationArn=create_application(sns), Token="")
    assert answer == invalid("Token Reason: cannot be empty")
