"""What the owner of a queue can let other accounts do with it. Everything else is for the owner alone.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html
"""

# A permission for one of these holds for its batch too. An action that is not here cannot be shared.
SHAREABLE_ACTIONS = frozenset(
    {
        "ChangeMessageVisibility",
        "DeleteMessage",
        "GetQueueAttributes",
        "GetQueueUrl",
        "PurgeQueue",
        "ReceiveMessage",
        "SendMessage",
    }
)
