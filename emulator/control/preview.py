"""What a publish would do, without publishing: who would get the message, what of it, and why others would not."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
from msgspec import Struct
from starlette.requests import Request

from emulator.aws.errors import ServiceError
from emulator.aws.limits import MESSAGE_ATTRIBUTES_MAX
from emulator.aws.message_attribute import given_attributes
from emulator.aws.principals import caller_principal
from emulator.control.aws_address import aws_url
from emulator.control.explanation import Answer, AttributeValue, answer
from emulator.control.parameters import Cursor
from emulator.control.routing import Nothing
from emulator.control.run import Run
from emulator.control.topics import TopicPath, find_topic
from emulator.sns.audience import Audience
from emulator.sns.delivery.deliverer import Undeliverable
from emulator.sns.delivery.envelope import Envelopes, Sender
from emulator.sns.delivery.queues import NO_QUEUE, TOO_MANY_ATTRIBUTES
from emulator.sns.delivery.signing import Field
from emulator.sns.delivery.stored import forms_by_protocol
from emulator.sns.direct_message import Sending
from emulator.sns.filter_policy import Offers, Verdict
from emulator.sns.notification import Notification
from emulator.sns.publication import Publication, compose
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic
from emulator.sqs.access import why_not_delivered
from emulator.timing.turns import Work, in_turns, portions
from emulator.world.world import World

_AT_ONCE = 50  # subscriptions
_SHOWN_CHARACTERS = 4_000_000  # of bodies, after which a page ends
_MESSAGE_ID = "00000000-0000-0000-0000-000000000000"
_UNSIGNED = "made when it is delivered"

Outcome = Literal["delivered", "filtered_out", "withheld", "denied", "failed"]


class PublishQuestion(Struct, forbid_unknown_fields=True):
    """A message as Publish takes it, and the page of the topic's subscriptions to show."""

    message: str
    subject: str | None = None
    structure: Literal["json"] | None = None
    attributes: dict[str, AttributeValue] = {}
    group_id: str | None = None
    deduplication_id: str | None = None
    cursor: Cursor | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 100


class PublishError(Struct):
    """The error with which Publish would refuse the message."""

    code: str
    message: str


class PreviewedDelivery(Struct):
    """What would become of the message at one subscription.

    ``filter`` is null if the subscription has no filter policy, or if the policy would not be asked. ``body`` is what
    the endpoint would get; its id and its signature are made when a message is published.
    """

    subscription: str  # ARN
    protocol: str
    endpoint: str
    outcome: Outcome
    reason: str | None
    filter: Answer | None
    raw: bool
    body: str | None


class PublishPreview(Struct):
    """Who would get the message. The numbers are those of all subscriptions of the topic, not of this page alone.

    If Publish would refuse the message, or if it is the duplicate of a message, no subscription would get it, and none
    is shown.
    """

    error: PublishError | None
    duplicate_of: str | None  # message id
    delivered: int
    filtered_out: int
    withheld: int
    denied: int
    failed: int
    subscriptions: list[PreviewedDelivery]
    cursor: str | None


class _UnsignedSender(Sender, frozen=True, gc=False):
    """A sender whose messages nobody gets, so that they need no signature."""

    def signature(self, _fields: object) -> list[Field]:
        return [
            ("SignatureVersion", self.signature_version),
            ("Signature", _UNSIGNED),
            ("SigningCertURL", f"{self.endpoint}/SimpleNotificationService.pem"),
        ]


async def preview_publish(
    world: World, run: Run, path: TopicPath, query: Nothing, body: PublishQuestion, request: Request
) -> PublishPreview:
    """What Publish would do with a message at each subscription of a topic, and why. Nothing is published.

    Faults are left out of account. A page ends before ``limit`` where it gets long.
    """
    del query
    topic, url = find_topic(world, path), aws_url(run.settings, request)
    try:
        return await in_turns(_preview(world, topic, body, url, enforced=run.settings.enforce_policies))
    except ServiceError as error:
        refusal = PublishError(error.code, error.query_message)
        return PublishPreview(refusal, None, 0, 0, 0, 0, 0, [], None)


def _preview(world: World, topic: Topic, body: PublishQuestion, url: str, *, enforced: bool) -> Work[PublishPreview]:
    now = world.clocks.now_of(topic.account)
    world.sns.advance_topic(topic, now)
    notification = compose(topic, _publication(body), Sending(_MESSAGE_ID, topic.account, topic.region, now, url))
    audiences = yield from _audiences(topic, notification)
    earlier = topic.accepted_before(notification)
    if earlier is not None:
        return PublishPreview(None, earlier.message_id, 0, 0, 0, 0, 0, [], None)
    sender = _UnsignedSender(*msgspec.structs.astuple(topic.sender(world.sns.signer, url)))
    forecasts = [_Forecast(world, released, audience, sender, enforced=enforced) for released, audience in audiences]
    judged = ((forecast, subscription) for forecast in forecasts for subscription in forecast.subscriptions())
    begin, number, characters = int(body.cursor or 0), 0, 0
    counts: Counter[Outcome] = Counter()
    shown: list[PreviewedDelivery] = []
    cursor: str | None = None
    for portion in portions(judged, _AT_ONCE):
        for forecast, (position, subscription) in portion:
            outcome, reason = forecast.outcome(position, subscription)
            counts[outcome] += 1
            if number >= begin and cursor is None:
                if len(shown) < body.limit and characters < _SHOWN_CHARACTERS:
                    shown.append(forecast.shown(subscription, outcome, reason))
                    characters += len(shown[-1].body or "")
                else:
                    cursor = str(number)
            number += 1
        yield
    return PublishPreview(
        None,
        None,
        delivered=counts["delivered"],
        filtered_out=counts["filtered_out"],
        withheld=counts["withheld"],
        denied=counts["denied"],
        failed=counts["failed"],
        subscriptions=shown,
        cursor=cursor,
    )


