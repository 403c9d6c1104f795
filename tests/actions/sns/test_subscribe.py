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


def test_new_queue_can_have_what_was_published_before(sns: Any, clock: Any, make_inbox: Any) -> None:
    topic_arn = sns.create_topic(
        Name="t.fifo", Attributes={"FifoTopic": "true", "ArchivePolicy": '{"MessageRetentionPeriod":"30"}'}
    )["TopicArn"]
    begun = sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]["BeginningArchiveTime"]
    for text in ("1", "2"):
        sns.publish(TopicArn=topic_arn, Message=text, MessageGroupId="g", MessageDeduplicationId=text)
        clock.advance(3600)
    replay = {"ReplayPolicy": json.dumps({"PointType": "Timestamp", "StartingPoint": begun})}
    inbox = make_inbox("new.fifo")
    arn = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn, Attributes=replay)["SubscriptionArn"]
    assert [(envelope["Message"], envelope["Replayed"]) for envelope in inbox.envelopes()] == [("1", True), ("2", True)]
    shown = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert (shown["ReplayPolicy"], shown["ReplayStatus"]) == (replay["ReplayPolicy"], "Completed")
    sns.publish(TopicArn=topic_arn, Message="3", MessageGroupId="g", MessageDeduplicationId="3")
    assert [envelope["Message"] for envelope in inbox.envelopes()] == ["3"]


def test_replay_needs_an_archive(sns: Any, fifo_topic_arn: str, fifo_inbox: Inbox) -> None:
    replay = {"ReplayPolicy": '{"PointType":"Timestamp","StartingPoint":"2023-10-01T10:00:00.000Z"}'}
    answer = refusal(sns.subscribe, TopicArn=fifo_topic_arn, Protocol="sqs", Endpoint=fifo_inbox.arn, Attributes=replay)
    assert answer == invalid("Attributes Reason: ReplayPolicy: the topic has no ArchivePolicy")


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("lambda", "arn:aws:lambda:us-east-1:111111111111:function:f"),
        ("sms", "+15551234567"),
        ("email", "a@b.c"),
        ("http", "http://example.com"),
    ],
)
def test_fifo_topic_reaches_queues_only(sns: Any, fifo_topic_arn: str, protocol: str, endpoint: str) -> None:
    answer = refusal(sns.subscribe, TopicArn=fifo_topic_arn, Protocol=protocol, Endpoint=endpoint)
    assert answer == invalid(f"Invalid protocol type: {protocol}")


@pytest.mark.parametrize(("protocol", "endpoint"), [("http", "https://example.com"), ("https", "http://example.com")])
def test_url_must_be_of_its_protocol(sns: Any, topic_arn: str, protocol: str, endpoint: str) -> None:
    answer = refusal(sns.subscribe, TopicArn=topic_arn, Protocol=protocol, Endpoint=endpoint)
    assert answer == invalid("Endpoint must match the specified protocol")


def test_functions_have_no_raw_delivery(sns: Any, topic_arn: str) -> None:
    answer = refusal(
        sns.subscribe,
        TopicArn=topic_arn,
        Protocol="lambda",
        Endpoint="arn:aws:lambda:us-east-1:111111111111:function:f",
        Attributes={"RawMessageDelivery": "true"},
    )
    assert answer == invalid("Delivery protocol [lambda] does not support raw message delivery.")


@pytest.mark.parametrize(
    ("attribute", "value", "complaint"),
    [
        (
            "FilterPolicyScope",
            "Body",
            "FilterPolicyScope: Invalid value [Body]. Please use either MessageBody or MessageAttributes",
        ),
        ("RedrivePolicy", '{"deadLetterTargetArn":"x"}', "RedrivePolicy: deadLetterTargetArn is an invalid arn"),
    ],
)
def test_bad_attribute_is_refused(
    sns: Any, topic_arn: str, inbox: Inbox, attribute: str, value: str, complaint: str
) -> None:
    arguments = {"TopicArn": topic_arn, "Protocol": "sqs", "Endpoint": inbox.arn}
    assert refusal(sns.subscribe, **arguments, Attributes={attribute: value}) == invalid(
        f"Attributes Reason: {complaint}"
    )


def test_retry_policy_has_its_ranges(sns: Any, topic_arn: str) -> None:
    policy = {"healthyRetryPolicy": {"minDelayTarget": 0, "maxDelayTarget": 1, "numRetries": 1}}
    arguments = {"TopicArn": topic_arn, "Protocol": "http", "Endpoint": "http://example.com"}
    assert refusal(sns.subscribe, **arguments, Attributes={"DeliveryPolicy": json.dumps(policy)}) == invalid(
        "Attributes Reason: DeliveryPolicy: healthyRetryPolicy.minDelayTarget must be greater than or equal to 1"
    )


def test_topic_has_at_most_200_filter_policies(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    for number in range(201):
        arguments = {"TopicArn": topic_arn, "Protocol": "sqs", "Endpoint": f"{inbox.arn}-{number}"}
        if number < 200:
            sns.subscribe(**arguments, Attributes={"FilterPolicy": '{"a":["b"]}'})
    answer = refusal(sns.subscribe, **arguments, Attributes={"FilterPolicy": '{"a":["b"]}'})
    assert (answer.code, answer.status) == ("FilterPolicyLimitExceeded", 403)
    assert sns.subscribe(**arguments)["SubscriptionArn"]


def test_fifo_topic_has_at_most_100_subscriptions(sns: Any, fifo_topic_arn: str, fifo_inbox: Inbox) -> None:
    stem = fifo_inbox.arn.removesuffix(".fifo")
    for number in range(100):
        sns.subscribe(TopicArn=fifo_topic_arn, Protocol="sqs", Endpoint=f"{stem}-{number}.fifo")
    answer = refusal(sns.subscribe, TopicArn=fifo_topic_arn, Protocol="sqs", Endpoint=fifo_inbox.arn)
    assert (answer.code, answer.status) == ("SubscriptionLimitExceeded", 403)


def test_topic_has_at_most_5_streams_of_an_owner(sns: Any, topic_arn: str, account: str) -> None:
    stream = f"arn:aws:firehose:us-east-1:{account}:deliverystream/s"
    role = {"SubscriptionRoleArn": f"arn:aws:iam::{account}:role/r"}
    for number in range(5):
        sns.subscribe(TopicArn=topic_arn, Protocol="firehose", Endpoint=f"{stream}{number}", Attributes=role)
    answer = refusal(sns.subscribe, TopicArn=topic_arn, Protocol="firehose", Endpoint=stream, Attributes=role)
    assert (answer.code, answer.status) == ("SubscriptionLimitExceeded", 403)
