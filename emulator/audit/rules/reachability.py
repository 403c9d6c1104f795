"""Rules about ways that messages take: in circles, nowhere, or to what does not exist."""

from collections.abc import Iterable, Iterator, Mapping

from emulator.architecture.model import Element, Queue
from emulator.audit.fix import CONSUMER, QUEUE, SUBSCRIPTION, TOPIC, Fix
from emulator.audit.rule import Found, Rule
from emulator.audit.statements import attributes_fix, without_statement
from emulator.audit.view import View
from emulator.aws.arns import Arn

_SNS_GUIDE = "https://docs.aws.amazon.com/sns/latest/dg"
_SQS_GUIDE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide"


def _ways(view: View) -> dict[str, list[str]]:
    """By ARN, where messages go next: from topics, by functions, and from queues to functions."""
    ways: dict[str, list[str]] = {}
    for subscription in view.subscriptions:
        if subscription.endpoint.startswith("arn:"):
            ways.setdefault(subscription.topic, []).append(subscription.endpoint)
    for consumer in view.architecture.consumers:
        ways.setdefault(consumer.queue, []).append(consumer.function)
    for function in view.architecture.functions:
        ways.setdefault(function.arn, []).extend(function.sends_to)
    return ways


def _circles(ways: Mapping[str, Iterable[str]]) -> Iterator[list[str]]:
    """Circles that have nothing in common, each from its first ARN on."""
    left = {at: set(ways[at]) for at in ways}
    while left:
        ends = [at for at, steps in left.items() if not steps & left.keys()]
        if not ends:
            circle = _circle(left)
            yield circle
            ends = circle
        for at in ends:
            del left[at]


def _circle(ways: Mapping[str, set[str]]) -> list[str]:
    """A circle where every way goes on."""
    path = [min(ways)]
    seen = {path[0]: 0}
    while True:
        step = min(ways[path[-1]] & ways.keys())
        if step in seen:
            circle = path[seen[step] :]
            start = circle.index(min(circle))
            return circle[start:] + circle[:start]
        seen[step] = len(path)
        path.append(step)


def _loop(view: View) -> Iterator[Found]:
    elements: dict[str, Element] = {**view.queues, **view.topics, **view.functions}
    for circle in _circles(_ways(view)):
        element = next((elements[arn] for arn in circle if arn in elements), None)
        if element is None:
            continue
        inside = set(circle)
        links = [each for each in view.subscriptions if each.topic in inside and each.endpoint in inside]
        fixes = [Fix(SUBSCRIPTION, each.origin.name, {}, each.arn, delete=True) for each in links[:1]]
        names = list(map(view.name, circle))
        yield Found(element, f"messages go in a circle: {' -> '.join([*names, names[0]])}", fixes)


def _dead_letter_circle(view: View) -> Iterator[Found]:
    ways = {queue.arn: [queue.dead_letters.queue] for queue in view.architecture.queues if queue.dead_letters}
    for circle in _circles(ways):
        queue = view.queues.get(circle[0])
        if queue is not None:
            names = list(map(view.name, circle))
            last = view.queues.get(circle[-1], queue)
            text = f"dead letters go in a circle: {' -> '.join([*names, names[0]])}"
            yield Found(queue, text, attributes_fix(last, RedrivePolicy=None))


def _unused_topic(view: View) -> Iterator[Found]:
    for topic in view.architecture.topics:
        if not view.of_topic.get(topic.arn):
            fixes = [Fix(TOPIC, topic.origin.name, {}, topic.arn, delete=True)]
            yield Found(topic, "it has no subscriptions: what is published is dropped", fixes)


def _unreachable_queue(view: View) -> Iterator[Found]:
    if not view.knows("functions"):
        return
    for queue in view.architecture.queues:
        policy = queue.policy
        sent = policy is not None and any(each.allows for each in policy.statements)
        if not (sent or view.to_queue.get(queue.arn) or queue.arn in view.dead_letter_queues or _is_used(view, queue)):
            fixes = [Fix(QUEUE, queue.origin.name, {}, queue.arn, delete=True)]
            yield Found(queue, "nothing here sends to it, and nothing receives from it", fixes)


def _is_used(view: View, queue: Queue) -> bool:
    return bool(view.senders.get(queue.arn) or view.consumers.get(queue.arn))


def _pending(view: View) -> Iterator[Found]:
    for subscription in view.subscriptions:
        if not subscription.confirmed:
            fixes = [Fix(SUBSCRIPTION, subscription.origin.name, {}, subscription.arn, delete=True)]
            yield Found(subscription, f"{subscription.endpoint} has not confirmed it", fixes)


