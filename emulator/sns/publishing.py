"""Publishes to a topic's subscribers, to a phone or to a device.

https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html
https://docs.aws.amazon.com/sns/latest/dg/mobile-push-send.html
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from emulator.aws.accepted import Accepted
from emulator.aws.arns import Arn
from emulator.aws.errors import ServiceError
from emulator.aws.limits import PUBLISH_SIZE_MAX, SMS_LENGTH
from emulator.aws.principals import caller_principal
from emulator.aws.sns_errors import SnsEndpointDisabled, SnsInvalidParameter, SnsPlatformApplicationDisabled
from emulator.foundation.events import Observer
from emulator.sns.audience import Audience
from emulator.sns.delivery.envelope import Envelopes, Sender
from emulator.sns.delivery.fan_out import FanOut, Rest
from emulator.sns.delivery.signing import Signer
from emulator.sns.direct_message import DirectDelivery, DirectMessage, Sending
from emulator.sns.events import Duplicate, Published, Withheld
from emulator.sns.notification import Notification
from emulator.sns.phone_numbers import reachable_number
from emulator.sns.platform_applications import PlatformApplications
from emulator.sns.platforms import payload
from emulator.sns.publication import (
    DEFAULT,
    Publication,
    SubjectRejected,
    check_content,
    check_default,
    check_subject,
    compose,
    texts_of,
)
from emulator.sns.resource_arns import checked_arn
from emulator.sns.sms import UNREACHABLE_NUMBER, Sms
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic
from emulator.timing.turns import PORTION, Work, at_once

Advance = Callable[[str, float], None]  # does what is due for the subscriptions to an account's topics


class Publisher:
    """Checks messages and delivers them."""

    def __init__(
        self,
        fan_out: FanOut,
        signer: Signer,
        observer: Observer,
        sms: Sms,
        applications: PlatformApplications,
        direct: DirectDelivery,
        advance: Advance,
        is_live: Callable[[Subscription], bool],
    ) -> None:
        self._fan_out = fan_out
        self._signer = signer
        self._observer = observer
        self._sms = sms
        self._applications = applications
        self._direct = direct
        self._advance = advance
        self._is_live = is_live  # whether a subscription has not ended
        # Of the last message, with what it was made of: the settings of a topic, their version, and the address.
        self._last_sender: tuple[Mapping[str, str] | None, int, str, Sender] = (None, 0, "", Sender(signer, ""))

    # To topics.

    def to_topic(
        self, topic: Topic, publication: Publication, sending: Sending, rests: list[Rest] | None = None
    ) -> Accepted:
        """Publish one message to a topic's subscribers.

        If they are more than one turn of the event loop should reach, ``rests`` gets what is left to ``finish``.
        Without it, nothing is left.
        """
        return self.deliver(topic, compose(topic, publication, sending), sending, rests)

    def batch_to_topic(
        self,
        topic: Topic,
        entries: Sequence[tuple[str, Publication]],
        begin: Callable[[], Sending],
        failures: Mapping[str, ServiceError],
        rests: list[Rest] | None = None,
    ) -> dict[str, Accepted | ServiceError]:
        """Publish the entries of a batch, except for those in ``failures``. Returns the outcome of each entry, by its
        id.

        One invalid message refuses the whole batch: nothing is delivered before every message is composed. An invalid
        subject, or a message that data protection denies, fails its own entry only. ``begin`` is called once for each
        message. ``rests`` is that of ``to_topic``.
        """
        outcomes: dict[str, Accepted | ServiceError] = dict(failures)
        composed: list[tuple[str, Sending, Notification]] = []
        for entry_id, publication in entries:
            sending = begin()
            try:
                composed.append((entry_id, sending, compose(topic, publication, sending)))
            except SubjectRejected as error:
                outcomes[entry_id] = error
        reached = 0  # subscriptions in this turn; those of a FIFO topic are few, and no other publish may come between
        for entry_id, sending, notification in composed:
            if entry_id not in outcomes:
                is_full = bool(reached) and reached + len(topic.subscriptions) > PORTION and not topic.fifo
                try:
                    outcomes[entry_id] = self.deliver(topic, notification, sending, rests, later=is_full)
                except ServiceError as error:
                    outcomes[entry_id] = error
                reached += len(topic.subscriptions)
        return outcomes

    def deliver(
        self,
        topic: Topic,
        notification: Notification,
        sending: Sending,
        rests: list[Rest] | None = None,
        *,
        later: bool = False,
    ) -> Accepted:
        """Deliver a notification to the topic's subscribers, unless it is a duplicate for a FIFO topic.

        ``rests`` is that of ``to_topic``. The message is put off as a whole if ``later``, or if there are rests of
        earlier messages of its batch.
        """
        later = later or bool(rests)
        if topic.data_protection is not None:
            publisher = caller_principal(sending.account, sending.region)
            notification = topic.data_protection.admit(notification, publisher, sending.findings)
        self._advance(topic.identity.account, notification.published_at)
        receipt, accepted = topic.accept(notification)
        if accepted is None:
            self._observer.report(Duplicate(notification.published_at, receipt.message_id, topic.arn))
            return receipt
        self._observer.report(_published(topic, accepted))
        settings, version, reached_at, sender = self._last_sender
        if settings is not topic.settings or version != topic.version or reached_at != sending.reached_at:
            sender = topic.sender(self._signer, sending.reached_at)
            self._last_sender = topic.settings, topic.version, sending.reached_at, sender
        protection = topic.data_protection
        if protection is None:
            rest = self._fan_out.deliver(Envelopes(accepted, sender), topic.audience, later=later)
            if rest is not None:
                self._put_off(rest, rests)
            return receipt
        for released, subscriptions in protection.release(accepted, topic.subscriptions.values(), sending.findings):
            if released is not None:
                rest = self._fan_out.deliver(Envelopes(released, sender), Audience(subscriptions), later=later)
                if rest is not None:
                    self._put_off(rest, rests)
            else:
                self._observer.report_and_warn(*_denials(accepted, subscriptions))
        return receipt

    def _put_off(self, rest: Rest, rests: list[Rest] | None) -> None:
        if rests is None:
            at_once(self.finish([rest]))
        else:
            rests.append(rest)

    def finish(self, rests: Sequence[Rest]) -> Work[None]:
        """Deliver to all who are left, in portions. A subscription that has ended meanwhile gets nothing."""
        for rest in rests:
            while not rest.done:
                rest.deliver_some(self._is_live)
                yield

    # To phones and devices.

    def to_phone(self, number: str, publication: Publication, sending: Sending) -> None:
        """Send a text message. To a number that opted out or is outside the sandbox it is accepted and not sent."""
        destination = reachable_number(number)
        if destination is None:
            raise SnsInvalidParameter.of("PhoneNumber", f"{number} is not valid to publish to")
        check_content(publication, PUBLISH_SIZE_MAX)
        texts = texts_of(publication)
        check_default(texts)
        text = texts.get("sms", texts[DEFAULT])
        if len(text) > SMS_LENGTH:
            raise SnsInvalidParameter.of("Message too long")
        check_subject(publication.subject)
        message = _direct(sending, "sms", destination, text, publication)
        if self._sms.of(sending.account, sending.region).reaches(destination):
            self._direct.deliver(message)
        else:
            self._direct.drop(message, UNREACHABLE_NUMBER)

    def to_device(self, endpoint_arn: str, publication: Publication, sending: Sending) -> None:
        """Send a push notification to a platform endpoint."""
        checked_arn(endpoint_arn, "TargetArn", sending.region)
        found = self._applications.endpoint(endpoint_arn)
        if found is None:
            raise SnsInvalidParameter.of("TargetArn", "No endpoint found for the target arn specified")
        application, endpoint = found
        if not application.enabled:
            raise SnsPlatformApplicationDisabled
        if not endpoint.enabled:
            raise SnsEndpointDisabled
        check_content(publication, PUBLISH_SIZE_MAX)
        texts = texts_of(publication)
        if DEFAULT not in texts and application.platform not in texts:  # a text for the platform is enough
            raise SnsInvalidParameter.of(f"JSON must contain an entry for 'default' or '{application.platform}'.")
        check_subject(publication.subject)
        text = payload(application.platform, texts)
        self._direct.deliver(_direct(sending, "application", endpoint_arn, text, publication))


def is_endpoint(target_arn: str) -> bool:
    """Whether the text is the ARN of a platform endpoint."""
    arn = Arn.parse(target_arn)
    return arn is not None and arn.resource.startswith("endpoint/")


def _direct(
    sending: Sending,
    protocol: Literal["sms", "application"],
    destination: str,
    text: str,
    publication: Publication,
) -> DirectMessage:
    return DirectMessage(
        sending=sending,
        protocol=protocol,
        destination=destination,
        text=text,
        subject=publication.subject,
        attributes=publication.attributes,
        published=publication.message,
        structure=publication.structure,
    )


def _published(topic: Topic, notification: Notification) -> Published:
    return Published(  # by position, as names take longer
        notification.published_at,
        notification.message_id,
        topic.identity.account,
        topic.identity.region,
        topic.arn,
        None,  # it has no other target
        notification.subject,
        notification.message,
        notification.by_protocol,
        notification.attributes,
        notification.group_id,
        notification.deduplication_id,
        notification.sequence_number,
    )


def _denials(notification: Notification, subscriptions: Iterable[Subscription]) -> Iterator[Withheld]:
    at, message_id = notification.published_at, notification.message_id
    reason = "The topic's data protection policy prohibits this message from being delivered to {}"
    for subscription in subscriptions:
        yield Withheld(at, message_id, subscription, subscription.filter_policy, reason.format(subscription.arn))
