"""The rules about subscriptions."""

import json
from collections.abc import Iterator

from emulator.aws.arns import Arn
from emulator.aws.policy_evaluation import statement_for_topic
from emulator.findings.rule import Call, Found, Rule
from emulator.findings.scene import Scene
from emulator.sns.notification import timestamp
from emulator.sns.subscription import Subscription
from emulator.sqs.access import why_not_delivered
from emulator.sqs.queue import Queue

_POLICY_VERSION = "2012-10-17"


def _endpoint_missing(scene: Scene, subscription: Subscription) -> Iterator[Found]:
    arn = subscription.endpoint
    if subscription.protocol == "sqs" and scene.lacks(arn, subscription.topic.account):
        yield Found(
            f"The queue {arn} does not exist.",
            "Create it, or end the subscription.",
            _unsubscribing(subscription),
            (subscription.topic_arn, arn),
        )


def _queue_keeps_sns_out(scene: Scene, subscription: Subscription) -> Iterator[Found]:
    queue = scene.queue(subscription.endpoint) if subscription.protocol == "sqs" else None
    if queue is not None:
        yield from _kept_out(scene, subscription, queue)


def _dead_letter_queue_keeps_sns_out(scene: Scene, subscription: Subscription) -> Iterator[Found]:
    arn = subscription.dead_letter_queue
    queue = None if arn is None else scene.queue(arn)
    if queue is not None:
        yield from _kept_out(scene, subscription, queue)


def _kept_out(scene: Scene, subscription: Subscription, queue: Queue) -> Iterator[Found]:
    topic_arn = subscription.topic_arn
    refusal = why_not_delivered(queue, topic_arn, scene.now(queue.identity.account))
    if refusal is None:
        return
    policy = queue.attributes.values.get("Policy")
    extended = None if "denies" in refusal.partition(";")[0] else _extended(policy, topic_arn, queue.arn)
    yield Found(
        f"Of the queue {queue.arn}: {refusal.partition(';')[0]}.",
        "Change the statement that denies it."
        if extended is None
        else "Add to the queue's policy a statement that allows it.",
        None if extended is None else _setting_policy(scene, queue, extended),
        (topic_arn, queue.arn),
    )


def _extended(policy: str | None, topic_arn: str, queue_arn: str) -> str:
    """The policy with a statement that lets the topic send to the queue."""
    document = {"Version": _POLICY_VERSION, "Statement": []} if policy is None else json.loads(policy)
    statements = document.get("Statement", [])
    statements = statements if isinstance(statements, list) else [statements]
    document["Statement"] = [*statements, json.loads(statement_for_topic(topic_arn, queue_arn))]
    return json.dumps(document, separators=(",", ":"))


def _setting_policy(scene: Scene, queue: Queue, policy: str) -> Call:
    identity = queue.identity
    parameters = {"QueueUrl": scene.url_of(queue), "Attributes": {"Policy": policy}}
    return Call("sqs", "SetQueueAttributes", identity.account, identity.region, parameters)


def _dead_letter_queue_missing(scene: Scene, subscription: Subscription) -> Iterator[Found]:
    arn = subscription.dead_letter_queue
    if arn is None or not scene.lacks(arn, subscription.topic.account):
        return
    named = Arn.parse(arn)
    assert named is not None, "a redrive policy has an ARN"
    parameters: dict[str, object] = {"QueueName": named.resource}
    if named.resource.endswith(".fifo"):
        parameters["Attributes"] = {"FifoQueue": "true"}
    yield Found(
        f"The dead-letter queue {arn} does not exist.",
        "Create it, or name another queue in the redrive policy of the subscription.",
        Call("sqs", "CreateQueue", named.account, named.region, parameters),
        (subscription.topic_arn, arn),
    )


def _filter_never_matches(scene: Scene, subscription: Subscription) -> Iterator[Found]:
    seen = scene.observations.of_filter(subscription)
    if subscription.filter_policy is None or seen.accepted or not seen.hints:
        return
    key, hint = next(iter(seen.hints.items()))
    about = f"the key {key}" if key else "the message"
    yield Found(
        f"The filter policy rejected all of the last {seen.rejected} messages, and could not match {about}: {hint}.",
        "Change the filter policy, its scope, or what is published.",
        None,
        (subscription.topic_arn,),
    )


def _pending(_: Scene, subscription: Subscription) -> Iterator[Found]:
    if subscription.confirmed:
        return
    topic, token = subscription.topic, subscription.token
    parameters = {"TopicArn": topic.arn, "Token": token}
    yield Found(
        f"The subscription of {subscription.shown_endpoint} is not confirmed; it ends at "
        f"{timestamp(subscription.token_expires_at)}.",
        "Confirm it with its token.",
        None if token is None else Call("sns", "ConfirmSubscription", topic.account, topic.region, parameters),
        (topic.arn,),
    )


def _unsubscribing(subscription: Subscription) -> Call:
    parameters = {"SubscriptionArn": subscription.arn}
    return Call("sns", "Unsubscribe", subscription.owner, subscription.topic.region, parameters)


SUBSCRIPTION_RULES: tuple[Rule[Subscription], ...] = (
    Rule(
        "endpoint-missing",
        "error",
        "The subscribed queue does not exist",
        "Messages to a queue that does not exist are lost, unless the subscription has a dead-letter queue.",
        _endpoint_missing,
    ),
    Rule(
        "queue-policy-keeps-sns-out",
        "error",
        "The queue's policy does not let SNS in",
        "On AWS the queue would not get the topic's messages. Here it does, unless --enforce-policies is given.",
        _queue_keeps_sns_out,
    ),
    Rule(
        "filter-never-matches",
        "warning",
        "The filter policy can never match",
        "No message of the kind that is published reaches the subscriber, whatever its values are.",
        _filter_never_matches,
    ),
    Rule(
        "pending-confirmation",
        "info",
        "The subscription is not confirmed",
        "It gets no messages until it is.",
        _pending,
    ),
    Rule(
        "subscription-dead-letter-queue-missing",
        "error",
        "The dead-letter queue of a subscription does not exist",
        "A message that cannot be delivered is lost.",
        _dead_letter_queue_missing,
    ),
    Rule(
        "dead-letter-queue-policy-keeps-sns-out",
        "error",
        "The policy of a subscription's dead-letter queue does not let SNS in",
        "On AWS a message that cannot be delivered would be lost. Here it arrives, unless --enforce-policies is given.",
        _dead_letter_queue_keeps_sns_out,
    ),
)
