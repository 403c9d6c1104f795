from typing import Any

from tests.actions.sns.inbox import Inbox


def test_only_the_topics_subscriptions_are_listed(sns: Any, topic_arn: str, inbox: Inbox, account: str) -> None:
    other_topic = sns.create_topic(Name="other")["TopicArn"]
    arn = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn)["SubscriptionArn"]
    sns.subscribe(TopicArn=other_topic, Protocol="sqs", Endpoint=inbox.arn)
    answer = sns.list_subscriptions_by_topic(TopicArn=topic_arn)
    assert answer["Subscriptions"] == [
        {"SubscriptionArn": arn, "Owner": account, "Protocol": "sqs", "Endpoint": inbox.arn, "TopicArn": topic_arn}
    ]
    assert "NextToken" not in answer
