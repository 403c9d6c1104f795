from typing import Any

import pytest

from tests.actions.sns.push import NO_APPLICATION, create_application, create_endpoint, is_endpoint_of
from tests.actions.sns.refusals import invalid, refusal


def test_answer_is_the_arn(sns: Any) -> None:
    application = create_application(sns)
    answer = sns.create_platform_endpoint(PlatformApplicationArn=application, Token="token_1")
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer.keys() == {"EndpointArn"}
    assert is_endpoint_of(answer["EndpointArn"], application)


def test_application_must_exist(sns: Any) -> None:
    arn = f"{create_application(sns)}-not"
    assert refusal(sns.create_platform_endpoint, PlatformApplicationArn=arn, Token="t") == NO_APPLICATION


def test_endpoint_is_no_application(sns: Any) -> None:
    endpoint = create_endpoint(sns, create_application(sns))
    answer = refusal(sns.create_platform_endpoint, PlatformApplicationArn=endpoint, Token="t")
    assert answer == invalid("PlatformApplicationArn Reason: Wrong number of slashes in relative portion of the ARN.")


def test_attributes_may_be_empty(sns: Any) -> None:
    application = create_application(sns)
    assert sns.create_platform_endpoint(PlatformApplicationArn=application, Token="t", Attributes={})["EndpointArn"]


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


def test_user_data_in_the_attributes_win(sns: Any) -> None:
    endpoint = sns.create_platform_endpoint(
        PlatformApplicationArn=create_application(sns),
        Token="token_1",
        CustomUserData="foo",
        Attributes={"CustomUserData": "bar"},
    )["EndpointArn"]
    shown = sns.get_endpoint_attributes(EndpointArn=endpoint)["Attributes"]
    assert shown == {"CustomUserData": "bar", "Enabled": "true", "Token": "token_1"}


def test_same_device_with_other_attributes_is_refused(sns: Any) -> None:
    application = create_application(sns)
    first = create_endpoint(sns, application)
    assert create_endpoint(sns, application) == first
    answer = refusal(
        sns.create_platform_endpoint, PlatformApplicationArn=application, Token="token_1", CustomUserData="x"
    )
    assert answer == invalid(
        f"Token Reason: Endpoint {first} already exists with the same Token, but different attributes."
    )
