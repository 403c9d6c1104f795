import json
from typing import Any

import pytest

from tests.actions.sns.inbox import Inbox
from tests.actions.sns.refusals import NO_SUBSCRIPTION, invalid, refusal

POLICY = '{"attr": ["match-this"]}'


@pytest.fixture
def subscription_arn(sns: Any, topic_arn: str, inbox: Inbox) -> str:
    return str(sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn)["SubscriptionArn"])


def change(sns: Any, subscription_arn: str, name: str, value: str) -> dict[str, str]:
    """What the subscription shows after setting an attribute."""
    sns.set_subscription_attributes(SubscriptionArn=subscription_arn, AttributeName=name, AttributeValue=value)
    return dict(sns.get_subscription_attributes(SubscriptionArn=subscription_arn)["Attributes"])


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("fake-attribute", "test-value", "AttributeName"),
        ("RawMessageDelivery", "test-ValUe", "RawMessageDelivery: Invalid value [test-ValUe]. Must be true or false."),
        ("RawMessageDelivery", "", "RawMessageDelivery: Invalid value []. Must be true or false."),
        (
            "FilterPolicyScope",
            "RandomValue",
            "FilterPolicyScope: Invalid value [RandomValue]. Please use either MessageBody or MessageAttributes",
        ),
        (
            "RedrivePolicy",
            json.dumps({"deadLetterTargetArn": "fake-arn"}),
            "RedrivePolicy: deadLetterTargetArn is an invalid arn",
        ),
    ],
)
def test_bad_value_is_refused(sns: Any, subscription_arn: str, name: str, value: str, complaint: str) -> None:
    arguments = {"SubscriptionArn": subscription_arn, "AttributeName": name, "AttributeValue": value}
    assert refusal(sns.set_subscription_attributes, **arguments) == invalid(complaint)


@pytest.mark.parametrize("name", ["RedrivePolicy", "FilterPolicy"])
def test_policy_that_is_no_json_is_refused(sns: Any, subscription_arn: str, name: str) -> None:
    arguments = {"SubscriptionArn": subscription_arn, "AttributeName": name, "AttributeValue": "{invalidjson}"}
    answer = refusal(sns.set_subscription_attributes, **arguments)
    assert answer == invalid(
        f"{name}: failed to parse JSON. Unexpected character ('i' (code 105)): "
        "was expecting double-quote to start field name\n"
        " at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]"
    )


def test_filter_counts_from_the_next_message_on(sns: Any, topic_arn: str, subscription_arn: str, inbox: Inbox) -> None:
    sns.publish(TopicArn=topic_arn, Message="before")
    change(sns, subscription_arn, "FilterPolicy", POLICY)
    sns.publish(TopicArn=topic_arn, Message="filtered out")
    attribute = {"DataType": "String", "StringValue": "match-this"}
    sns.publish(TopicArn=topic_arn, Message="let through", MessageAttributes={"attr": attribute})
    change(sns, subscription_arn, "FilterPolicy", "")
    sns.publish(TopicArn=topic_arn, Message="after")
    assert [envelope["Message"] for envelope in inbox.envelopes()] == ["before", "let through", "after"]


def test_redrive_policy_is_shown_as_given(sns: Any, subscription_arn: str, make_inbox: Any) -> None:
    policy = json.dumps({"deadLetterTargetArn": make_inbox("dead-letters").arn})
    assert change(sns, subscription_arn, "RedrivePolicy", policy)["RedrivePolicy"] == policy


def test_fifo_subscription_needs_a_fifo_dead_letter_queue(
    sns: Any, fifo_topic_arn: str, fifo_inbox: Inbox, inbox: Inbox
) -> None:
    arn = sns.subscribe(TopicArn=fifo_topic_arn, Protocol="sqs", Endpoint=fifo_inbox.arn)["SubscriptionArn"]
    answer = refusal(
        sns.set_subscription_attributes,
        SubscriptionArn=arn,
        AttributeName="RedrivePolicy",
        AttributeValue=json.dumps({"deadLetterTargetArn": inbox.arn}),
    )
    complaint = "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic."
    assert answer == invalid(complaint)


def test_subscription_that_does_not_exist_is_not_found(sns: Any, subscription_arn: str) -> None:
    sns.unsubscribe(SubscriptionArn=subscription_arn)
    arguments = {"AttributeName": "RawMessageDelivery", "AttributeValue": "true"}
    assert refusal(sns.set_subscription_attributes, SubscriptionArn=subscription_arn, **arguments) == NO_SUBSCRIPTION


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
