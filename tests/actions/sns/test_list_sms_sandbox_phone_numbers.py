from typing import Any

import pytest

from tests.actions.sns.refusals import Refusal, invalid, refusal


def test_list_is_empty_at_first(sns: Any) -> None:
    answer = sns.list_sms_sandbox_phone_numbers()
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {"PhoneNumbers": []}


def test_pages_are_as_long_as_asked_for(sns: Any) -> None:
    numbers = [f"+1555010{number}" for number in range(5)]
    for number in numbers:
        sns.create_sms_sandbox_phone_number(PhoneNumber=number)
    pages = list(sns.get_paginator("list_sms_sandbox_phone_numbers").paginate(PaginationConfig={"PageSize": 2}))
    assert [[phone["PhoneNumber"] for phone in page["PhoneNumbers"]] for page in pages] == [
        numbers[:2],
        numbers[2:4],
        numbers[4:],
    ]


def test_numbers_are_of_one_region(sns: Any, elsewhere: Any) -> None:
    sns.create_sms_sandbox_phone_number(PhoneNumber="+15550100")
    assert elsewhere.list_sms_sandbox_phone_numbers()["PhoneNumbers"] == []


@pytest.mark.parametrize(("size", "bound"), [(0, "greater than or equal to 1"), (101, "less than or equal to 100")])
def test_page_has_a_size(unchecked_sns: Any, size: int, bound: str) -> None:
    assert refusal(unchecked_sns.list_sms_sandbox_phone_numbers, MaxResults=size) == Refusal(
        "ValidationError",
        f"1 validation error detected: Value '{size}' at 'maxResults' failed to satisfy constraint: "
        f"Member must have value {bound}",
    )


def test_bad_token_is_refused(sns: Any) -> None:
    assert refusal(sns.list_sms_sandbox_phone_numbers, NextToken="!") == invalid("NextToken")
