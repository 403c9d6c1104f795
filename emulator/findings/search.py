"""The search for findings: applies every rule to every topic, subscription and queue, in portions."""

from collections.abc import Container, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from msgspec import Struct

from emulator.aws.place import Place
from emulator.findings.observations import Observations
from emulator.findings.queue_rules import QUEUE_RULES
from emulator.findings.rule import Call, Rule, Severity
from emulator.findings.scene import Scene
from emulator.findings.subscription_rules import SUBSCRIPTION_RULES
from emulator.findings.topic_rules import TOPIC_RULES
from emulator.sns.topic import Topic
from emulator.sqs.queue import Queue
from emulator.timing.turns import Work, portions
from emulator.world.world import World

RULES: tuple[Rule[Any], ...] = (*TOPIC_RULES, *SUBSCRIPTION_RULES, *QUEUE_RULES)

_AT_ONCE = 50  # things


class Finding(Struct, frozen=True):
    """Something that looks wrong: what, why that is wrong, and how to mend it.

    ``call`` can be posted to ``/_emulator/call`` as it is; it is null if no call of one action mends it.
    """

    rule: str
    severity: Severity
    title: str
    account: str
    region: str
    resource: str  # ARN
    related: tuple[str, ...]  # ARNs
    what: str
    why: str
    fix: str
    call: Call | None


class Findings(NamedTuple):
    """Some findings, and the number of the thing with which the search goes on; None at its end."""

    findings: list[Finding]
    next: int | None


class _Thing(NamedTuple):
    """What rules are applied to, and where it is."""

    thing: Any
    arn: str
    account: str
    region: str
    rules: Iterable[Rule[Any]]


def search(world: World, place: Place, url: str, rules: Container[str], begin: int, limit: int) -> Work[Findings]:
    """Up to ``limit`` findings of these ``rules`` in ``place``, or more if one thing has more.

    ``begin`` is the number of the first thing to look at, ``url`` the beginning of queue URLs in calls.
    """
    yield from world.catching_up(place)
    observations = Observations()
    yield from observations.look(world)
    scene = Scene(world, url, observations, _sources(world))
    topics = world.sns.topics.within(place) if world.has_sns else []
    things = islice(_things(topics, list(world.sqs.queues.within(place))), begin, None)
    findings: list[Finding] = []
    for portion in portions(things, _AT_ONCE):
        for thing in portion:
            if len(findings) >= limit:
                return Findings(findings, begin)
            findings += _findings(scene, thing, rules)
            begin += 1
        yield
    return Findings(findings, None)


def _sources(world: World) -> dict[str, list[Queue]]:
    sources: dict[str, list[Queue]] = {}
    for queue in world.sqs.queues:
        if queue.attributes.redrive is not None:
            sources.setdefault(queue.attributes.redrive.target_arn, []).append(queue)
    return sources


def _things(topics: list[Topic], queues: list[Queue]) -> Iterator[_Thing]:
    for topic in topics:
        account, region = topic.account, topic.region
        yield _Thing(topic, topic.arn, account, region, TOPIC_RULES)
        for subscription in list(topic.subscriptions.values()):
            yield _Thing(subscription, subscription.arn, account, region, SUBSCRIPTION_RULES)
    for queue in queues:
        identity = queue.identity
        yield _Thing(queue, queue.arn, identity.account, identity.region, QUEUE_RULES)


def _findings(scene: Scene, thing: _Thing, rules: Container[str]) -> Iterator[Finding]:
    for rule in thing.rules:
        if rule.id in rules:
            for found in rule.find(scene, thing.thing):
                yield Finding(
                    rule=rule.id,
                    severity=rule.severity,
                    title=rule.title,
                    account=thing.account,
                    region=thing.region,
                    resource=thing.arn,
                    related=found.related,
                    what=found.what,
                    why=rule.why,
                    fix=found.fix,
                    call=found.call,
                )
