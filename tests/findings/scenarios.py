"""For each rule, what makes it find something, and what is near to that and right."""

import json
from collections.abc import Callable

from emulator.sqs.attributes import QueueAttributes
from tests.findings.workshop import ACCOUNT, REGION, Workshop, queue_arn, redrive, topic_arn

Scenario = Callable[[Workshop], None]

BROKEN: dict[str, Scenario] = {}  # by rule, what makes it find something
SOUND: dict[str, Scenario] = {}  # likewise, what is near to that and right


def broken(rule: str) -> Callable[[Scenario], Scenario]:
    def register(scenario: Scenario) -> Scenario:
        BROKEN[rule] = scenario
        return scenario

    return register


def sound(rule: str) -> Callable[[Scenario], Scenario]:
    def register(scenario: Scenario) -> Scenario:
        SOUND[rule] = scenario
        return scenario

    return register


@broken("dead-letter-queue-missing")
def _(workshop: Workshop) -> None:
    workshop.queue("dead.fifo", FifoQueue="true")
    workshop.queue("queue.fifo", FifoQueue="true", RedrivePolicy=redrive("dead.fifo"))
    workshop("DeleteQueue", QueueUrl="dead.fifo")


@sound("dead-letter-queue-missing")
def _(workshop: Workshop) -> None:
    workshop.queue("dead")
    workshop.queue("queue", RedrivePolicy=redrive("dead"))


@broken("dead-letter-queue-type")
def _(workshop: Workshop) -> None:
    workshop.queue("dead.fifo", FifoQueue="true")
    _restore_redrive(workshop, redrive("dead.fifo"))


@sound("dead-letter-queue-type")
def _(workshop: Workshop) -> None:
    workshop.queue("dead")
    _restore_redrive(workshop, redrive("dead"))


@broken("dead-letter-queue-place")
def _(workshop: Workshop) -> None:
    workshop("CreateQueue", account="222222222222", QueueName="dead")
    _restore_redrive(workshop, redrive("dead").replace(ACCOUNT, "222222222222"))


@sound("dead-letter-queue-place")
def _(workshop: Workshop) -> None:
    workshop("CreateQueue", account="222222222222", QueueName="dead")
    workshop.queue("dead")
    _restore_redrive(workshop, redrive("dead"))


def _restore_redrive(workshop: Workshop, policy: str) -> None:
    """A queue with a redrive policy that SetQueueAttributes may refuse."""
    queue = workshop.queue("queue")
    values = {**queue.attributes.values, "RedrivePolicy": policy}
    queue.replace_attributes(QueueAttributes(values, fifo=False, region=REGION), 0.0)


@broken("dead-letters-expire-first")
def _(workshop: Workshop) -> None:
    workshop.queue("dead", MessageRetentionPeriod="600")
    workshop.queue("queue", RedrivePolicy=redrive("dead"), MessageRetentionPeriod="601")


@sound("dead-letters-expire-first")
def _(workshop: Workshop) -> None:
    workshop.queue("dead", MessageRetentionPeriod="600")
    workshop.queue("queue", RedrivePolicy=redrive("dead"), MessageRetentionPeriod="600")
    workshop.queue("dead.fifo", FifoQueue="true", MessageRetentionPeriod="600")
    workshop.queue("queue.fifo", FifoQueue="true", RedrivePolicy=redrive("dead.fifo"))


@broken("dead-letters")
def _(workshop: Workshop) -> None:
    workshop.queue("dead")
    workshop.queue("queue", RedrivePolicy=redrive("dead"))
    workshop.send("dead")


@sound("dead-letters")
def _(workshop: Workshop) -> None:
    workshop.queue("dead")
    workshop.queue("queue", RedrivePolicy=redrive("dead"))
    workshop.send("queue")


@broken("fifo-queue-stuck")
def _(workshop: Workshop) -> None:
    workshop.queue("queue.fifo", FifoQueue="true", VisibilityTimeout="300")
    for body in ("first", "second", "third"):
        workshop.send("queue.fifo", body, MessageGroupId="a", MessageDeduplicationId=body)
    workshop.receive("queue.fifo")
    workshop.advance(60)


@sound("fifo-queue-stuck")
def _(workshop: Workshop) -> None:
    """One group is locked, and the other one is not; in the second queue a message has only just been received."""
    for name in ("queue.fifo", "other.fifo"):
        workshop.queue(name, FifoQueue="true", VisibilityTimeout="300")
        for group in ("a", "a", "b"):
            workshop.send(name, group, MessageGroupId=group, MessageDeduplicationId=f"{group}-{name}")
    workshop.receive("queue.fifo")
    workshop.advance(60)
    workshop.receive("other.fifo", MaxNumberOfMessages=1)
    workshop.send("other.fifo", "more", MessageGroupId="a", MessageDeduplicationId="more")


@broken("never-deletes")
def _(workshop: Workshop) -> None:
    workshop.queue("queue", VisibilityTimeout="0")
    workshop.send("queue")
    for _ in range(5):
        workshop.receive("queue")


@sound("never-deletes")
def _(workshop: Workshop) -> None:
    workshop.queue("queue", VisibilityTimeout="0")
    for _ in range(2):
        workshop.send("queue")
    for _ in range(5):
        [message] = workshop.receive("queue")
    workshop.delete("queue", message)


@broken("visibility-timeout-too-short")
def _(workshop: Workshop) -> None:
    workshop.queue("queue", VisibilityTimeout="30")
    workshop.send("queue")
    [message] = workshop.receive("queue")
    workshop.advance(40)
    workshop.delete("queue", message)


