"""Routes that show topics and their subscriptions."""

from itertools import islice
from typing import Annotated

import msgspec

from emulator.aws.arns import arn
from emulator.aws.place import Place
from emulator.control.parameters import Account
from emulator.control.refusals import NotFoundError
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic
from emulator.timing.turns import Work, in_turns, portions
from emulator.world.world import World

_TOPICS_AT_ONCE = 50  # or subscriptions


class TopicsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which topics to list."""

    account: Account | None = None
    region: str | None = None


class TopicPath(msgspec.Struct):
    """Which topic."""

    account: Account
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


async def list_topics(world: World, query: TopicsQuery) -> TopicSummaries:
    """Every topic, or those of one account or region. Each is shown as it is when its turn comes."""
    return TopicSummaries(await in_turns(summaries(world, Place(query.account, query.region))))


def summaries(world: World, place: Place, limit: int | None = None) -> Work[list[TopicSummary]]:
    """The topics in ``place``; with a ``limit`` only the first ones."""
    shown: list[TopicSummary] = []
    for topics in portions(world.sns.topics.within(place)[:limit], _TOPICS_AT_ONCE):
        for topic in topics:
            if world.sns.topics.get(topic.arn) is topic:  # it was not deleted meanwhile
                now = world.clocks.now_of(topic.account)
                world.sns.advance_topic(topic, now)
                shown.append(_summary(topic, now))
        yield
    return shown


async def show_topic(world: World, path: TopicPath, query: TopicQuery) -> TopicDetails:
    """One topic, with its subscriptions."""
    return await in_turns(_details(world, path, query.limit))


def _details(world: World, path: TopicPath, limit: int) -> Work[TopicDetails]:
    topic = find_topic(world, path)
    now = world.clocks.now_of(topic.account)
    world.sns.advance_topic(topic, now)
    summary, count = _summary(topic, now), len(topic.subscriptions)
    shown: list[ShownSubscription] = []
    for portion in portions(list(islice(topic.subscriptions.values(), limit)), _TOPICS_AT_ONCE):
        shown += [_shown(subscription, topic) for subscription in portion]
        yield
    return TopicDetails(**msgspec.structs.asdict(summary), subscriptions=shown, omitted=count - len(shown))


def find_topic(world: World, path: TopicPath) -> Topic:
    """The topic at ``path``; NotFoundError if there is none."""
    topic = world.sns.topics.get(arn("sns", path.region, path.account, path.name))
    if topic is None:
        raise NotFoundError(f"No topic {path.name} in {path.account}, {path.region}.")
    return topic


def topics_as_of_now(world: World, place: Place) -> Work[list[Topic]]:
    """The topics in ``place``, after everything that is due has been done."""
    yield from world.sns.catching_up(world.clocks.now_of, place)
    return world.sns.topics.within(place)


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
