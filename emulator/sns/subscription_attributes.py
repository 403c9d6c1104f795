"""The attributes of a subscription that a caller can set, in one table.

https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
"""

from collections.abc import Callable, Mapping

from emulator.aws.arns import Arn
from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.sns.delivery_policy import subscription_policy
from emulator.sns.filter_policy import FilterPolicy, FilterPolicyError, NestedPolicyError, Scope, compile_policy
from emulator.sns.json_document import JsonError, parse_object, same_json
from emulator.sns.protocols import PROTOCOLS, is_fifo
from emulator.sns.rejections import RejectedValue, boolean
from emulator.sns.replay import Replay
from emulator.sns.subscription import DEFAULTS, Subscription

Apply = Callable[[Subscription, str], None]  # keep a value in a subscription, or RejectedValue and nothing changed

_SCOPES: dict[str, Scope] = {"MessageBody": "MessageBody", "MessageAttributes": "MessageAttributes"}
_DEAD_LETTER_TARGET = "deadLetterTargetArn"


def _raw_message_delivery(subscription: Subscription, value: str) -> None:
    if not PROTOCOLS[subscription.protocol].raw_delivery:
        raise SnsInvalidParameter.of(
            f"Delivery protocol [{subscription.protocol}] does not support raw message delivery."
        )
    kept = boolean("RawMessageDelivery")(value)
    subscription.settings["RawMessageDelivery"] = kept
    subscription.raw = kept == "true"


def _filter_policy_scope(subscription: Subscription, value: str) -> None:
    if value not in _SCOPES:
        raise RejectedValue(
            f"FilterPolicyScope: Invalid value [{value}]. Please use either MessageBody or MessageAttributes"
        )
    policy = subscription.settings.get("FilterPolicy")
    if policy is not None:
        subscription.filter_policy = _compiled(policy, value)
    subscription.settings["FilterPolicyScope"] = value


def _filter_policy(subscription: Subscription, value: str) -> None:
    if value == "":
        subscription.filter_policy = None
        subscription.settings.pop("FilterPolicy", None)
        return
    subscription.filter_policy = _compiled(value, subscription.settings["FilterPolicyScope"])
    subscription.settings["FilterPolicy"] = value


def _compiled(policy: str, scope: str) -> FilterPolicy:
    try:
        return compile_policy(policy, _SCOPES[scope])
    except NestedPolicyError as error:
        raise RejectedValue(f"FilterPolicy: {error.detail}", detail_of_set=error.detail) from error
    except FilterPolicyError as error:
        raise RejectedValue(f"FilterPolicy: {error.detail}") from error


def _redrive_policy(subscription: Subscription, value: str) -> None:
    if value == "":
        subscription.dead_letter_queue = None
        subscription.settings.pop("RedrivePolicy", None)
        return
    subscription.dead_letter_queue = _dead_letter_queue(subscription, value)
    subscription.settings["RedrivePolicy"] = value


def _dead_letter_queue(subscription: Subscription, policy: str) -> str:
    try:
        document = parse_object(policy)
    except JsonError as error:
        raise RejectedValue(f"RedrivePolicy: failed to parse JSON. {error.detail}") from error
    for name in document:
        if name != _DEAD_LETTER_TARGET:
            raise RejectedValue(f"RedrivePolicy: invalid JSON. Attribute {name} is unknown.")
    target = document.get(_DEAD_LETTER_TARGET)
    queue = Arn.parse(target) if isinstance(target, str) else None
    if queue is None or queue.service != "sqs" or queue.region != subscription.region or not queue.resource:
        raise RejectedValue(f"RedrivePolicy: {_DEAD_LETTER_TARGET} is an invalid arn")
    if is_fifo(subscription.endpoint) and not is_fifo(queue.resource):
        raise RejectedValue("RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.")
    if not is_fifo(subscription.topic_arn) and is_fifo(queue.resource):
        raise RejectedValue("RedrivePolicy: must use a standard queue as DLQ for a subscription to a standard topic.")
    return str(queue)


def _delivery_policy(subscription: Subscription, value: str) -> None:
    if value == "":
        subscription.settings.pop("DeliveryPolicy", None)
        return
    subscription.settings["DeliveryPolicy"] = subscription_policy(value)


def _subscription_role_arn(subscription: Subscription, value: str) -> None:
    role = Arn.parse(value)
    if role is None or role.service != "iam" or not role.resource.startswith("role/"):
        raise RejectedValue(f"SubscriptionRoleArn: {value} is an invalid arn")
    subscription.settings["SubscriptionRoleArn"] = value


def _replay_policy(subscription: Subscription, value: str) -> None:
    subscription.replay = asked_replay(subscription, value)
    if subscription.replay is None:
        subscription.settings.pop("ReplayPolicy", None)
    else:
        subscription.settings["ReplayPolicy"] = value


def asked_replay(subscription: Subscription, policy: str) -> Replay | None:
    """The replay a ReplayPolicy asks for, none if it is empty; RejectedValue where the subscription cannot have it."""
    if policy in ("", "{}"):
        return None
    if not is_fifo(subscription.topic_arn):
        raise RejectedValue("ReplayPolicy: can only be set for subscriptions to FIFO topics")
    return Replay.parse(policy)


# In the order in which they apply: a filter policy is compiled for the scope given beside it.
SUBSCRIPTION_ATTRIBUTES: dict[str, Apply] = {
    "RawMessageDelivery": _raw_message_delivery,
    "FilterPolicyScope": _filter_policy_scope,
    "FilterPolicy": _filter_policy,
    "RedrivePolicy": _redrive_policy,
    "DeliveryPolicy": _delivery_policy,
    "SubscriptionRoleArn": _subscription_role_arn,
    "ReplayPolicy": _replay_policy,
}


def apply_all(subscription: Subscription, attributes: Mapping[str, str]) -> None:
    """Set what Subscribe gives; InvalidParameter as that action words it."""
    for name in attributes:
        if name not in SUBSCRIPTION_ATTRIBUTES:
            raise SnsInvalidParameter.of("Attributes", f"Unknown attribute {name}")
    try:
        for name, apply in SUBSCRIPTION_ATTRIBUTES.items():
            if name in attributes:
                apply(subscription, attributes[name])
    except RejectedValue as error:
        raise SnsInvalidParameter.of("Attributes", error.detail) from error


def check_complete(subscription: Subscription) -> None:
    """InvalidParameter where a new subscription lacks an attribute which its protocol demands."""
    if subscription.protocol == "firehose" and "SubscriptionRoleArn" not in subscription.settings:
        raise SnsInvalidParameter.of("Attributes", "SubscriptionRoleArn: is required for firehose subscriptions")


def set_attribute(subscription: Subscription, name: str, value: str) -> None:
    """Set one attribute; InvalidParameter as SetSubscriptionAttributes words it."""
    apply = SUBSCRIPTION_ATTRIBUTES.get(name)
    if apply is None:
        raise SnsInvalidParameter.of("AttributeName")
    try:
        apply(subscription, value)
    except RejectedValue as error:
        raise SnsInvalidParameter.of(error.detail_of_set) from error


def differ(one: Subscription, other: Subscription, names: Mapping[str, str]) -> bool:
    """Whether two subscriptions differ in any of the named attributes."""
    for name in names:
        mine, theirs = (each.settings.get(name, DEFAULTS.get(name, "")) for each in (one, other))
        if mine != theirs and not same_json(mine, theirs):
            return True
    return False