@sound("visibility-timeout-too-short")
def _(workshop: Workshop) -> None:
    """The first message is handled in time, and the timeout of the second one is extended."""
    workshop.queue("queue", VisibilityTimeout="30")
    for _ in range(2):
        workshop.send("queue")
        [message] = workshop.receive("queue")
        workshop.advance(20)
        workshop("ChangeMessageVisibility", QueueUrl="queue", VisibilityTimeout=60, **handle(message))
        workshop.advance(40)
        workshop.delete("queue", message)


def handle(message: dict[str, str]) -> dict[str, str]:
    return {"ReceiptHandle": message["ReceiptHandle"]}


@broken("messages-expired")
def _(workshop: Workshop) -> None:
    workshop.queue("queue", MessageRetentionPeriod="60")
    workshop.send("queue")
    workshop.advance(61)


@sound("messages-expired")
def _(workshop: Workshop) -> None:
    workshop.queue("queue", MessageRetentionPeriod="60")
    workshop.send("queue")
    workshop.advance(59)


@broken("messages-expire-soon")
def _(workshop: Workshop) -> None:
    workshop.queue("queue", MessageRetentionPeriod="600")
    workshop.send("queue")
    workshop.advance(545)


@sound("messages-expire-soon")
def _(workshop: Workshop) -> None:
    workshop.queue("queue", MessageRetentionPeriod="600")
    workshop.send("queue")
    workshop.advance(535)


@broken("endpoint-missing")
def _(workshop: Workshop) -> None:
    workshop.subscribe(workshop.topic("topic"), queue_arn("missing"))


@sound("endpoint-missing")
def _(workshop: Workshop) -> None:
    workshop.queue("queue")
    topic = workshop.topic("topic")
    workshop.subscribe(topic, queue_arn("queue"))
    workshop.subscribe(topic, "someone@example.com", "email")


@broken("queue-policy-keeps-sns-out")
def _(workshop: Workshop) -> None:
    workshop.queue("queue", Policy=allowing("another"))
    workshop.subscribe(workshop.topic("topic"), queue_arn("queue"))


@sound("queue-policy-keeps-sns-out")
def _(workshop: Workshop) -> None:
    workshop.queue("queue", Policy=allowing("topic"))
    workshop.subscribe(workshop.topic("topic"), queue_arn("queue"))


def allowing(topic: str, queue: str = "queue", effect: str = "Allow") -> str:
    statement = {
        "Effect": effect,
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn(queue),
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn(topic)}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@broken("filter-never-matches")
def _(workshop: Workshop) -> None:
    """The key is in the body, and the policy looks at the attributes."""
    workshop.queue("queue")
    topic = workshop.topic("topic")
    workshop.subscribe(topic, queue_arn("queue"), FilterPolicy='{"store": ["oslo"]}')
    for _ in range(2):
        workshop("Publish", TopicArn=topic, Message='{"store": "oslo"}')


@sound("filter-never-matches")
def _(workshop: Workshop) -> None:
    """One message does not match by its value; the others are of the right kind at last."""
    workshop.queue("queue")
    topic = workshop.topic("topic")
    workshop.subscribe(topic, queue_arn("queue"), FilterPolicy='{"store": ["oslo"]}')
    workshop("Publish", TopicArn=topic, Message='{"store": "oslo"}')
    workshop("Publish", TopicArn=topic, Message="x", MessageAttributes={"store": text("bergen")})
    workshop("Publish", TopicArn=topic, Message="x", MessageAttributes={"store": text("oslo")})


def text(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}


@broken("pending-confirmation")
def _(workshop: Workshop) -> None:
    workshop.subscribe(workshop.topic("topic"), "someone@example.com", "email")


@sound("pending-confirmation")
def _(workshop: Workshop) -> None:
    workshop.subscribe(workshop.topic("topic"), queue_arn("queue"))


@broken("subscription-dead-letter-queue-missing")
def _(workshop: Workshop) -> None:
    workshop.subscribe(workshop.topic("topic"), queue_arn("queue"), RedrivePolicy=to_dead_letters("dead"))


@sound("subscription-dead-letter-queue-missing")
def _(workshop: Workshop) -> None:
    workshop.queue("dead")
    workshop.subscribe(workshop.topic("topic"), queue_arn("queue"), RedrivePolicy=to_dead_letters("dead"))


def to_dead_letters(queue: str) -> str:
    return json.dumps({"deadLetterTargetArn": queue_arn(queue)})


@broken("dead-letter-queue-policy-keeps-sns-out")
def _(workshop: Workshop) -> None:
    workshop.queue("dead")
    workshop.subscribe(workshop.topic("topic"), queue_arn("queue"), RedrivePolicy=to_dead_letters("dead"))


@sound("dead-letter-queue-policy-keeps-sns-out")
def _(workshop: Workshop) -> None:
    workshop.queue("dead", Policy=allowing("topic", "dead"))
    workshop.subscribe(workshop.topic("topic"), queue_arn("queue"), RedrivePolicy=to_dead_letters("dead"))


@broken("no-subscribers")
def _(workshop: Workshop) -> None:
    workshop("Publish", TopicArn=workshop.topic("topic"), Message="x")


@sound("no-subscribers")
def _(workshop: Workshop) -> None:
    workshop.topic("unused")
    topic = workshop.topic("topic")
    workshop.subscribe(topic, queue_arn("queue"))
    workshop("Publish", TopicArn=topic, Message="x")
