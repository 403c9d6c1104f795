"""The attributes of a topic, in one table.

https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
"""

import unicodedata
from collections.abc import Collection, Mapping

from msgspec import Struct

from emulator.aws.limits import (
    DISPLAY_NAME_LENGTH,
    LARGE_MESSAGE_SUBSCRIPTIONS_MAX,
    PUBLISH_SIZE_MAX,
    TOPIC_MESSAGE_SIZE_MAX,
    TOPIC_MESSAGE_SIZE_MIN,
)
from emulator.sns.archive import archive_policy
from emulator.sns.delivery_policy import effective_topic_policy
from emulator.sns.delivery_policy import topic_policy as delivery_policy
from emulator.sns.json_document import dump_compact
from emulator.sns.protocols import PROTOCOLS
from emulator.sns.rejections import Check, RejectedValue, boolean, integer, one_of, text
from emulator.sns.subscription import Subscription
from emulator.sns.topic_policy import topic_policy

_DELEGABLE_ACTIONS = (
    "SNS:GetTopicAttributes",
    "SNS:SetTopicAttributes",
    "SNS:AddPermission",
    "SNS:RemovePermission",
    "SNS:DeleteTopic",
    "SNS:Subscribe",
    "SNS:ListSubscriptionsByTopic",
    "SNS:Publish",
)
_ROLE_ARN_LENGTH = 2_048
_NOT_IN_A_HEADER = ("Cc", "Cs", "Zl", "Zp")  # control characters, surrogates, separators of lines and paragraphs


class TopicAttribute(Struct, frozen=True):
    """How a caller may give one attribute."""

    check: Check
    settable: bool = True  # also settable after creation
    fifo_only: bool = False
    removed_by_empty_text: bool = True


def _display_name(value: str) -> str:
    """It is the name of the sender in the header of a mail, which takes no line break and no control character."""
    if len(value) > DISPLAY_NAME_LENGTH or any(unicodedata.category(each) in _NOT_IN_A_HEADER for each in value):
        raise RejectedValue("DisplayName")
    return value


def _feedback_attributes() -> dict[str, TopicAttribute]:
    attributes = {}
    for protocol in ("HTTP", "Firehose", "Lambda", "Application", "SQS"):
        for name in (f"{protocol}SuccessFeedbackRoleArn", f"{protocol}FailureFeedbackRoleArn"):
            attributes[name] = TopicAttribute(text(name, _ROLE_ARN_LENGTH))
        rate = f"{protocol}SuccessFeedbackSampleRate"
        attributes[rate] = TopicAttribute(integer(rate, 0, 100))
    return attributes


TOPIC_ATTRIBUTES: dict[str, TopicAttribute] = {
    "Policy": TopicAttribute(topic_policy, removed_by_empty_text=False),
    "DisplayName": TopicAttribute(_display_name),
    "DeliveryPolicy": TopicAttribute(delivery_policy),
    "KmsMasterKeyId": TopicAttribute(text("KmsMasterKeyId", _ROLE_ARN_LENGTH)),
    "SignatureVersion": TopicAttribute(one_of("SignatureVersion", "1", "2")),
    "TracingConfig": TopicAttribute(one_of("TracingConfig", "PassThrough", "Active")),
    "FifoTopic": TopicAttribute(boolean("FifoTopic"), settable=False, fifo_only=True, removed_by_empty_text=False),
    "ContentBasedDeduplication": TopicAttribute(
        boolean("ContentBasedDeduplication"), fifo_only=True, removed_by_empty_text=False
    ),
    "FifoThroughputScope": TopicAttribute(one_of("FifoThroughputScope", "Topic", "MessageGroup"), fifo_only=True),
    "ArchivePolicy": TopicAttribute(archive_policy, fifo_only=True, removed_by_empty_text=False),
    "MaximumMessageSize": TopicAttribute(integer("MaximumMessageSize", TOPIC_MESSAGE_SIZE_MIN, TOPIC_MESSAGE_SIZE_MAX)),
    **_feedback_attributes(),
}


def checked(name: str, value: str, *, fifo: bool) -> str | None:
    """The value of a known attribute as a topic stores it, None if it stores none; RejectedValue if AWS refuses it."""
    attribute = TOPIC_ATTRIBUTES[name]
    if value == "" and attribute.removed_by_empty_text:
        return None
    kept = attribute.check(value)
    if attribute.fifo_only and not fifo:
        if kept == "false":  # "false" is the default
            return None
        raise RejectedValue(f"{name}: can only be set for FIFO topics")
    return kept or None


def visible(settings: Mapping[str, str], *, arn: str, account: str, fifo: bool) -> dict[str, str]:
    """What GetTopicAttributes returns for a topic's settings, with the defaults that AWS always shows."""
    shown = {
        "TopicArn": arn,
        "Owner": account,
        "Policy": default_policy(arn, account),
        "DisplayName": "",
        "EffectiveDeliveryPolicy": effective_topic_policy(settings.get("DeliveryPolicy")),
    }
    if fifo:
        shown["ContentBasedDeduplication"] = "false"
    return {**shown, **settings}


def default_policy(arn: str, account: str) -> str:
    """The policy of a topic that has none of its own: its owner may do everything."""
    return dump_compact(
        {
            "Version": "2008-10-17",
            "Id": "__default_policy_ID",
            "Statement": [
                {
                    "Sid": "__default_statement_ID",
                    "Effect": "Allow",
                    "Principal": {"AWS": "*"},
                    "Action": _DELEGABLE_ACTIONS,
                    "Resource": arn,
                    "Condition": {"StringEquals": {"AWS:SourceOwner": account}},
                }
            ],
        }
    )


def check_large_messages(subscriptions: Collection[Subscription]) -> None:
    """Check that a topic for messages above 256 KiB has few subscribers, and only of the protocols that allow them."""
    if len(subscriptions) > LARGE_MESSAGE_SUBSCRIPTIONS_MAX or not all(
        PROTOCOLS[subscription.protocol].large_messages for subscription in subscriptions
    ):
        raise RejectedValue(
            f"MaximumMessageSize: above {PUBLISH_SIZE_MAX} a topic can have at most {LARGE_MESSAGE_SUBSCRIPTIONS_MAX} "
            "subscriptions, all of them sqs, lambda or firehose"
        )
