"""Declared subscriptions, made and changed by the actions of SNS."""

import json
from collections.abc import Iterable, Mapping

from api_shapes import sns
from emulator.aws.arns import Arn
from emulator.aws.errors import ServiceError
from emulator.declared.attributes import SUBSCRIPTION_FIELDS, Value, attributes_of
from emulator.declared.calls import Caller, Calls
from emulator.declared.changes import changed, refused, set_one_by_one
from emulator.declared.declarations import Declarations, DeclaredSubscription
from emulator.declared.document import Mistakes
from emulator.declared.endpoints import queue_arn
from emulator.declared.queues import QueueDeclarer
from emulator.declared.wording import proposal
from emulator.sns.protocols import check_endpoint
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic

_ROLE = "SubscriptionRoleArn"  # has no default, and a subscription of Firehose needs it from the beginning
_POLICY, _SCOPE = "FilterPolicy", "FilterPolicyScope"
# What sets an attribute back, where an empty text does not.
_DEFAULTS = {"RawMessageDelivery": "false", _SCOPE: "MessageAttributes"}


class SubscriptionDeclarer:
    """Makes subscriptions and changes them. What AWS refuses becomes a mistake."""

    def __init__(self, calls: Calls, declarations: Declarations, queues: QueueDeclarer, mistakes: Mistakes) -> None:
        self._calls = calls
        self._sns = calls.world.sns
        self._declarations = declarations
        self._queues = queues
        self._mistakes = mistakes

    async def declare(self, before: Mapping[tuple[str, str, str], DeclaredSubscription]) -> None:
        for key, subscription in self._declarations.subscriptions.items():
            topic = self._topic_of(subscription)
            if topic is not None and self._has_queue(subscription):
                await self._declare(topic, subscription, before.get(key))

    async def delete(self, subscriptions: Iterable[DeclaredSubscription]) -> None:
        """End subscriptions. One that is pending, which Unsubscribe refuses, is dropped."""
        for declared in subscriptions:
            existing = self._existing(declared)
            if existing is not None and existing.confirmed:
                request = sns.UnsubscribeInput(subscription_arn=existing.arn)
                await self._calls.perform(sns.UNSUBSCRIBE, _owner(declared), request)
            elif existing is not None:
                self._sns.subscriptions.directory.remove(existing)

    def _topic_of(self, subscription: DeclaredSubscription) -> Topic | None:
        """The topic; None if there is none. That is a mistake, unless AWS refuses a declared topic."""
        arn = subscription.topic_arn
        topic = self._sns.topics.get(arn)
        if topic is None and arn not in self._declarations.topics:
            place, _, name = arn.rpartition(":")
            known = {each.arn for each in self._sns.topics} | set(self._declarations.topics)
            names = [each.rpartition(":")[2] for each in known if each.rpartition(":")[0] == place]
            self._mistakes.add((*subscription.path, "topic"), f"There is no topic {name}; {proposal(name, names)}")
        return topic

    def _has_queue(self, subscription: DeclaredSubscription) -> bool:
        """Whether the queues that the file names without their ARNs are there."""
        endpoint, dead_letters = subscription.endpoint, subscription.shape.dead_letter_queue
        found = endpoint.queue is None or self._queues.has_queue(subscription.topic_arn, endpoint.queue, endpoint.path)
        path = (*subscription.path, "dead_letter_queue")
        return found and (dead_letters is None or self._queues.has_queue(subscription.topic_arn, dead_letters, path))

    def _existing(self, declared: DeclaredSubscription) -> Subscription | None:
        return self._sns.subscriptions.directory.by_endpoint.first(declared.key)

    async def _declare(self, topic: Topic, declared: DeclaredSubscription, before: DeclaredSubscription | None) -> None:
        endpoint = declared.endpoint
        existing = None
        try:
            address = check_endpoint(endpoint.protocol, endpoint.address, fifo_topic=topic.fifo)
            existing = self._sns.subscriptions.directory.by_endpoint.first((topic.arn, endpoint.protocol, address))
            subscription = existing or await self._subscribe(topic, declared)
        except ServiceError as error:
            self._mistakes.add(endpoint.path, refused(error))
            return
        wanted = self._wanted(declared)
        old = None if before is None or existing is None else self._wanted(before)
        values = changed(wanted, old, lambda name: _DEFAULTS.get(name, ""), declared.path)
        if old is None or _ROLE not in wanted:
            values.pop(_ROLE, None)
        await self._set(subscription, declared, values)

    async def _subscribe(self, topic: Topic, declared: DeclaredSubscription) -> Subscription:
        protocol, address = declared.endpoint.protocol, declared.endpoint.address
        owner = _owner(declared)
        role = declared.shape.subscription_role_arn
        attributes = {} if role is None else {_ROLE: role}
        if declared.shape.confirmed:
            return self._sns.subscriptions.subscribe(
                topic,
                protocol=protocol,
                endpoint=address,
                owner=owner.account,
                attributes=attributes,
                reached_at=self._calls.endpoint,
                now=self._calls.world.clocks.now_of(topic.account),
                confirmed=True,
            )
        request = sns.SubscribeInput(
            topic_arn=topic.arn,
            protocol=protocol,
            endpoint=address,
            attributes=attributes,
            return_subscription_arn=True,
        )
        answer = await self._calls.perform(sns.SUBSCRIBE, owner, request)
        made = self._sns.subscriptions.get(answer.subscription_arn or "")
        assert made is not None, "it has just been made"
        return made

    async def _set(self, subscription: Subscription, declared: DeclaredSubscription, values: dict[str, Value]) -> None:
        if _SCOPE in values and "FilterPolicy" in subscription.settings:
            # The present policy need not be valid in the new scope, so it is taken away and set again.
            wanted = self._wanted(declared)
            values = {_POLICY: Value("", declared.path), **{name: values[name] for name in values if name != _POLICY}}
            await self._set_one_by_one(subscription, declared, values)
            values = {_POLICY: wanted[_POLICY]} if _POLICY in wanted else {}
        await self._set_one_by_one(subscription, declared, values)

    async def _set_one_by_one(
        self, subscription: Subscription, declared: DeclaredSubscription, values: Mapping[str, Value]
    ) -> None:
        async def set_(attributes: Mapping[str, str]) -> None:
            ((name, text),) = attributes.items()
            request = sns.SetSubscriptionAttributesInput(
                subscription_arn=subscription.arn,
                attribute_name=name,
                attribute_value=text or None,  # an empty RedrivePolicy is refused
            )
            await self._calls.perform(sns.SET_SUBSCRIPTION_ATTRIBUTES, _owner(declared), request)

        await set_one_by_one(set_, values, self._mistakes)

    def _wanted(self, declared: DeclaredSubscription) -> dict[str, Value]:
        wanted = attributes_of(declared.shape, SUBSCRIPTION_FIELDS, declared.path)
        dead_letters = declared.shape.dead_letter_queue
        if dead_letters is not None:
            path = (*declared.path, "dead_letter_queue")
            if "RedrivePolicy" in wanted:
                text = "dead_letter_queue and redrive_policy say the same: give one of them."
                self._mistakes.add(path, text, key=True)
            policy = {"deadLetterTargetArn": queue_arn(declared.topic_arn, dead_letters)}
            wanted["RedrivePolicy"] = Value(json.dumps(policy), path)
        return wanted


def _owner(declared: DeclaredSubscription) -> Caller:
    """The account of the queue, which need not confirm then; else that of the topic."""
    topic = Arn.parse(declared.topic_arn)
    assert topic is not None, "it has a topic"
    queue = Arn.parse(declared.endpoint.address) if declared.endpoint.protocol == "sqs" else None
    return Caller(topic.account if queue is None else queue.account, topic.region)
