"""Whether a topic can have one more subscription, or one more filter policy.

https://docs.aws.amazon.com/general/latest/gr/sns.html#limits_sns
"""

from emulator.aws.limits import (
    FIFO_TOPIC_SUBSCRIPTIONS_MAX,
    FILTER_POLICIES_PER_TOPIC_MAX,
    FIREHOSE_SUBSCRIPTIONS_MAX,
    PUBLISH_SIZE_MAX,
)
from emulator.aws.sns_errors import SnsFilterPolicyLimitExceeded, SnsSubscriptionLimitExceeded
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic
from emulator.sns.topic_attributes import check_large_messages


def check_room(topic: Topic, subscription: Subscription) -> None:
    """SubscriptionLimitExceeded or RejectedValue if the topic cannot have one more subscription of this kind."""
    if topic.fifo and len(topic.subscriptions) >= FIFO_TOPIC_SUBSCRIPTIONS_MAX:
        raise SnsSubscriptionLimitExceeded(
            f"A FIFO topic can have at most {FIFO_TOPIC_SUBSCRIPTIONS_MAX} subscriptions"
        )
    if subscription.protocol == "firehose":
        _check_room_for_stream(topic, subscription.owner)
    if subscription.filter_policy is not None:
        check_room_for_filter_policy(topic)
    if topic.maximum_message_size > PUBLISH_SIZE_MAX:
        check_large_messages([*topic.subscriptions.values(), subscription])


def _check_room_for_stream(topic: Topic, owner: str) -> None:
    streams = sum(each.protocol == "firehose" and each.owner == owner for each in topic.subscriptions.values())
    if streams >= FIREHOSE_SUBSCRIPTIONS_MAX:
        raise SnsSubscriptionLimitExceeded(
            f"A topic can have at most {FIREHOSE_SUBSCRIPTIONS_MAX} firehose subscriptions of an owner"
        )


def check_room_for_filter_policy(topic: Topic) -> None:
    """FilterPolicyLimitExceeded if the topic cannot have one more filter policy."""
    filtered = sum(subscription.filter_policy is not None for subscription in topic.subscriptions.values())
    if filtered >= FILTER_POLICIES_PER_TOPIC_MAX:
        raise SnsFilterPolicyLimitExceeded(f"A topic can have at most {FILTER_POLICIES_PER_TOPIC_MAX} filter policies")