def _dangling(view: View) -> Iterator[Found]:
    for subscription in view.subscriptions:
        endpoint = Arn.parse(subscription.endpoint)
        if endpoint is None or not view.architecture.complete or not view.is_own(subscription.endpoint):
            continue
        kind = {"sqs": "queue", "lambda": "function"}.get(endpoint.service)
        knows = kind == "queue" or (kind == "function" and view.knows("functions"))
        if knows and not view.has_target(subscription.endpoint):
            fixes = [Fix(SUBSCRIPTION, subscription.origin.name, {}, subscription.arn, delete=True)]
            yield Found(subscription, f"there is no {kind} {endpoint.resource}", fixes)


def _dangling_source(view: View) -> Iterator[Found]:
    if not view.architecture.complete:
        return
    for owner, _, statement in view.statements():
        gone = [
            value
            for _, values in statement.compared("aws:SourceArn")
            for value in values
            if ":sns:" in value and "*" not in value and view.is_own(value) and value not in view.topics
        ]
        if statement.allows and gone:
            text = f"{statement.shown} lets {gone[0].rpartition(':')[2]} send, which does not exist"
            yield Found(owner, text, without_statement(owner, statement), statement.line)


def _subscribed_dead_letters(view: View) -> Iterator[Found]:
    for arn in sorted(view.sources):
        queue, subscriptions = view.queues.get(arn), view.to_queue.get(arn)
        if queue is not None and subscriptions:
            fixes = [Fix(SUBSCRIPTION, each.origin.name, {}, each.arn, delete=True) for each in subscriptions]
            text = f"it also gets the messages of {view.name(subscriptions[0].topic)}"
            yield Found(queue, text, fixes)


def _consumed_dead_letters(view: View) -> Iterator[Found]:
    for arn, sources in view.sources.items():
        functions = {each.function for each in view.consumers.get(arn, ())}
        for source in sources:
            same = functions & {each.function for each in view.consumers.get(source.arn, ())}
            queue = view.queues.get(arn)
            if same and queue is not None:
                name = view.name(min(same))
                mappings = [each for each in view.consumers[arn] if each.function in same]

                fixes = [Fix(CONSUMER, each.origin.name, {}, each.arn, delete=True) for each in mappings]
                yield Found(queue, f"{name} fails on these messages, and gets them again from here", fixes)
                break


RULES = (
    Rule(
        "loop",
        "Messages go in a circle",
        "Denial of service",
        "high",
        "Each message makes another one without end: Lambda stops some of such loops, and the bill shows the others.",
        "https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html",
        _loop,
    ),
    Rule(
        "dead-letter-circle",
        "Dead-letter queues lead to each other",
        "Denial of service",
        "medium",
        "A message that cannot be processed is moved around until it expires, and no queue shows it as failed.",
        f"{_SQS_GUIDE}/sqs-dead-letter-queues.html",
        _dead_letter_circle,
    ),
    Rule(
        "unused-topic",
        "A topic has no subscriptions",
        "Denial of service",
        "low",
        "Publishing succeeds, and the message goes nowhere.",
        f"{_SNS_GUIDE}/sns-create-subscribe-endpoint-to-topic.html",
        _unused_topic,
    ),
    Rule(
        "unreachable-queue",
        "A queue has no sender and no consumer",
        "Denial of service",
        "low",
        "What is not used is not watched: remove it, or say in a suppression who uses it.",
        f"{_SQS_GUIDE}/sqs-basic-architecture.html",
        _unreachable_queue,
    ),
    Rule(
        "pending-subscription",
        "A subscription is not confirmed",
        "Spoofing",
        "medium",
        "It delivers nothing, and whoever gets hold of the endpoint within the next days can confirm it.",
        f"{_SNS_GUIDE}/SendMessageToHttp.confirm.html",
        _pending,
    ),
    Rule(
        "dangling-subscription",
        "A subscription leads to something that does not exist",
        "Spoofing",
        "high",
        "Who makes a queue or function of that name gets the messages.",
        f"{_SNS_GUIDE}/sns-delete-subscription-topic.html",
        _dangling,
    ),
    Rule(
        "dangling-source",
        "A statement trusts a topic that does not exist",
        "Spoofing",
        "medium",
        "Who makes a topic of that name can send to this queue.",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
        _dangling_source,
    ),
    Rule(
        "subscribed-dead-letter-queue",
        "A dead-letter queue also has other messages",
        "Tampering",
        "low",
        "Messages that failed and messages that were never tried cannot be told apart, nor moved back safely.",
        f"{_SQS_GUIDE}/sqs-dead-letter-queues.html",
        _subscribed_dead_letters,
    ),
    Rule(
        "consumed-dead-letter-queue",
        "A function gets its own dead letters",
        "Denial of service",
        "medium",
        "The function fails on them again, and the messages are lost when the dead-letter queue drops them.",
        f"{_SQS_GUIDE}/sqs-configure-dead-letter-queue-redrive.html",
        _consumed_dead_letters,
    ),
)
