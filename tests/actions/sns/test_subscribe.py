import json
from typing import Any

from tests.actions.sns.inbox import Inbox
from tests.actions.sns.refusals import invalid, refusal

EXISTS = invalid("Attributes Reason: Subscription already exists with different attributes")


def test_queue_is_subscribed_at_once(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    arn = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn)["SubscriptionArn"]
    assert arn.startswith(f"{topic_arn}:")
    sns.publish(TopicArn=topic_arn, Message="hello")
    assert [envelope["Message"] for envelope in inbox.envelopes()] == ["hello"]


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
