"""A topic, a queue behind it, and one message from the one to the other.

Nothing here knows of an emulator: endpoint, region and credentials come from the environment (see compose.yaml).
"""

import json

import boto3

sqs = boto3.client("sqs")
sns = boto3.client("sns")

queue_url = sqs.create_queue(QueueName="orders")["QueueUrl"]
queue_arn = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
topic_arn = sns.create_topic(Name="order-events")["TopicArn"]
sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn)
print("queue", queue_url)
print("topic", topic_arn)

sns.publish(TopicArn=topic_arn, Message="order 17 was paid")
for message in sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=10)["Messages"]:
    print("received", json.loads(message["Body"])["Message"])
    sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])

sns.delete_topic(TopicArn=topic_arn)
sqs.delete_queue(QueueUrl=queue_url)
