"""Deliverers that put into the outbox what AWS would send."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from emulator.foundation.events import Observer
from emulator.sns.delivery.deliverer import Deliverer, Outcome, Undeliverable
from emulator.sns.delivery.envelope import Confirmation, Envelopes
from emulator.sns.delivery.forms import (
    Form,
    FormOf,
    confirmation_mail,
    email,
    email_json,
    firehose_record,
    lambda_event,
    push_details,
    push_notifications,
    sms_details,
    text_messages,
)
from emulator.sns.delivery.outbox import Outbox
from emulator.sns.delivery.queue_deliverer import queue_message
from emulator.sns.delivery.queues import QueueMessage
from emulator.sns.direct_message import DirectMessage
from emulator.sns.events import DirectlyFailed, DirectlyStored, Published, Stored
from emulator.sns.outbox_entry import Entry
from emulator.sns.platform_applications import PlatformApplications
from emulator.sns.sms import Sms
from emulator.sns.subscription import Subscription

MAIL_PROTOCOLS = ("email", "email-json")


class Forwarder(Protocol):
    """Sends entries of the outbox on to a real receiver."""

    def forward(self, entry: Entry, subscription: Subscription | None, undelivered: QueueMessage | None) -> None:
        """Send an entry on. Neither blocks nor raises; the result is reported to the observer.

        What is ``undelivered`` is for the dead-letter queue of the ``subscription``, if the receiver does not exist.
        """
        ...


class OutboxDeliverer:
    """Puts what subscribers of one protocol would get into the outbox."""

    arrival = Stored
    final = True

    def __init__(self, outbox: Outbox, form_of: FormOf, forwarder: Forwarder | None = None) -> None:
        self._outbox = outbox
        self._form_of = form_of
        self._forwarder = forwarder

    def deliver(
        self, envelopes: Envelopes, subscriptions: Sequence[Subscription], at: float
    ) -> Iterable[tuple[Subscription, Outcome]]:
        for subscription in subscriptions:
            yield subscription, self._deliver(envelopes, subscription)

    def _deliver(self, envelopes: Envelopes, subscription: Subscription) -> Outcome:
        form = self._form_of(envelopes, subscription)
        if isinstance(form, Undeliverable):
            return form
        notification, topic = envelopes.notification, subscription.topic
        entry = Entry(
            id=self._outbox.next_id(),
            at=notification.published_at,
            account=topic.account,
            region=topic.region,
            kind="Notification",
            protocol=subscription.protocol,
            endpoint=subscription.endpoint,
            message_id=notification.message_id,
            body=form.body,
            topic_arn=topic.arn,
            subscription_arn=subscription.arn,
            subject=form.subject,
            details=form.details,
            attributes=notification.attributes,
        )
        redriven = self._forwarder is not None and subscription.dead_letter_queue is not None
        self._store(entry, subscription, queue_message(envelopes, subscription) if redriven else None)
        return entry.id

    def ask_to_confirm(self, confirmation: Confirmation, subscription: Subscription) -> None:
        is_mail = subscription.protocol in MAIL_PROTOCOLS
        topic = subscription.topic
        form = confirmation_mail(confirmation, subscription.protocol) if is_mail else Form(confirmation.as_json())
        self._store(
            Entry(
                id=self._outbox.next_id(),
                at=confirmation.at,
                account=topic.account,
                region=topic.region,
                kind=confirmation.message_type,
                protocol=subscription.protocol,
                endpoint=subscription.endpoint,
                message_id=confirmation.message_id,
                body=form.body,
                topic_arn=topic.arn,
                subscription_arn=subscription.arn,
                subject=form.subject,
                details=form.details,
                token=confirmation.token,
                subscribe_url=confirmation.subscribe_url,
            )
        )

    def _store(
        self, entry: Entry, subscription: Subscription | None = None, undelivered: QueueMessage | None = None
    ) -> None:
        self._outbox.store(entry)
        if self._forwarder is not None:
            self._forwarder.forward(entry, subscription, undelivered)


def forms_by_protocol(sms: Sms, applications: PlatformApplications) -> Mapping[str, FormOf]:
    """What makes a message of the form that subscribers of a protocol get."""
    return {
        "email": email,
        "email-json": email_json,
        "sms": text_messages(sms),
        "application": push_notifications(applications),
        "lambda": lambda_event,
        "firehose": firehose_record,
    }


def outbox_deliverers(
    outbox: Outbox, sms: Sms, applications: PlatformApplications, forwarders: Mapping[str, Forwarder]
) -> Mapping[str, Deliverer]:
    """The deliverers by protocol. ``forwarders`` are by protocol, too."""
    forms = forms_by_protocol(sms, applications)
    return {protocol: OutboxDeliverer(outbox, form_of, forwarders.get(protocol)) for protocol, form_of in forms.items()}


class DirectOutbox:
    """Puts messages to one phone or device, published without a topic, into the outbox: a ``DirectDelivery``."""

    def __init__(self, outbox: Outbox, sms: Sms, applications: PlatformApplications, observer: Observer) -> None:
        self._outbox = outbox
        self._sms = sms
        self._applications = applications
        self._observer = observer

    def deliver(self, message: DirectMessage) -> None:
        sending = message.sending
        entry = Entry(
            id=self._outbox.next_id(),
            at=sending.published_at,
            account=sending.account,
            region=sending.region,
            kind="Notification",
            protocol=message.protocol,
            endpoint=message.destination,
            message_id=sending.message_id,
            body=message.text,
            details=self._details(message),
            attributes=message.attributes,
            published=message.published,
            structure=message.structure,
        )
        self._outbox.store(entry)
        self._observer.report(_published(message))
        self._observer.report(DirectlyStored(sending.published_at, sending.message_id, sending.account, entry.id))

    def drop(self, message: DirectMessage, reason: str) -> None:
        sending = message.sending
        failed = DirectlyFailed(sending.published_at, sending.message_id, sending.account, reason)
        self._observer.report(_published(message))
        self._observer.report_and_warn(failed)

    def _details(self, message: DirectMessage) -> Mapping[str, str]:
        sending = message.sending
        if message.protocol == "sms":
            return sms_details(message.attributes, self._sms.of(sending.account, sending.region).attributes())
        found = self._applications.endpoint(message.destination)
        assert found is not None, "a message is published only to an endpoint that is there"
        application, endpoint = found
        return push_details(application.platform, endpoint.token, message.text, message.attributes)


def _published(message: DirectMessage) -> Published:
    sending = message.sending
    return Published(
        sending.published_at,
        sending.message_id,
        account=sending.account,
        region=sending.region,
        topic_arn=None,
        target=message.destination,
        subject=message.subject,
        message=message.text,
        texts={},
        attributes=message.attributes,
    )
