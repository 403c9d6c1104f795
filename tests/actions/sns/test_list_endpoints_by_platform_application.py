from typing import Any

from tests.actions.sns.push import create_application, create_endpoint
from tests.actions.sns.refusals import invalid, refusal


def test_list_comes_in_pages(sns: Any) -> None:
    application = create_application(sns)
    arns = [create_endpoint(sns, application, f"token_{number}") for number in range(101)]
    paginator = sns.get_paginator("list_endpoints_by_platform_application")
    pages = list(paginator.paginate(PlatformApplicationArn=application))
    assert [len(page["Endpoints"]) for page in pages] == [100, 1]
    assert [endpoint["EndpointArn"] for page in pages for endpoint in page["Endpoints"]] == arns


def test_bad_token_is_refused(sns: Any) -> None:
    answer = refusal(
        sns.list_endpoints_by_platform_application,
        PlatformApplicationArn=create_application(sns),
        NextToken="!",
    )
    assert answer == invalid("NextToken")
