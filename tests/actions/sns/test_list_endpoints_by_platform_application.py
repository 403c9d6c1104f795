from typing import Any

from tests.actions.sns.push import NO_APPLICATION, create_application, create_endpoint
from tests.actions.sns.refusals import invalid, refusal


def test_endpoints_are_listed_with_their_attributes(sns: Any) -> None:
    application = create_application(sns)
    endpoint = create_endpoint(sns, application)
    create_endpoint(sns, create_application(sns, "other"))
    answer = sns.list_endpoints_by_platform_application(PlatformApplicationArn=application)
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {"Endpoints": [{"EndpointArn": endpoint, "Attributes": {"Enabled": "true", "Token": "token_1"}}]}


def test_list_comes_in_pages(sns: Any) -> None:
    application = create_application(sns)
    arns = [create_endpoint(sns, application, f"token_{number}") for number in range(101)]
    paginator = sns.get_paginator("list_endpoints_by_platform_application")
    pages = list(paginator.paginate(PlatformApplicationArn=application))
    assert [len(page["Endpoints"]) for page in pages] == [100, 1]
    assert [endpoint["EndpointArn"] for page in pages for endpoint in page["Endpoints"]] == arns


def test_unknown_application_is_not_found(sns: Any) -> None:
    arn = f"{create_application(sns)}-not"
    assert refusal(sns.list_endpoints_by_platform_application, PlatformApplicationArn=arn) == NO_APPLICATION


def test_bad_token_is_refused(sns: Any) -> None:
    answer = refusal(
        sns.list_endpoints_by_platform_application,
        PlatformApplicationArn=create_application(sns),
        NextToken="!",
    )
    assert answer == invalid("NextToken")
