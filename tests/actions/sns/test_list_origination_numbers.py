from typing import Any

import pytest

from tests.actions.sns.refusals import Refusal, invalid, refusal


def test_there_are_none(sns: Any) -> None:
    answer = sns.list_origination_numbers(MaxResults=30)
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {"PhoneNumbers": []}


@pytest.mark.parametrize(("size", "bound"), [(0, "greater than or equal to 1"), (31, "less than or equal to 30")])
def test_page_has_a_size(unchecked_sns: Any, size: int, bound: str) -> None:
    assert refusal(unchecked_sns.list_origination_numbers, MaxResults=size) == Refusal(
        "ValidationError",
        f"1 validation error detected: Value '{size}' at 'maxResults' failed to satisfy constraint: "
        f"Member must have value {bound}",
    )


def test_bad_token_is_refused(sns: Any) -> None:
    assert refusal(sns.list_origination_numbers, NextToken="!") == invalid("NextToken")
