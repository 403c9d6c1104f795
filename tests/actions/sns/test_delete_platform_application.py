from typing import Any

from tests.actions.sns.push import NO_APPLICATION, SHORT_ARN, create_application, create_endpoint
from tests.actions.sns.refusals import invalid, refusal


def test_application_goes_with_its_endpoints(sns: Any) -> None:
    arn = create_application(sns)
    endpoint = create_endpoint(sns, arn)
    answer = sns.delete_platform_application(PlatformApplicationArn=arn)
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {}
    assert refusal(sns.list_endpoints_by_platform_application, PlatformApplicationArn=arn) == NO_APPLICATION
    assert sns.delete_endpoint(EndpointArn=endpoint)["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_application_that_is_not_there_is_fine(sns: Any) -> None:
    arn = create_application(sns)
    for _ in range(2):
        sns.delete_platform_application(PlatformApplicationArn=arn)


def test_malformed_arn_is_refused(sns: Any) -> None:
    answer = refusal(sns.delete_platform_application, PlatformApplicationArn="nope")
    assert answer == invalid(f"PlatformApplicationArn {SHORT_ARN}")
