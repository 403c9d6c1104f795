"""What the random calls of SNS choose their arguments from; some of it is wrong."""

import json

from tests.state.world import OTHER, queue_arn

NUMBERS = ("+15550100", "+15550101", "+15550102", "nonsense")
LABELS = ("one", "two")
TOPICS = ("topic", "second", "topic.fifo", "second.fifo")
APPLICATIONS = (("app", "GCM"), ("other", "ADM"))
DEVICE_TOKENS = ("aa", "bb", "cc")
PROTECTION = json.dumps(
    {
        "Name": "policy",
        "Version": "2021-06-01",
        "Statement": [
            {
                "DataDirection": "Outbound",
                "Principal": ["*"],
                "DataIdentifier": ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"],
                "Operation": {"Deny": {}},
            }
        ],
    }
)
ENDPOINTS = (
    ("sqs", queue_arn("queue")),
    ("sqs", queue_arn("queue.fifo")),
    ("sqs", queue_arn("theirs", OTHER)),
    ("sqs", queue_arn("theirs.fifo", OTHER)),
    ("http", "http://localhost:1/"),
    ("http", "http://localhost:2/"),
    ("email", "a@example.com"),
    ("email-json", "b@example.com"),
    ("sms", "+15550100"),
    ("lambda", "arn:aws:lambda:us-east-1:111111111111:function:f"),
    ("firehose", "arn:aws:firehose:us-east-1:111111111111:deliverystream/s"),
)
MESSAGE_ATTRIBUTES = (("String", "StringValue", "a"), ("String", "StringValue", "b"), ("Binary", "BinaryValue", "AAH/"))
SUBSCRIPTION_ATTRIBUTES = (
    ("RawMessageDelivery", "true"),
    ("RawMessageDelivery", "false"),
    ("FilterPolicy", '{"store":["a"]}'),
    ("FilterPolicy", ""),
    ("FilterPolicy", "{}"),
    ("FilterPolicyScope", "MessageBody"),
    ("FilterPolicyScope", "MessageAttributes"),
    ("RedrivePolicy", json.dumps({"deadLetterTargetArn": queue_arn("dead")})),
    ("RedrivePolicy", ""),
    ("DeliveryPolicy", '{"healthyRetryPolicy":{"numRetries":5}}'),
    ("SubscriptionRoleArn", "arn:aws:iam::111111111111:role/r"),
    ("Nonsense", "x"),
)
TOPIC_ATTRIBUTES = (
    ("DisplayName", "Sales"),
    ("DisplayName", ""),
    ("SignatureVersion", "2"),
    ("ArchivePolicy", '{"MessageRetentionPeriod":"1"}'),
    ("ArchivePolicy", '{"MessageRetentionPeriod":"2"}'),
    ("ArchivePolicy", "{}"),
    ("ContentBasedDeduplication", "true"),
    ("FifoThroughputScope", "MessageGroup"),
    ("Policy", ""),
    ("Nonsense", "x"),
)
