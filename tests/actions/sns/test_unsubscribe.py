import urllib.request
from typing import Any

from tests.actions.sns.inbox import Inbox


def test_queue_gets_nothing_more(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    arn = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn)["SubscriptionArn"]
    for _ in range(2):
        assert sns.unsubscribe(SubscriptionArn=arn).keys() == {"ResponseMetadata"}
    sns.publish(TopicArn=topic_arn, Message="hello")
    assert inbox.bodies() == []
    assert sns.list_subscriptions()["Subscriptions"] == []
    assert sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]["SubscriptionsDeleted"] == "1"


def test_link_in_a_message_unsubscribes(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn)
    sns.publish(TopicArn=topic_arn, Message="hello")
    [envelope] = inbox.envelopes()
    with urllib.request.urlopen(envelope["UnsubscribeURL"]) as answer:
        assert b"<UnsubscribeResponse" in answer.read()
    assert sns.list_subscriptions()["Subscriptions"] == []


def test_link_works_for_topics_of_any_region(elsewhere: Any, inbox: Inbox) -> None:
    topic_arn = elsewhere.create_topic(Name="topic")["TopicArn"]
    elsewhere.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn)
    elsewhere.publish(TopicArn=topic_arn, Message="hello")
    [envelope] = inbox.envelopes()
    with urllib.request.urlopen(envelope["UnsubscribeURL"]) as answer:
        assert answer.status == 200
    assert elsewhere.list_subscriptions()["Subscriptions"] == []
