"""Checks of the permission to use a queue, with enforced policies. The queue's own account may do everything that no
statement denies.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-using-identity-based-policies.html
"""

from emulator.aws import access
from emulator.aws.errors import AccessDenied
from emulator.aws.policy_evaluation import evaluate, statement_for_topic
from emulator.sqs.queue import Queue


def check_call(
    queue: Queue, operation: str, *, owner_only: bool, account: str, region: str, now: float, source_ip: str
) -> None:
    """Raise AccessDenied unless ``account`` may call ``operation`` on the queue.

    A batch needs the permission for the single operation. No policy grants an operation that is ``owner_only`` to
    another account.
    """
    action = operation.removesuffix("Batch")
    request = access.call(
        account=account, region=region, action=f"sqs:{action}", resource=queue.arn, now=now, source_ip=source_ip
    )
    verdict = evaluate(_policy(queue), request)
    if verdict.permits(owner=account == queue.identity.account, owner_only=owner_only):
        return
    spelt = f"sqs:{action.lower()}"
    text = access.refusal_of(request, verdict, spelt)
    if verdict.effect != "Deny":
        text += f" because no resource-based policy allows the {spelt} action"
    raise AccessDenied(text)


def why_not_delivered(queue: Queue, topic_arn: str, now: float) -> str | None:
    """Why SNS may not send messages of the topic to the queue, and what policy would allow it; None if it may."""
    verdict = evaluate(_policy(queue), access.delivery(topic_arn=topic_arn, queue_arn=queue.arn, now=now))
    if verdict.allowed:
        return None
    if verdict.effect == "Deny":
        return f"the statement {verdict.statement} of the queue's policy denies sqs:SendMessage to sns.amazonaws.com"
    return (
        "the queue's policy does not allow sqs:SendMessage to sns.amazonaws.com; "
        f"this statement would: {statement_for_topic(topic_arn, queue.arn)}"
    )


def _policy(queue: Queue) -> str | None:
    return queue.attributes.values.get("Policy")
