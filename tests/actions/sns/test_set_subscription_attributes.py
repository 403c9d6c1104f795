import json
from typing import Any

import pytest

from tests.actions.sns.inbox import Inbox

POLICY = '{"attr": ["match-this"]}'


@pytest.fixture
def subscription_arn(sns: Any, topic_arn: str, inbox: Inbox) -> str:
    return str(sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn)["SubscriptionArn"])


def change(sns: Any, subscription_arn: str, name: str, value: str) -> dict[str, str]:
    """What the subscription shows after setting an attribute."""
    sns.set_subscription_attributes(SubscriptionArn=subscription_arn, AttributeName=name, AttributeValue=value)
    return dict(sns.get_subscription_attributes(SubscriptionArn=subscription_arn)["Attributes"])


def test_filter_counts_from_the_next_message_on(sns: Any, topic_arn: str, subscription_arn: str, inbox: Inbox) -> None:
    sns.publish(TopicArn=topic_arn, Message="before")
    change(sns, subscription_arn, "FilterPolicy", POLICY)
    sns.publish(TopicArn=topic_arn, Message="filtered out")
    attribute = {"DataType": "String", "StringValue": "match-this"}
    sns.publish(TopicArn=topic_arn, Message="let through", MessageAttributes={"attr": attribute})
    change(sns, subscription_arn, "FilterPolicy", "")
    sns.publish(TopicArn=topic_arn, Message="after")
    assert [envelope["Message"] for envelope in inbox.envelopes()] == ["before", "let through", "after"]


def test_redrive_policy_is_shown_as_given_until_it_gets_no_value(
    sns: Any, subscription_arn: str, make_inbox: Any
) -> None:
    policy = json.dumps({"deadLetterTargetArn": make_inbox("dead-letters").arn})
    assert change(sns, subscription_arn, "RedrivePolicy", policy)["RedrivePolicy"] == policy
    sns.set_subscription_attributes(SubscriptionArn=subscription_arn, AttributeName="RedrivePolicy")
    assert "RedrivePolicy" not in sns.get_subscription_attributes(SubscriptionArn=subscription_arn)["Attributes"]


def test_replay_repeats_what_the_queue_has_had_within_five_minutes(sns: Any, fifo_inbox: Inbox) -> None:
    topic_arn = sns.create_topic(
        Name="t.fifo", Attributes={"FifoTopic": "true", "ArchivePolicy": '{"MessageRetentionPeriod":"30"}'}
    )["TopicArn"]
    begun = sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]["BeginningArchiveTime"]
    arn = sns.subscribe(
        TopicArn=topic_arn, Protocol="sqs", Endpoint=fifo_inbox.arn, Attributes={"RawMessageDelivery": "true"}
    )["SubscriptionArn"]
    published = sns.publish(TopicArn=topic_arn, Message="hello", MessageGroupId="g", MessageDeduplicationId="d")
    assert published["MessageId"]
    assert fifo_inbox.bodies() == ["hello"]
    for _ in range(2):
        policy = json.dumps({"PointType": "Timestamp", "StartingPoint": begun})
        assert change(sns, arn, "ReplayPolicy", policy)["ReplayStatus"] == "Completed"
        [message] = fifo_inbox.messages()
        assert message["Body"] == "hello"
        assert message["MessageAttributes"] == {"Replayed": {"StringValue": "true", "DataType": "String"}}
