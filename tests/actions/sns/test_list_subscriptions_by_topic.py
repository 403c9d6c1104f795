from typing import Any

from tests.actions.sns.inbox import Inbox
from tests.actions.sns.refusals import NO_TOPIC, invalid, refusal


def test_only_the_topics_subscriptions_are_listed(sns: Any, topic_arn: str, inbox: Inbox, account: str) -> None:
    other_topic = sns.create_topic(Name="other")["TopicArn"]
    arn = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn)["SubscriptionArn"]
    sns.subscribe(TopicArn=other_topic, Protocol="sqs", Endpoint=inbox.arn)
    answer = sns.list_subscriptions_by_topic(TopicArn=topic_arn)
    assert answer["Subscriptions"] == [
        {"SubscriptionArn": arn, "Owner": account, "Protocol": "sqs", "Endpoint": inbox.arn, "TopicArn": topic_arn}
    ]
    assert "NextToken" not in answer


def test_pages_have_a_hundred_subscriptions(sns: Any, topic_arn: str) -> None:
    for number in range(101):
        sns.subscribe(TopicArn=topic_arn, Protocol="sms", Endpoint=f"+1555{number:07}")
    first = sns.list_subscriptions_by_topic(TopicArn=topic_arn)
    last = sns.list_subscriptions_by_topic(TopicArn=topic_arn, NextToken=first["NextToken"])
    assert [len(page["Subscriptions"]) for page in (first, last)] == [100, 1]
    assert "NextToken" not in last


def test_topic_must_exist_in_this_region(sns: Any, elsewhere: Any, topic_arn: str) -> None:
    assert refusal(sns.list_subscriptions_by_topic, TopicArn=f"{topic_arn}-not") == NO_TOPIC
    assert refusal(elsewhere.list_subscriptions_by_topic, TopicArn=topic_arn) == invalid("TopicArn")