def _publication(body: PublishQuestion) -> Publication:
    return Publication(
        body.message,
        given_attributes(body.attributes),
        body.subject,
        body.structure,
        body.group_id,
        body.deduplication_id,
    )


def _audiences(topic: Topic, notification: Notification) -> Work[list[tuple[Notification | None, Audience]]]:
    """The message as groups of subscriptions would get it; None if data protection denies it to them.

    Raises AuthorizationError if data protection would refuse the publish.
    """
    protection = topic.data_protection
    if protection is None:
        return [(notification, topic.audience)]
    publisher = caller_principal(topic.account, topic.region)
    texts = dict.fromkeys(notification.by_protocol.values())
    findings = yield from protection.searching(texts, publisher)
    admitted = protection.admitted(notification, publisher, findings)
    released = protection.release(admitted, list(topic.subscriptions.values()), findings)
    return [(each, Audience(subscriptions)) for each, subscriptions in released]


class _Forecast:
    """What would become of a notification at the subscriptions of an audience; None: it is denied to them."""

    def __init__(
        self, world: World, notification: Notification | None, audience: Audience, sender: Sender, *, enforced: bool
    ) -> None:
        self._world = world
        self._audience = audience
        self._enforced = enforced
        self._forms = forms_by_protocol(world.sns.sms, world.sns.applications)
        self._notification = notification
        if notification is not None:
            self._envelopes = Envelopes(notification, sender)
            self._offers = Offers(notification.attributes)
            self._accepted = frozenset(audience.judge(notification).accepted)

    def subscriptions(self) -> Iterator[tuple[int, Subscription]]:
        """The subscriptions, and the position of each."""
        return iter(enumerate(self._audience.subscriptions))

    def outcome(self, position: int, subscription: Subscription) -> tuple[Outcome, str | None]:
        """What would become of the notification at a subscription, and why if it would not arrive."""
        notification = self._notification
        if notification is None:
            return "denied", "the data protection policy of the topic denies the message to this subscriber"
        passes = position in self._accepted
        if position in self._audience.unusual:
            withheld = subscription.withheld(notification.published_at)
            if withheld is not None:
                return "withheld", withheld
            passes = subscription.refusal(notification, self._offers) is None
        if not passes:
            return "filtered_out", None
        failure = self._failure(subscription, notification)
        return ("delivered", None) if failure is None else ("failed", failure)

    def _failure(self, subscription: Subscription, notification: Notification) -> str | None:
        """Why the message could not be delivered, as far as this does not depend on the endpoint's answer."""
        if subscription.protocol == "sqs":
            return self._failure_of_queue(subscription, notification)
        form_of = self._forms.get(subscription.protocol)
        form = None if form_of is None else form_of(self._envelopes, subscription)
        return form.reason if isinstance(form, Undeliverable) else None

    def _failure_of_queue(self, subscription: Subscription, notification: Notification) -> str | None:
        queue = self._world.sqs.queues.find(subscription.endpoint)
        if subscription.raw and len(notification.attributes) > MESSAGE_ATTRIBUTES_MAX:
            return TOO_MANY_ATTRIBUTES.reason
        if queue is None or (queue.fifo and notification.group_id is None):
            return NO_QUEUE.reason
        now = self._world.clocks.now_of(queue.identity.account)
        return why_not_delivered(queue, notification.topic_arn, now) if self._enforced else None

    def shown(self, subscription: Subscription, outcome: Outcome, reason: str | None) -> PreviewedDelivery:
        return PreviewedDelivery(
            subscription=subscription.arn,
            protocol=subscription.protocol,
            endpoint=subscription.shown_endpoint,
            outcome=outcome,
            reason=reason,
            filter=self._explained(subscription, outcome),
            raw=subscription.raw,
            body=self._body(subscription) if outcome == "delivered" else None,
        )

    def _explained(self, subscription: Subscription, outcome: Outcome) -> Answer | None:
        policy, notification = subscription.filter_policy, self._notification
        if policy is None or notification is None or outcome == "withheld":
            return None
        if outcome != "filtered_out":
            return answer(Verdict(matches=True))
        return answer(policy.explain(notification.message_for(subscription.protocol), notification.attributes))

    def _body(self, subscription: Subscription) -> str:
        """What the endpoint would get."""
        protocol, envelopes = subscription.protocol, self._envelopes
        form_of = self._forms.get(protocol)
        if form_of is not None:
            form = form_of(envelopes, subscription)
            assert not isinstance(form, Undeliverable), "it would be delivered"
            return form.body
        if subscription.raw:
            return envelopes.notification.message_for(protocol)
        return envelopes.for_subscription(subscription.arn, protocol)
