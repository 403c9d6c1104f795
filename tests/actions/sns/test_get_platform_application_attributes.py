from typing import Any

from tests.actions.sns.push import NO_APPLICATION, SHORT_ARN, create_application
from tests.actions.sns.refusals import invalid, refusal


def test_credentials_are_not_shown(sns: Any) -> None:
    answer = sns.get_platform_application_attributes(PlatformApplicationArn=create_application(sns))
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {"Attributes": {"Enabled": "true"}}


def test_unknown_application_is_not_found(sns: Any) -> None:
    arn = create_application(sns)
    answer = refusal(sns.get_platform_application_attributes, PlatformApplicationArn=f"{arn}-not")
    assert answer == NO_APPLICATION


def test_application_is_seen_in_its_own_region(sns: Any, elsewhere: Any) -> None:
    arn = create_application(sns)
    answer = refusal(elsewhere.get_platform_application_attributes, PlatformApplicationArn=arn)
    assert answer == invalid("PlatformApplicationArn")


def test_malformed_arn_is_refused(sns: Any) -> None:
    answer = refusal(sns.get_platform_application_attributes, PlatformApplicationArn="nope")
    assert answer == invalid(f"PlatformApplicationArn {SHORT_ARN}")
