"""A shop publishes what happens to its orders, and two queues receive the events that concern them.

One queue gets every event, the other one only large orders, by a filter policy. Each event is received and deleted.

Nothing here knows of an emulator: endpoint, region and credentials come from the environment (see compose.yaml).
"""

import json

import boto3

LARGE: dict[str, object] = {"total": [{"numeric": [">=", 100]}]}
EVENTS = {"order 17 was paid": 30, "order 18 was paid": 250, "order 19 was paid": 12}

sqs = boto3.client("sqs")
sns = boto3.client("sns")


def subscribe_queue(name: str, topic_arn: str, filter_policy: dict[str, object] | None = None) -> str:
    """Create a queue that gets the topic's messages, as far as the filter policy matches them; its URL."""
    queue_url: str = sqs.create_queue(QueueName=name)["QueueUrl"]
    queue_arn = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": policy})
    filtered = {"FilterPolicy": json.dumps(filter_policy)} if filter_policy else {}
    sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn, Attributes=filtered)
    print("queue", queue_url, "gets", json.dumps(filter_policy) if filter_policy else "every event")
    return queue_url


def publish(topic_arn: str, event: str, total: int) -> None:
    attributes = {"total": {"DataType": "Number", "StringValue": str(total)}}
    sns.publish(TopicArn=topic_arn, Message=event, MessageAttributes=attributes)
    print("shop published", event, "with total", total)


def consume(name: str, queue_url: str, expected: int) -> None:
    """Receive and delete as many messages as are expected, in whatever order they come."""
    while expected > 0:
        for message in sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=10).get("Messages", []):
            event = json.loads(message["Body"])["Message"]
            print(name, "received", event)
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
            print(name, "deleted", event)
            expected -= 1
    counted = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["ApproximateNumberOfMessages"])
    print(name, "has", counted["Attributes"]["ApproximateNumberOfMessages"], "messages left")


def main() -> None:
    topic_arn = sns.create_topic(Name="order-events")["TopicArn"]
    print("topic", topic_arn)
    every = subscribe_queue("orders", topic_arn)
    large = subscribe_queue("large-orders", topic_arn, LARGE)
    for event, total in EVENTS.items():
        publish(topic_arn, event, total)
    consume("orders", every, expected=len(EVENTS))
    consume("large-orders", large, expected=sum(total >= 100 for total in EVENTS.values()))


if __name__ == "__main__":
    main()
