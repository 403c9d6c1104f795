from typing import Any

import pytest

from tests.actions.sns.refusals import invalid, refusal


def add(sns: Any, topic_arn: str, account: str, *actions: str) -> Any:
    return sns.add_permission(
        TopicArn=topic_arn, Label="test", AWSAccountId=[account], ActionName=list(actions or ("Publish",))
    )


def test_label_can_be_used_once(sns: Any, account: str, topic_arn: str) -> None:
    add(sns, topic_arn, account)
    answer = refusal(
        sns.add_permission, TopicArn=topic_arn, Label="test", AWSAccountId=[account], ActionName=["Subscribe"]
    )
    assert answer == invalid("Statement already exists")


@pytest.mark.parametrize("account_ids", [["InvalidAccountId"], []])
def test_bad_account_is_refused(sns: Any, topic_arn: str, account_ids: list[str]) -> None:
    answer = refusal(
        sns.add_permission, TopicArn=topic_arn, Label="test", AWSAccountId=account_ids, ActionName=["Publish"]
    )
    assert answer == invalid("A provided account ID is not valid")


@pytest.mark.parametrize("actions", [["SetSubscriptionAttributes", "Publish"], []])
def test_action_beyond_the_topic_is_refused(sns: Any, account: str, topic_arn: str, actions: list[str]) -> None:
    answer = refusal(sns.add_permission, TopicArn=topic_arn, Label="test", AWSAccountId=[account], ActionName=actions)
    assert answer == invalid("Policy statement action out of service scope!")
