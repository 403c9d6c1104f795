from typing import Any

from tests.actions.sns.protection import DENY, policy
from tests.actions.sns.refusals import NO_TOPIC, refusal


def test_policy_comes_back_as_it_was_given(sns: Any, topic_arn: str) -> None:
    text = f"  {policy(DENY)}\n"
    sns.put_data_protection_policy(ResourceArn=topic_arn, DataProtectionPolicy=text)
    answer = sns.get_data_protection_policy(ResourceArn=topic_arn)
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {"DataProtectionPolicy": text}


def test_topic_without_a_policy_has_an_empty_one(sns: Any, topic_arn: str) -> None:
    assert sns.get_data_protection_policy(ResourceArn=topic_arn)["DataProtectionPolicy"] == ""


def test_topic_must_exist(sns: Any, topic_arn: str) -> None:
    assert refusal(sns.get_data_protection_policy, ResourceArn=f"{topic_arn}-not") == NO_TOPIC
