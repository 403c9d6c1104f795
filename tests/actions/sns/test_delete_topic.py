from typing import Any

from tests.actions.sns.inbox import Inbox
from tests.actions.sns.refusals import NO_SUBSCRIPTION, NO_TOPIC, refusal


def test_topic_is_gone_with_its_subscriptions(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    subscription = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn)["SubscriptionArn"]
    assert sns.delete_topic(TopicArn=topic_arn).keys() == {"ResponseMetadata"}
    assert refusal(sns.get_topic_attributes, TopicArn=topic_arn) == NO_TOPIC
    assert refusal(sns.get_subscription_attributes, SubscriptionArn=subscription) == NO_SUBSCRIPTION
    assert sns.list_subscriptions()["Subscriptions"] == []
    sns.unsubscribe(SubscriptionArn=subscription)
