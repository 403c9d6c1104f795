"""Routes that show topics and their subscriptions."""

from typing import Annotated

import msgspec

from emulator.aws.arns import arn
from emulator.aws.place import Place
from emulator.control.parameters import Account
from emulator.control.refusals import NotFoundError
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic
from emulator.world import World


class TopicsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which topics to list."""

    account: Account | None = None
    region: str | None = None


class TopicPath(msgspec.Struct):
    """Which topic."""

    account: str
    region: str
    name: str


class TopicQuery(msgspec.Struct, forbid_unknown_fields=True):
    """How many subscriptions of a topic to show."""

    limit: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 1_000


class TopicSummary(msgspec.Struct):
    """A topic, with the attributes that GetTopicAttributes returns and the number of its subscriptions."""

    account: str
    region: str
    name: str
    arn: str
    fifo: bool
    confirmed: int
    pending: int
    attributes: dict[str, str]
    tags: dict[str, str]


class ShownSubscription(msgspec.Struct):
    """A subscription. ``attributes`` are those that GetSubscriptionAttributes returns, with a password in a URL
    masked.
    """

    arn: str
    protocol: str
    endpoint: str
    owner: str
    confirmed: bool
    raw: bool
    filter_policy: msgspec.Raw | None
    filter_policy_scope: str | None
    dead_letter_queue: str | None  # ARN
    attributes: dict[str, str]


class TopicDetails(TopicSummary):
    """A topic and its subscriptions, oldest first; ``omitted`` says how many more there are."""

    subscriptions: list[ShownSubscription]
    omitted: int


class TopicSummaries(msgspec.Struct):
    topics: list[TopicSummary]


def list_topics(world: World, query: TopicsQuery) -> TopicSummaries:
    """Every topic, or those of one account or region."""
    return TopicSummaries(
        [
            _summary(topic, world.clocks.now_of(topic.account))
            for topic in topics_as_of_now(world, query.account, query.region)
        ]
    )


def show_topic(world: World, path: TopicPath, query: TopicQuery) -> TopicDetails:
    """One topic, with its subscriptions."""
    topic = world.sns.topics.get(arn("sns", path.region, path.account, path.name))
    if topic is None:
        raise NotFoundError(f"No topic {path.name} in {path.account}, {path.region}.")
    now = world.clocks.now_of(topic.account)
    world.sns.advance_topic(topic, now)
    subscriptions = list(topic.subscriptions.values())
    return TopicDetails(
        **msgspec.structs.asdict(_summary(topic, now)),
        subscriptions=[_shown(subscription, topic) for subscription in subscriptions[: query.limit]],
        omitted=max(0, len(subscriptions) - query.limit),
    )


def topics_as_of_now(world: World, account: str | None, region: str | None) -> list[Topic]:
    """The topics of an account and a region, or of all, after everything that is due has been done."""
    world.sns.advance(world.clocks.now_of)
    return world.sns.topics.within(Place(account, region))


def name_of(topic: Topic) -> str:
    return topic.identity.name


def _summary(topic: Topic, now: float) -> TopicSummary:
    confirmed = sum(subscription.confirmed for subscription in topic.subscriptions.values())
    return TopicSummary(
        account=topic.account,
        region=topic.region,
        name=name_of(topic),
        arn=topic.arn,
        fifo=topic.fifo,
        confirmed=confirmed,
        pending=len(topic.subscriptions) - confirmed,
        attributes=topic.visible_attributes(now),
        tags=topic.tags,
    )


def _shown(subscription: Subscription, topic: Topic) -> ShownSubscription:
    policy = subscription.filter_policy
    return ShownSubscription(
        arn=subscription.arn,
        protocol=subscription.protocol,
        endpoint=subscription.shown_endpoint,
        owner=subscription.owner,
        confirmed=subscription.confirmed,
        raw=subscription.raw,
        filter_policy=None if policy is None else msgspec.Raw(policy.text.encode()),
        filter_policy_scope=None if policy is None else policy.scope,
        dead_letter_queue=subscription.dead_letter_queue,
        attributes=subscription.visible(topic.settings.get("DeliveryPolicy"))
        | {"Endpoint": subscription.shown_endpoint},
    )
