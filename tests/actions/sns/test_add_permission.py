import json
from typing import Any

import pytest

from tests.actions.sns.refusals import NO_TOPIC, invalid, refusal

DEFAULT_ACTIONS = [
    "SNS:GetTopicAttributes",
    "SNS:SetTopicAttributes",
    "SNS:AddPermission",
    "SNS:RemovePermission",
    "SNS:DeleteTopic",
    "SNS:Subscribe",
    "SNS:ListSubscriptionsByTopic",
    "SNS:Publish",
]


def policy(sns: Any, topic_arn: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]["Policy"])
    return document


def add(sns: Any, topic_arn: str, account: str, *actions: str) -> Any:
    return sns.add_permission(
        TopicArn=topic_arn, Label="test", AWSAccountId=[account], ActionName=list(actions or ("Publish",))
    )


@pytest.mark.parametrize(
    ("actions", "shown"),
    [(("Publish",), "SNS:Publish"), (("Publish", "Subscribe"), ["SNS:Publish", "SNS:Subscribe"])],
)
def test_statement_is_added_to_the_default_policy(
    sns: Any, account: str, topic_arn: str, actions: tuple[str, ...], shown: str | list[str]
) -> None:
    answer = add(sns, topic_arn, account, *actions)
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {}
    assert policy(sns, topic_arn) == {
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [
            {
                "Sid": "__default_statement_ID",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": DEFAULT_ACTIONS,
                "Resource": topic_arn,
                "Condition": {"StringEquals": {"AWS:SourceOwner": account}},
            },
            {
                "Sid": "test",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                "Action": shown,
                "Resource": topic_arn,
            },
        ],
    }


def test_label_can_be_used_once(sns: Any, account: str, topic_arn: str) -> None:
    add(sns, topic_arn, account)
    answer = refusal(
        sns.add_permission, TopicArn=topic_arn, Label="test", AWSAccountId=[account], ActionName=["Subscribe"]
    )
    assert answer == invalid("Statement already exists")


@pytest.mark.parametrize("accounts", [["InvalidAccountId"], []])
def test_bad_account_is_refused(sns: Any, topic_arn: str, accounts: list[str]) -> None:
    answer = refusal(
        sns.add_permission, TopicArn=topic_arn, Label="test", AWSAccountId=accounts, ActionName=["Publish"]
    )
    assert answer == invalid("A provided account ID is not valid")


@pytest.mark.parametrize("actions", [["SetSubscriptionAttributes"], []])
def test_action_beyond_the_topic_is_refused(sns: Any, account: str, topic_arn: str, actions: list[str]) -> None:
    answer = refusal(sns.add_permission, TopicArn=topic_arn, Label="test", AWSAccountId=[account], ActionName=actions)
    assert answer == invalid("Policy statement action out of service scope!")


def test_topic_must_exist(sns: Any, account: str, topic_arn: str) -> None:
    answer = refusal(
        sns.add_permission, TopicArn=f"{topic_arn}-not", Label="l", AWSAccountId=[account], ActionName=["Publish"]
    )
    assert answer == NO_TOPIC


def test_creating_the_topic_again_finds_it_unchanged(sns: Any, account: str, topic_arn: str) -> None:
    add(sns, topic_arn, account)
    assert sns.create_topic(Name="topic")["TopicArn"] == topic_arn
