from typing import Any

from tests.actions.sns.inbox import Inbox
from tests.actions.sns.refusals import NO_SUBSCRIPTION, invalid, refusal


def test_queue_subscription_shows_its_attributes(sns: Any, topic_arn: str, inbox: Inbox, account: str) -> None:
    arn = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn)["SubscriptionArn"]
    attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert attributes.pop("SubscriptionPrincipal").startswith(f"arn:aws:iam::{account}:user/")
    assert attributes == {
        "SubscriptionArn": arn,
        "TopicArn": topic_arn,
        "Owner": account,
        "Protocol": "sqs",
        "Endpoint": inbox.arn,
        "RawMessageDelivery": "false",
        "PendingConfirmation": "false",
        "ConfirmationWasAuthenticated": "true",
    }


def test_attributes_given_to_subscribe_are_shown(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    policy = '{"attr1": [{"numeric": [">", 0, "<=", 100]}]}'
    arn = sns.subscribe(
        TopicArn=topic_arn,
        Protocol="sqs",
        Endpoint=inbox.arn,
        Attributes={"RawMessageDelivery": "True", "FilterPolicy": policy},
    )["SubscriptionArn"]
    attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert attributes["RawMessageDelivery"] == "true"
    assert (attributes["FilterPolicy"], attributes["FilterPolicyScope"]) == (policy, "MessageAttributes")


def test_http_subscription_shows_how_it_is_retried(sns: Any, topic_arn: str) -> None:
    arn = sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint="http://example.com", ReturnSubscriptionArn=True)[
        "SubscriptionArn"
    ]
    assert "EffectiveDeliveryPolicy" in sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]


def test_subscription_that_does_not_exist_is_not_found(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    arn = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn)["SubscriptionArn"]
    sns.unsubscribe(SubscriptionArn=arn)
    assert refusal(sns.get_subscription_attributes, SubscriptionArn=arn) == NO_SUBSCRIPTION


def test_malformed_arn_is_refused(sns: Any) -> None:
    reason = "SubscriptionArn Reason: An ARN must have at least 6 elements, not 1"
    assert refusal(sns.get_subscription_attributes, SubscriptionArn="x") == invalid(reason)
