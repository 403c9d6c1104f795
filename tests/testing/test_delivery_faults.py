"""Faults of deliveries as a test orders them; the same in process and at a server."""

import json

from emulator.testing import EmulatedAccount
from tests.testing.receivers import bodies, queue_of, topic_with_queues


def steps(aws: EmulatedAccount, message_id: str) -> dict[str, list[tuple[str, str | None]]]:
    """By the name of the queue, what happened to a publish there, and by which fault."""
    return {
        told.endpoint.rpartition(":")[2]: [(step.event, step.fault) for step in told.steps]
        for told in aws.trace.of(message_id).subscriptions
    }


def test_dropped_delivery_and_doubled_delivery_stand_in_the_trace(aws: EmulatedAccount) -> None:
    topic = topic_with_queues(aws, "kitchen", "bar", "till")
    dropping = aws.faults.add(drop_delivery=True, endpoint="kitchen")
    doubling = aws.faults.add(double_delivery=True, endpoint="arn:aws:sqs:*:bar", resource="sales", protocol="sqs")
    message_id = aws.sns.publish(TopicArn=topic, Message="coffee")["MessageId"]
    assert [bodies(aws, name) for name in ("kitchen", "bar", "till")] == [[], ["coffee", "coffee"], ["coffee"]]
    assert steps(aws, message_id) == {
        "kitchen": [("dropped", dropping.id)],
        "bar": [("doubled", doubling.id), ("delivered", None), ("delivered", None)],
        "till": [("delivered", None)],
    }
    [firing] = doubling.firings
    assert firing.message_id == message_id
    assert firing.resource == topic
    assert (firing.endpoint, firing.action) == (f"arn:aws:sqs:us-east-1:{aws.account_id}:bar", None)
    assert f"dropped: {dropping.id}" in aws.describe()


def test_delayed_delivery_arrives_by_the_clock_of_the_account(aws: EmulatedAccount) -> None:
    topic = topic_with_queues(aws, "kitchen")
    aws.clock.freeze()
    fault = aws.faults.add(delay_delivery=60, first=1)
    more = aws.faults.add(delay_delivery=30, first=1)
    late = aws.sns.publish(TopicArn=topic, Message="late")["MessageId"]
    aws.sns.publish(TopicArn=topic, Message="early")
    assert bodies(aws, "kitchen") == ["early"]
    aws.clock.advance(89)
    assert bodies(aws, "kitchen") == ["early"]
    aws.clock.advance(1)
    assert bodies(aws, "kitchen") == ["early", "late"]
    assert steps(aws, late)["kitchen"] == [("delayed", fault.id), ("delayed", more.id), ("delivered", None)]


def test_delayed_delivery_goes_with_a_reset_and_stays_with_the_end_of_its_fault(aws: EmulatedAccount) -> None:
    topic = topic_with_queues(aws, "kitchen")
    aws.clock.freeze()
    fault = aws.faults.add(delay_delivery=60)
    aws.sns.publish(TopicArn=topic, Message="coffee")
    fault.remove()
    aws.clock.advance(60)
    assert bodies(aws, "kitchen") == ["coffee"]
    aws.faults.add(delay_delivery=60)
    aws.sns.publish(TopicArn=topic, Message="tea")
    aws.reset()
    topic_with_queues(aws, "kitchen")
    aws.clock.advance(3_600)
    assert bodies(aws, "kitchen") == []


def test_delivery_that_cannot_arrive_still_becomes_a_dead_letter_when_it_is_delayed(aws: EmulatedAccount) -> None:
    topic = topic_with_queues(aws, "kitchen")
    queue_of(aws, "dead")
    [subscription] = aws.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    aws.sns.set_subscription_attributes(
        SubscriptionArn=subscription["SubscriptionArn"],
        AttributeName="RedrivePolicy",
        AttributeValue=json.dumps({"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:{aws.account_id}:dead"}),
    )
    aws.clock.freeze()
    aws.faults.add(delay_delivery=60)
    aws.sns.publish(TopicArn=topic, Message="coffee")
    aws.sqs.delete_queue(QueueUrl=aws.sqs.get_queue_url(QueueName="kitchen")["QueueUrl"])
    aws.clock.advance(60)
    assert bodies(aws, "dead") == ["coffee"]
