"""The actions of SNS, one function each. Importing this package registers them."""

from emulator.sns.actions import publishing, subscription_attributes, subscriptions, tags, topics

__all__ = ["publishing", "subscription_attributes", "subscriptions", "tags", "topics"]
