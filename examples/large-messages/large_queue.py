import boto3
import sqs_extended_client  # noqa: F401 - it extends all clients of boto3

s3 = boto3.client("s3")
s3.create_bucket(Bucket="payloads")

sqs = boto3.client("sqs")
sqs.large_payload_support = "payloads"

queue_url = sqs.create_queue(QueueName="reports")["QueueUrl"]
sqs.send_message(QueueUrl=queue_url, MessageBody="x" * 3_000_000)
print(s3.list_objects_v2(Bucket="payloads")["KeyCount"], "object in the bucket")

[message] = sqs.receive_message(QueueUrl=queue_url)["Messages"]
print(len(message["Body"]), "characters received")
sqs.delete_payload_from_s3 = True
sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
print(s3.list_objects_v2(Bucket="payloads")["KeyCount"], "objects in the bucket")
