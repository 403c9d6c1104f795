"""The attributes of a subscription that a caller can set, in one table.

https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
"""

import re
from collections.abc import Callable, Mapping
from typing import Protocol

from emulator.aws.arns import Arn
from emulator.sns.delivery_policy import subscription_policy
from emulator.sns.filter_policy import FilterPolicy, FilterPolicyError, NestedPolicyError, Scope, compile_policy
from emulator.sns.identity import TopicIdentity
from emulator.sns.json_document import JsonError, parse_object, same_json
from emulator.sns.protocols import PROTOCOLS, is_fifo
from emulator.sns.rejections import RejectedAlike, RejectedValue, boolean, unknown_attribute
from emulator.sns.replay import Replay

# Defaults of a subscription.
DEFAULTS: Mapping[str, str] = {"RawMessageDelivery": "false", "FilterPolicyScope": "MessageAttributes"}

_SCOPES: dict[str, Scope] = {"MessageBody": "MessageBody", "MessageAttributes": "MessageAttributes"}
_DEAD_LETTER_TARGET = "deadLetterTargetArn"
_NO_FILTER_POLICY = re.compile(r"(?:[ \t\r\n]*\{[ \t\r\n]*\}[ \t\r\n]*)?")


class Described(Protocol):
    """The properties of a subscription that its attributes depend on."""

    @property
    def topic(self) -> TopicIdentity: ...

    @property
    def protocol(self) -> str: ...

    @property
    def endpoint(self) -> str: ...

    @property
    def settings(self) -> Mapping[str, str]: ...


# The compiled form of an attribute that deliveries use: a filter policy, the ARN of a dead-letter queue, or a replay.
Compiled = FilterPolicy | str | Replay | None
# The value as given -> the value as stored, None if the attribute is removed, and its compiled form.
Check = Callable[[Described, str], tuple[str | None, Compiled]]


def _raw_message_delivery(subscription: Described, value: str) -> tuple[str, None]:
    if not PROTOCOLS[subscription.protocol].raw_delivery:
        raise RejectedAlike(f"Delivery protocol [{subscription.protocol}] does not support raw message delivery.")
    return boolean("RawMessageDelivery")(value), None


def _filter_policy_scope(subscription: Described, value: str) -> tuple[str, FilterPolicy | None]:
    if value not in _SCOPES:
        raise RejectedValue(
            f"FilterPolicyScope: Invalid value [{value}]. Please use either MessageBody or MessageAttributes"
        )
    policy = subscription.settings.get("FilterPolicy")
    return value, None if policy is None else _compiled(policy, value)


def removes_filter_policy(value: str) -> bool:
    """Whether this value of FilterPolicy removes the policy: an empty text, or the empty policy.

    https://docs.aws.amazon.com/sns/latest/dg/message-filtering-policy-remove.html
    """
    return _NO_FILTER_POLICY.fullmatch(value) is not None


def _filter_policy(subscription: Described, value: str) -> tuple[str | None, FilterPolicy | None]:
    if removes_filter_policy(value):
        return None, None
    return value, _compiled(value, subscription.settings["FilterPolicyScope"])


def _compiled(policy: str, scope: str) -> FilterPolicy:
    try:
        return compile_policy(policy, _SCOPES[scope])
    except NestedPolicyError as error:
        raise RejectedValue(f"FilterPolicy: {error.detail}", detail_of_set=error.detail) from error
    except FilterPolicyError as error:
        raise RejectedValue(f"FilterPolicy: {error.detail}") from error


def _redrive_policy(subscription: Described, value: str) -> tuple[str, str]:
    return value, _dead_letter_queue(subscription, value)


def _dead_letter_queue(subscription: Described, policy: str) -> str:
    try:
        document = parse_object(policy)
    except JsonError as error:
        raise RejectedValue(f"RedrivePolicy: failed to parse JSON. {error.detail}") from error
    for name in document:
        if name != _DEAD_LETTER_TARGET:
            raise RejectedValue(f"RedrivePolicy: invalid JSON. Attribute {name} is unknown.")
    target = document.get(_DEAD_LETTER_TARGET)
    queue = Arn.parse(target) if isinstance(target, str) else None
    if queue is None or queue.service != "sqs" or queue.region != subscription.topic.region or not queue.resource:
        raise RejectedValue(f"RedrivePolicy: {_DEAD_LETTER_TARGET} is an invalid arn")
    if is_fifo(subscription.endpoint) and not is_fifo(queue.resource):
        raise RejectedValue("RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.")
    if not is_fifo(subscription.topic.name) and is_fifo(queue.resource):
        raise RejectedValue("RedrivePolicy: must use a standard queue as DLQ for a subscription to a standard topic.")
    return str(queue)


def _delivery_policy(_subscription: Described, value: str) -> tuple[str | None, None]:
    return (None if value == "" else subscription_policy(value)), None


def _subscription_role_arn(_subscription: Described, value: str) -> tuple[str, None]:
    role = Arn.parse(value)
    if role is None or role.service != "iam" or not role.resource.startswith("role/"):
        raise RejectedValue(f"SubscriptionRoleArn: {value} is an invalid arn")
    return value, None


def _replay_policy(subscription: Described, value: str) -> tuple[str | None, Replay | None]:
    if value in ("", "{}"):
        return None, None
    if not is_fifo(subscription.topic.name):
        raise RejectedValue("ReplayPolicy: can only be set for subscriptions to FIFO topics")
    return value, Replay.parse(value)


# In the order in which they are set: the scope of a filter policy comes before the policy.
SUBSCRIPTION_ATTRIBUTES: dict[str, Check] = {
    "RawMessageDelivery": _raw_message_delivery,
    "FilterPolicyScope": _filter_policy_scope,
    "FilterPolicy": _filter_policy,
    "RedrivePolicy": _redrive_policy,
    "DeliveryPolicy": _delivery_policy,
    "SubscriptionRoleArn": _subscription_role_arn,
    "ReplayPolicy": _replay_policy,
}


def checked(subscription: Described, name: str, value: str | None) -> tuple[str | None, Compiled]:
    """The value of one attribute as a subscription stores it, None if it stores none, and its compiled form.

    No value counts as an empty one, except that it removes a RedrivePolicy. RejectedValue if the value is invalid for
    the subscription.
    """
    check = SUBSCRIPTION_ATTRIBUTES.get(name)
    if check is None:
        raise unknown_attribute(name)
    if value is None and name == "RedrivePolicy":
        return None, None
    return check(subscription, value or "")


def check_names(attributes: Mapping[str, str]) -> None:
    """Raise RejectedValue for the first attribute that does not exist."""
    for name in attributes:
        if name not in SUBSCRIPTION_ATTRIBUTES:
            raise unknown_attribute(name)


def check_complete(subscription: Described) -> None:
    """Raise RejectedValue if a new subscription lacks an attribute that its protocol needs."""
    if subscription.protocol == "firehose" and "SubscriptionRoleArn" not in subscription.settings:
        raise RejectedValue("SubscriptionRoleArn: is required for firehose subscriptions")


def differ(one: Described, other: Described, names: Mapping[str, str]) -> bool:
    """Whether two subscriptions differ in any of the named attributes."""
    for name in names:
        mine, theirs = (each.settings.get(name, DEFAULTS.get(name, "")) for each in (one, other))
        if mine != theirs and not same_json(mine, theirs):
            return True
    return False
