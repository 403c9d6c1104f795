from typing import Any

from tests.actions.sns.refusals import invalid, refusal


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


def test_bad_token_is_refused(sns: Any) -> None:
    assert refusal(sns.list_sms_sandbox_phone_numbers, NextToken="!") == invalid("NextToken")
