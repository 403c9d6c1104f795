"""What the tests of Publish and of PublishBatch have in common."""

from typing import Any

from tests.actions.sns.inbox import Inbox

NUMBER = {"DataType": "Number", "StringValue": "99.12"}


def subscribe(sns: Any, topic_arn: str, inbox: Inbox, **attributes: str) -> str:
    """The ARN of a queue's subscription."""
    return str(
        sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn, Attributes=attributes)["SubscriptionArn"]
    )
