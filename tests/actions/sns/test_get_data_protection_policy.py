from typing import Any

from tests.actions.sns.protection import DENY, policy


def test_policy_comes_back_as_it_was_given(sns: Any, topic_arn: str) -> None:
    text = f"  {policy(DENY)}\n"
    sns.put_data_protection_policy(ResourceArn=topic_arn, DataProtectionPolicy=text)
    answer = sns.get_data_protection_policy(ResourceArn=topic_arn)
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {"DataProtectionPolicy": text}
