"""Permissions on a topic: statements of its policy, each known by its label.

https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html
"""

import re
from collections.abc import Sequence

from emulator.aws.errors import SnsInvalidParameter
from emulator.aws.limits import TOPIC_POLICY_BYTES_MAX, TOPIC_POLICY_PRINCIPALS_MAX, TOPIC_POLICY_STATEMENTS_MAX
from emulator.aws.policy import (
    MalformedPolicy,
    Policy,
    PolicyLimits,
    PolicyOverLimit,
    account_principal,
    check_policy,
    permission,
)
from emulator.sns.topic import Topic

# What the owner of a topic can let others do with it.
DELEGABLE_ACTIONS = frozenset(
    {
        "AddPermission",
        "DeleteTopic",
        "GetDataProtectionPolicy",
        "GetTopicAttributes",
        "ListSubscriptionsByTopic",
        "ListTagsForResource",
        "Publish",
        "PutDataProtectionPolicy",
        "Receive",
        "RemovePermission",
        "SetTopicAttributes",
        "Subscribe",
    }
)
_LIMITS = PolicyLimits(
    size=TOPIC_POLICY_BYTES_MAX,
    statements=TOPIC_POLICY_STATEMENTS_MAX,
    principals=TOPIC_POLICY_PRINCIPALS_MAX,
    actions=TOPIC_POLICY_BYTES_MAX,  # no number of their own: the size bounds them
    conditions=TOPIC_POLICY_BYTES_MAX,
)
_SERVICE = "sns"
_ACCOUNT = re.compile(r"[0-9]{12}")


def add_permission(topic: Topic, *, label: str, accounts: Sequence[str], actions: Sequence[str]) -> None:
    """Let other accounts do something with a topic; InvalidParameter where the request or its result is bad."""
    if not label:
        raise SnsInvalidParameter.of("Label")
    if not accounts or not all(_ACCOUNT.fullmatch(account) for account in accounts):
        raise SnsInvalidParameter.of("A provided account ID is not valid")
    if not actions or not DELEGABLE_ACTIONS.issuperset(actions):
        raise SnsInvalidParameter.of("Policy statement action out of service scope!")
    policy = _policy_of(topic)
    if policy.has_statement(label):
        raise SnsInvalidParameter.of("Statement already exists")
    principals = (account_principal(account, topic.region) for account in accounts)
    statement = permission(label, principals, (f"SNS:{action}" for action in actions), topic.arn)
    document = policy.with_statement(statement)
    try:
        check_policy(document, _SERVICE, _LIMITS)
    except PolicyOverLimit as error:
        raise SnsInvalidParameter.of("Policy", str(error)) from error
    topic.settings["Policy"] = document


def remove_permission(topic: Topic, label: str) -> None:
    """Take a statement out of a topic's policy; one that is not there is fine."""
    policy = _policy_of(topic)
    if not policy.has_statement(label):
        return
    rest = policy.without_statement(label)
    if rest is None:
        topic.settings.pop("Policy", None)
    else:
        topic.settings["Policy"] = rest


def _policy_of(topic: Topic) -> Policy:
    try:
        return Policy.parse(topic.visible_attributes()["Policy"], _SERVICE)
    except MalformedPolicy as error:
        raise SnsInvalidParameter.of("Policy Error: null") from error
