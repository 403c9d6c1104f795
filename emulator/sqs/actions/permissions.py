"""AddPermission and RemovePermission, which write statements into the queue's Policy."""

import re

from api_shapes import sqs
from emulator.actions.registry import TRAITS, action
from emulator.aws.errors import InvalidParameterValue, MissingParameter
from emulator.aws.limits import PERMISSION_LABEL_LENGTH
from emulator.aws.policy import Policy, account_principal, first_policy, permission
from emulator.sqs.actions.addressing import SqsContext, addressed_queue, time_at
from emulator.sqs.queue import Queue

_LABEL = re.compile(rf"[A-Za-z0-9_-]{{1,{PERMISSION_LABEL_LENGTH}}}")
_ACCOUNT = re.compile("[0-9]{12}")
# A permission for a single action holds for its batch too, so those have no name of their own.
_ACTION_NAMES = frozenset(("*", *(name for name in sqs.OPERATIONS if not name.endswith("Batch"))))


@action(sqs.ADD_PERMISSION, about="queue_url")
def add_permission(ctx: SqsContext, request: sqs.AddPermissionRequest) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html"""
    queue = addressed_queue(ctx, request.queue_url)
    _check(request)
    policy = _policy_of(queue)
    if policy is not None and policy.has_statement(request.label):
        raise InvalidParameterValue.of("Label", request.label, "Already exists.")
    statement = permission(
        request.label,
        (account_principal(account, queue.identity.region) for account in request.aws_account_ids),
        (f"SQS:{name}" for name in request.actions),
        queue.arn,
    )
    if policy is None:
        _set_policy(ctx, queue, first_policy(f"{queue.arn}/SQSDefaultPolicy", statement))
    else:
        _set_policy(ctx, queue, policy.with_statement(statement))


@action(sqs.REMOVE_PERMISSION, about="queue_url")
def remove_permission(ctx: SqsContext, request: sqs.RemovePermissionRequest) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_RemovePermission.html"""
    queue = addressed_queue(ctx, request.queue_url)
    policy = _policy_of(queue)
    if policy is None or not policy.has_statement(request.label):
        raise InvalidParameterValue.of("Label", request.label, "can't find label.")
    _set_policy(ctx, queue, policy.without_statement(request.label) or "")


def _check(request: sqs.AddPermissionRequest) -> None:
    if _LABEL.fullmatch(request.label) is None:
        raise InvalidParameterValue.of(
            "Label",
            request.label,
            "Can only include alphanumeric characters, hyphens, or underscores. "
            f"1 to {PERMISSION_LABEL_LENGTH} in length",
        )
    for name, values in (("AWSAccountIds", request.aws_account_ids), ("Actions", request.actions)):
        if not values:
            raise MissingParameter.of(name)
    for account in request.aws_account_ids:
        if _ACCOUNT.fullmatch(account) is None:
            raise InvalidParameterValue.of("PrincipalId", f"[{account}]", "Unable to verify.")
    for name in request.actions:
        if name not in _ACTION_NAMES:
            reason = "Please refer to the appropriate WSDL for a list of valid actions."
            raise InvalidParameterValue.of("ActionName", f"SQS:{name}", reason)
        if name != "*" and TRAITS["sqs", name].owner_only:
            reason = "Only the queue owner is allowed to invoke this action."
            raise InvalidParameterValue.of("ActionName", f"SQS:{name}", reason)


def _policy_of(queue: Queue) -> Policy | None:
    text = queue.attributes.values.get("Policy")
    return None if text is None else Policy.parse(text, "sqs")


def _set_policy(ctx: SqsContext, queue: Queue, text: str) -> None:
    ctx.state.queues.set_attributes(queue, {"Policy": text}, time_at(ctx, queue))
