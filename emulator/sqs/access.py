"""Who may use a queue, where policies are enforced.

An account whose callers are not declared may do everything with its queues that no statement denies.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-using-identity-based-policies.html
"""

from emulator.aws import access
from emulator.aws.errors import AccessDenied
from emulator.aws.policy_evaluation import evaluate, statement_for_topic
from emulator.sqs.queue import Queue


def check_call(
    queue: Queue,
    operation: str,
    *,
    owner_only: bool,
    account: str,
    region: str,
    now: float,
    caller: access.CallerAccess | None = None,
) -> None:
    """Raise AccessDenied unless the caller of ``account`` may call ``operation`` on the queue.

    A batch needs the permission for the single operation. No policy grants an operation that is ``owner_only`` to
    another account.
    """
    action, caller = operation.removesuffix("Batch"), caller or access.ANY_CALLER
    request = access.call(
        account=account,
        region=region,
        action=f"sqs:{action}",
        resource=queue.arn,
        now=now,
        caller=caller,
        details=access.tags_of(queue.tags),
    )
    owner = account == queue.identity.account
    refusal = access.why_refused(
        request, caller, policy_of(queue), owner=owner, owner_only=owner_only, action=f"sqs:{action.lower()}"
    )
    if refusal is not None:
        raise AccessDenied(refusal)


def why_not_delivered(queue: Queue, topic_arn: str, now: float) -> str | None:
    """Why SNS may not send messages of the topic to the queue, and what policy would allow it; None if it may."""
    verdict = evaluate(policy_of(queue), access.delivery(topic_arn=topic_arn, queue_arn=queue.arn, now=now))
    if verdict.allowed:
        return None
    if verdict.effect == "Deny":
        return f"the statement {verdict.statement} of the queue's policy denies sqs:SendMessage to sns.amazonaws.com"
    return (
        "the queue's policy does not allow sqs:SendMessage to sns.amazonaws.com; "
        f"this statement would: {statement_for_topic(topic_arn, queue.arn)}"
    )


def policy_of(queue: Queue) -> str | None:
    return queue.attributes.values.get("Policy")
