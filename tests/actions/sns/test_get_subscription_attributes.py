from typing import Any

from tests.actions.sns.inbox import Inbox


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
