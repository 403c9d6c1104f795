from typing import Any

from tests.actions.sns.inbox import Inbox
from tests.actions.sns.refusals import NO_SUBSCRIPTION, NO_TOPIC, Refusal, invalid, refusal


def test_topic_is_gone_with_its_subscriptions(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    subscription = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn)["SubscriptionArn"]
    assert sns.delete_topic(TopicArn=topic_arn).keys() == {"ResponseMetadata"}
    assert refusal(sns.get_topic_attributes, TopicArn=topic_arn) == NO_TOPIC
    assert refusal(sns.get_subscription_attributes, SubscriptionArn=subscription) == NO_SUBSCRIPTION
    assert sns.list_subscriptions()["Subscriptions"] == []
    sns.unsubscribe(SubscriptionArn=subscription)


def test_new_topic_of_the_name_has_neither_tags_nor_subscriptions(sns: Any, inbox: Inbox) -> None:
    arn = sns.create_topic(Name="topic", Tags=[{"Key": "k1", "Value": "v1"}])["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=inbox.arn)
    sns.delete_topic(TopicArn=arn)
    assert sns.create_topic(Name="topic")["TopicArn"] == arn
    assert sns.list_tags_for_resource(ResourceArn=arn)["Tags"] == []
    sns.publish(TopicArn=arn, Message="hello")
    assert inbox.bodies() == []


def test_topic_that_does_not_exist_can_be_deleted(sns: Any, topic_arn: str) -> None:
    for _ in range(2):
        sns.delete_topic(TopicArn=topic_arn)


def test_topic_of_another_region_is_refused(sns: Any, elsewhere: Any, topic_arn: str) -> None:
    assert refusal(elsewhere.delete_topic, TopicArn=topic_arn) == invalid("TopicArn")
    assert sns.get_topic_attributes(TopicArn=topic_arn)


def test_topic_with_an_archive_is_kept(sns: Any) -> None:
    policy = '{"MessageRetentionPeriod":"30"}'
    arn = sns.create_topic(Name="t.fifo", Attributes={"FifoTopic": "true", "ArchivePolicy": policy})["TopicArn"]
    complaint = "A topic with an active ArchivePolicy can not be deleted"
    assert refusal(sns.delete_topic, TopicArn=arn) == Refusal("InvalidState", complaint)
    sns.set_topic_attributes(TopicArn=arn, AttributeName="ArchivePolicy", AttributeValue="{}")
    sns.delete_topic(TopicArn=arn)
    assert sns.list_topics()["Topics"] == []
