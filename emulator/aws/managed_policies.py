"""What AWS's own policies allow, as far as it concerns the emulator.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

import json
from collections.abc import Mapping

from emulator.aws.arns import Arn

_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "AdministratorAccess": ("*",),
    "PowerUserAccess": ("sqs:*", "sns:*", "cloudformation:*", "lambda:*"),
    "AmazonSNSFullAccess": ("sns:*",),
    "AmazonSNSReadOnlyAccess": ("sns:List*", "sns:Get*", "sns:CheckIfPhoneNumberIsOptedOut"),
    "AmazonSQSFullAccess": ("sqs:*",),
    "AmazonSQSReadOnlyAccess": ("sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:List*"),
    "service-role/AWSLambdaSQSQueueExecutionRole": (
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
    ),
}


def managed_policy(arn: str) -> str | None:
    """The policy with this ARN as JSON text; None if it is none of those that are known."""
    parsed = Arn.parse(arn)
    if parsed is None or (parsed.service, parsed.account) != ("iam", "aws"):
        return None
    actions = _ACTIONS.get(parsed.resource.removeprefix("policy/"))
    if actions is None:
        return None
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})
