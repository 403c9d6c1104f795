"""The checks of a topic's policy.

https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
"""

from fnmatch import fnmatchcase

from emulator.aws.limits import TOPIC_POLICY_BYTES_MAX, TOPIC_POLICY_PRINCIPALS_MAX, TOPIC_POLICY_STATEMENTS_MAX
from emulator.aws.policy import (
    ForeignAction,
    MalformedPolicy,
    PolicyLimits,
    PolicyOverLimit,
    UnknownPrincipal,
    check_policy,
)
from emulator.sns.rejections import RejectedAlike, RejectedValue

SERVICE = "sns"
OUT_OF_SCOPE = "Policy statement action out of service scope!"  # the owner cannot allow others to do this

# What the owner of a topic can allow others to do with it.
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
_DELEGABLE = tuple(f"{SERVICE}:{action}".lower() for action in DELEGABLE_ACTIONS)
LIMITS = PolicyLimits(
    size=TOPIC_POLICY_BYTES_MAX,
    statements=TOPIC_POLICY_STATEMENTS_MAX,
    principals=TOPIC_POLICY_PRINCIPALS_MAX,
    actions=TOPIC_POLICY_BYTES_MAX,  # there is no limit but the size
    conditions=TOPIC_POLICY_BYTES_MAX,
)


def topic_policy(text: str) -> str:
    """The policy as given; RejectedValue if it is invalid for a topic."""
    if not text:
        raise RejectedAlike("Policy is empty")
    try:
        policy = check_policy(text, SERVICE, LIMITS)
    except UnknownPrincipal as error:
        raise RejectedAlike("Policy Error: PrincipalNotFound") from error
    except ForeignAction as error:
        raise RejectedAlike(OUT_OF_SCOPE) from error
    except MalformedPolicy as error:
        raise RejectedAlike("Policy Error: null") from error
    except PolicyOverLimit as error:
        raise RejectedValue(f"Policy: {error}") from error
    for statement in policy.statements:
        if not all(_is_delegable(action) for action in statement.actions):
            raise RejectedAlike(OUT_OF_SCOPE)
    return text


def _is_delegable(pattern: str) -> bool:
    return any(fnmatchcase(action, pattern.lower()) for action in _DELEGABLE)
