from typing import Any

import pytest

from tests.actions.sns.protection import DENY, MASK, policy
from tests.actions.sns.refusals import invalid, refusal


def kept(sns: Any, topic_arn: str) -> str:
    return str(sns.get_data_protection_policy(ResourceArn=topic_arn)["DataProtectionPolicy"])


def test_policy_replaces_the_one_before(sns: Any, topic_arn: str) -> None:
    for text in (policy(DENY), policy(MASK)):
        answer = sns.put_data_protection_policy(ResourceArn=topic_arn, DataProtectionPolicy=text)
        assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
        assert answer == {}
        assert kept(sns, topic_arn) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (policy(DENY, direction="Both"), "Statement DataDirection must be either Inbound or Outbound"),
        (policy(DENY, "Nope"), "Statement DataIdentifier arn:aws:dataprotection::aws:data-identifier/Nope is invalid"),
    ],
)
def test_bad_policy_is_refused_and_the_old_one_stays(sns: Any, topic_arn: str, text: str, reason: str) -> None:
    sns.put_data_protection_policy(ResourceArn=topic_arn, DataProtectionPolicy=policy(DENY))
    answer = refusal(sns.put_data_protection_policy, ResourceArn=topic_arn, DataProtectionPolicy=text)
    assert answer == invalid(f"DataProtectionPolicy Reason: {reason}")
    assert kept(sns, topic_arn) == policy(DENY)


def test_fifo_topic_cannot_have_one(sns: Any, fifo_topic_arn: str) -> None:
    answer = refusal(sns.put_data_protection_policy, ResourceArn=fifo_topic_arn, DataProtectionPolicy=policy(DENY))
    assert answer == invalid("DataProtectionPolicy Reason: is not supported for FIFO topics")


# CreateTopic takes one too.


def test_topic_can_be_created_with_a_policy(sns: Any) -> None:
    arn = sns.create_topic(Name="t", DataProtectionPolicy=policy(DENY))["TopicArn"]
    assert kept(sns, arn) == policy(DENY)
    assert sns.create_topic(Name="t", DataProtectionPolicy=policy(DENY))["TopicArn"] == arn
    assert sns.create_topic(Name="t")["TopicArn"] == arn
    assert refusal(sns.create_topic, Name="t", DataProtectionPolicy=policy(MASK)) == invalid(
        "DataProtectionPolicy Reason: Topic already exists with a different data protection policy"
    )


def test_topic_with_a_bad_policy_is_not_created(sns: Any) -> None:
    answer = refusal(sns.create_topic, Name="t", DataProtectionPolicy=policy(DENY, direction="Both"))
    assert answer == invalid("DataProtectionPolicy Reason: Statement DataDirection must be either Inbound or Outbound")
    assert sns.list_topics()["Topics"] == []
