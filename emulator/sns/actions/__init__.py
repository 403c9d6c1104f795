"""The actions of SNS, one function each. Importing this package registers them."""

from emulator.sns.actions import (
    data_protection,
    permissions,
    platform_applications,
    platform_endpoints,
    publishing,
    sms,
    sms_sandbox,
    subscription_attributes,
    subscriptions,
    tags,
    topics,
)

__all__ = [
    "data_protection",
    "permissions",
    "platform_applications",
    "platform_endpoints",
    "publishing",
    "sms",
    "sms_sandbox",
    "subscription_attributes",
    "subscriptions",
    "tags",
    "topics",
]
