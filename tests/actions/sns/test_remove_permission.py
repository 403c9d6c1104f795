import json
from typing import Any

from tests.actions.sns.refusals import NO_TOPIC, refusal


def sids(sns: Any, topic_arn: str) -> list[str]:
    policy = json.loads(sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]["Policy"])
    return [statement["Sid"] for statement in policy["Statement"]]


def test_default_policy_is_left(sns: Any, account: str, topic_arn: str) -> None:
    before = sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]["Policy"]
    sns.add_permission(TopicArn=topic_arn, Label="test", AWSAccountId=[account], ActionName=["Publish"])
    answer = sns.remove_permission(TopicArn=topic_arn, Label="test")
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {}
    assert sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]["Policy"] == before


def test_other_permissions_are_left(sns: Any, account: str, topic_arn: str) -> None:
    for label in ("one", "two"):
        sns.add_permission(TopicArn=topic_arn, Label=label, AWSAccountId=[account], ActionName=["Publish"])
    sns.remove_permission(TopicArn=topic_arn, Label="one")
    assert sids(sns, topic_arn) == ["__default_statement_ID", "two"]


def test_unknown_label_is_fine(sns: Any, topic_arn: str) -> None:
    sns.remove_permission(TopicArn=topic_arn, Label="ThisLabelDoesNotExist")
    assert sids(sns, topic_arn) == ["__default_statement_ID"]


def test_topic_must_exist(sns: Any, topic_arn: str) -> None:
    assert refusal(sns.remove_permission, TopicArn=f"{topic_arn}-not", Label="test") == NO_TOPIC
