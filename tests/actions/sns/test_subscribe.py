import json
from typing import Any

import pytest

from tests.actions.sns.inbox import Inbox
from tests.actions.sns.refusals import NO_TOPIC, Refusal, invalid, refusal

EXISTS = invalid("Attributes Reason: Subscription already exists with different attributes")


def test_queue_is_subscribed_at_once(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    arn = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn)["SubscriptionArn"]
    assert arn.startswith(f"{topic_arn}:")
    sns.publish(TopicArn=topic_arn, Message="hello")
    assert [envelope["Message"] for envelope in inbox.envelopes()] == ["hello"]


def test_queue_need_not_exist(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    answer = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=f"{inbox.arn}-not-yet")
    assert answer["SubscriptionArn"].startswith(topic_arn)


def test_endpoint_that_is_no_queue_arn_is_refused(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    for endpoint in (inbox.url, "queue"):
        answer = refusal(sns.subscribe, TopicArn=topic_arn, Protocol="sqs", Endpoint=endpoint)
        assert answer == invalid("SQS endpoint ARN")


def test_fifo_queue_needs_a_fifo_topic(sns: Any, topic_arn: str, fifo_inbox: Inbox) -> None:
    assert refusal(sns.subscribe, TopicArn=topic_arn, Protocol="sqs", Endpoint=fifo_inbox.arn) == invalid(
        "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics"
    )


def test_topic_must_exist_in_this_region(sns: Any, elsewhere: Any, topic_arn: str, inbox: Inbox) -> None:
    arguments = {"Protocol": "sqs", "Endpoint": inbox.arn}
    assert refusal(sns.subscribe, TopicArn=f"{topic_arn}-not", **arguments) == NO_TOPIC
    assert refusal(elsewhere.subscribe, TopicArn=topic_arn, **arguments) == invalid("TopicArn")


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [("http", "http://example.com/x"), ("https", "https://example.com"), ("email", "a@b.c"), ("email-json", "a@b.c")],
)
def test_others_endpoints_are_pending_until_confirmed(sns: Any, topic_arn: str, protocol: str, endpoint: str) -> None:
    arguments = {"TopicArn": topic_arn, "Protocol": protocol, "Endpoint": endpoint}
    assert sns.subscribe(**arguments)["SubscriptionArn"] == "pending confirmation"
    arn = sns.subscribe(**arguments, ReturnSubscriptionArn=True)["SubscriptionArn"]
    assert arn.startswith(f"{topic_arn}:")
    assert sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["PendingConfirmation"] == "true"
    assert sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]["SubscriptionsPending"] == "1"


def test_phone_number_may_be_written_in_many_ways(sns: Any, topic_arn: str) -> None:
    answer = sns.subscribe(TopicArn=topic_arn, Protocol="sms", Endpoint="+12/34-567.890")
    assert answer["SubscriptionArn"].startswith(f"{topic_arn}:")
    assert refusal(sns.subscribe, TopicArn=topic_arn, Protocol="sms", Endpoint="no number") == Refusal(
        "InvalidParameter", "Invalid SMS endpoint: no number"
    )


def test_same_subscription_may_be_asked_for_again(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    def subscribe(**more: Any) -> str:
        return str(sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn, **more)["SubscriptionArn"])

    first = subscribe(Attributes={"RawMessageDelivery": "true"})
    for again in (
        {"RawMessageDelivery": "true"},
        {"RawMessageDelivery": "true", "FilterPolicyScope": "MessageAttributes"},
        {"FilterPolicyScope": "MessageAttributes"},
        {},
    ):
        assert subscribe(Attributes=again) == first
    assert subscribe() == first
    arguments = {"TopicArn": topic_arn, "Protocol": "sqs", "Endpoint": inbox.arn}
    assert refusal(sns.subscribe, **arguments, Attributes={"RawMessageDelivery": "false"}) == EXISTS


def test_attribute_errors_say_that_they_come_from_attributes(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    arguments = {"TopicArn": topic_arn, "Protocol": "sqs", "Endpoint": inbox.arn}
    answer = refusal(sns.subscribe, **arguments, Attributes={"FilterPolicy": json.dumps({"key": [["value"]]})})
    assert answer.message.startswith(
        "Invalid parameter: Attributes Reason: FilterPolicy: Match value must be String, number, true, false, or null"
    )
    answer = refusal(sns.subscribe, **arguments, Attributes={"RawMessageDelivery": "wrong"})
    reason = "Attributes Reason: RawMessageDelivery: Invalid value [wrong]. Must be true or false."
    assert answer == invalid(reason)
    assert sns.list_subscriptions()["Subscriptions"] == []


def test_anothers_queue_is_asked_to_confirm_first(
    sns: Any, topic_arn: str, make_inbox: Any, strangers_sqs: Any
) -> None:
    inbox = make_inbox(client=strangers_sqs)
    answer = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn)
    assert answer["SubscriptionArn"] == "pending confirmation"
    sns.publish(TopicArn=topic_arn, Message="too early")
    [request] = inbox.envelopes()
    assert request["Type"] == "SubscriptionConfirmation"
    sns.confirm_subscription(TopicArn=topic_arn, Token=request["Token"])
    sns.publish(TopicArn=topic_arn, Message="hello")
    assert [envelope["Message"] for envelope in inbox.envelopes()] == ["hello"]


def test_owner_of_a_queue_subscribes_it_to_anothers_topic(
    topic_arn: str, make_inbox: Any, stranger: Any, strangers_sqs: Any, sns: Any, other_account: str
) -> None:
    inbox = make_inbox(client=strangers_sqs)
    arn = stranger.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn)["SubscriptionArn"]
    assert arn.startswith(f"{topic_arn}:")
    sns.publish(TopicArn=topic_arn, Message="hello")
    assert [envelope["Message"] for envelope in inbox.envelopes()] == ["hello"]
    [listed] = stranger.list_subscriptions()["Subscriptions"]
    assert listed["Owner"] == other_account
    assert sns.list_subscriptions()["Subscriptions"] == []
    assert sns.list_subscriptions_by_topic(TopicArn=topic_arn)["Subscriptions"] == [listed]
