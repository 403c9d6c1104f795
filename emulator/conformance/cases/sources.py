"""The sources that many cases share."""

RECORDED = "recorded from AWS"
SQS_API = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference"
SQS_GUIDE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide"
SNS_API = "https://docs.aws.amazon.com/sns/latest/api"
SNS_GUIDE = "https://docs.aws.amazon.com/sns/latest/dg"
REPORTED = "reported by users of AWS"
