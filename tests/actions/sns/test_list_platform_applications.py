from typing import Any

from tests.actions.sns.push import create_application
from tests.actions.sns.refusals import invalid, refusal


def test_list_is_of_one_account_and_region(sns: Any, elsewhere: Any, stranger: Any) -> None:
    create_application(sns)
    assert elsewhere.list_platform_applications()["PlatformApplications"] == []
    assert stranger.list_platform_applications()["PlatformApplications"] == []


def test_list_comes_in_pages(sns: Any) -> None:
    arns = [create_application(sns, f"app{number}") for number in range(101)]
    pages = list(sns.get_paginator("list_platform_applications").paginate())
    assert [len(page["PlatformApplications"]) for page in pages] == [100, 1]
    assert [each["PlatformApplicationArn"] for page in pages for each in page["PlatformApplications"]] == arns


def test_bad_token_is_refused(sns: Any) -> None:
    assert refusal(sns.list_platform_applications, NextToken="!") == invalid("NextToken")
