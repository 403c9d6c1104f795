"""Permissions on a topic: statements of its policy, each identified by its label.

https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html
"""

import re
from collections.abc import Sequence

from emulator.aws.policy import Policy, PolicyOverLimit, account_principal, check_policy, permission
from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.sns.topic import Topic
from emulator.sns.topic_policy import DELEGABLE_ACTIONS, LIMITS, OUT_OF_SCOPE, SERVICE

_ACCOUNT = re.compile(r"[0-9]{12}")


def with_permission(topic: Topic, *, label: str, accounts: Sequence[str], actions: Sequence[str]) -> str:
    """The topic's policy with a permission for other accounts. InvalidParameter if the request or the result is
    invalid.
    """
    if not label:
        raise SnsInvalidParameter.of("Label")
    if not accounts or not all(_ACCOUNT.fullmatch(account) for account in accounts):
        raise SnsInvalidParameter.of("A provided account ID is not valid")
    if not actions or not DELEGABLE_ACTIONS.issuperset(actions):
        raise SnsInvalidParameter.of(OUT_OF_SCOPE)
    policy = _policy_of(topic)
    if policy.has_statement(label):
        raise SnsInvalidParameter.of("Statement already exists")
    principals = (account_principal(account, topic.region) for account in accounts)
    statement = permission(label, principals, (f"SNS:{action}" for action in actions), topic.arn)
    document = policy.with_statement(statement)
    try:
        check_policy(document, SERVICE, LIMITS)
    except PolicyOverLimit as error:
        raise SnsInvalidParameter.of("Policy", str(error)) from error
    return document


def without_permission(topic: Topic, label: str) -> str | None:
    """The topic's policy without the statement of this label, unchanged if there is none; None if no statement is
    left.
    """
    policy = _policy_of(topic)
    return policy.without_statement(label) if policy.has_statement(label) else topic.policy


def _policy_of(topic: Topic) -> Policy:
    """The topic's policy, which was checked when it was set, or the default one."""
    return Policy.parse(topic.policy, SERVICE)
