import boto3
from sns_extended_client import SNSExtendedClientSession
from sqs_extended_client.client import SQSExtendedClientSession

boto3.client("s3").create_bucket(Bucket="notifications")

sns = SNSExtendedClientSession().client("sns")
sns.large_payload_support = "notifications"
sqs = SQSExtendedClientSession().client("sqs")
sqs.large_payload_support = "notifications"

topic_arn = sns.create_topic(Name="reports")["TopicArn"]
queue_url = sqs.create_queue(QueueName="archive")["QueueUrl"]
queue_arn = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn, Attributes={"RawMessageDelivery": "true"})

sns.publish(TopicArn=topic_arn, Message="x" * 3_000_000)
[message] = sqs.receive_message(QueueUrl=queue_url)["Messages"]
print(len(message["Body"]), "characters received")
sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
