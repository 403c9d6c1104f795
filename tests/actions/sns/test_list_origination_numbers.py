from typing import Any

from tests.actions.sns.refusals import invalid, refusal


def test_bad_token_is_refused(sns: Any) -> None:
    assert refusal(sns.list_origination_numbers, NextToken="!") == invalid("NextToken")
