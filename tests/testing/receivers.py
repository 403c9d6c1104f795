"""Queues, topics with queues, and what is in them, for tests of faults."""

from emulator.testing import EmulatedAccount


def queue_of(aws: EmulatedAccount, name: str = "orders", **attributes: str) -> str:
    return str(aws.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])


def topic_with_queues(aws: EmulatedAccount, *names: str) -> str:
    topic = str(aws.sns.create_topic(Name="sales")["TopicArn"])
    for name in names:
        queue_of(aws, name)
        endpoint = f"arn:aws:sqs:{aws.region}:{aws.account_id}:{name}"
        attributes = {"RawMessageDelivery": "true"}
        aws.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=endpoint, Attributes=attributes)
    return topic


def bodies(aws: EmulatedAccount, queue: str) -> list[str]:
    return [message.body for message in aws.peek(queue)]
