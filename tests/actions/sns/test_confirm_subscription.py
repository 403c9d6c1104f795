import json
import urllib.request
from typing import Any

import pytest

from tests.actions.sns.inbox import Inbox
from tests.actions.sns.refusals import invalid, refusal

UNKNOWN_TOKEN = "51b2ff3edb475b7d91550e0ab6edf0c1de2a34e6ebaf6c2262a001bcb7e051c43aa00022ceecce70bd2a67b2042da8d8" * 3


@pytest.fixture
def request_to_confirm(sns: Any, topic_arn: str, make_inbox: Any, strangers_sqs: Any) -> dict[str, Any]:
    """What the owner of a queue got when another account subscribed it."""
    inbox: Inbox = make_inbox(client=strangers_sqs)
    sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn)
    [body] = inbox.bodies()
    return dict(json.loads(body))


def test_token_confirms_and_may_be_repeated(sns: Any, topic_arn: str, request_to_confirm: dict[str, Any]) -> None:
    token = request_to_confirm["Token"]
    arn = sns.confirm_subscription(TopicArn=topic_arn, Token=token)["SubscriptionArn"]
    assert arn.startswith(f"{topic_arn}:")
    assert sns.confirm_subscription(TopicArn=topic_arn, Token=token)["SubscriptionArn"] == arn
    attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert attributes["PendingConfirmation"] == "false"


def test_link_in_the_request_confirms(sns: Any, topic_arn: str, request_to_confirm: dict[str, Any]) -> None:
    with urllib.request.urlopen(request_to_confirm["SubscribeURL"]) as answer:
        document = answer.read().decode()
    [subscription] = sns.list_subscriptions_by_topic(TopicArn=topic_arn)["Subscriptions"]
    assert f"<SubscriptionArn>{subscription['SubscriptionArn']}</SubscriptionArn>" in document


def test_token_is_worth_nothing_after_two_days(
    sns: Any, topic_arn: str, request_to_confirm: dict[str, Any], clock: Any
) -> None:
    clock.advance(172_801)
    token = request_to_confirm["Token"]
    assert refusal(sns.confirm_subscription, TopicArn=topic_arn, Token=token) == invalid("Token")
    assert sns.list_subscriptions_by_topic(TopicArn=topic_arn)["Subscriptions"] == []
