"""The JSON documents that subscribers get, formatted as AWS does: order, spacing and all.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
"""

from base64 import b64encode
from collections.abc import Iterable
from json import JSONEncoder
from typing import Literal

from msgspec import Struct, convert, field

from emulator.aws.message_attribute import MessageAttribute
from emulator.sns.delivery.signing import DEFAULT_VERSION, Field, Signer
from emulator.sns.notification import Notification, timestamp

_quoted = JSONEncoder(ensure_ascii=False).encode

_CONFIRMATION_TEXT = (
    "You have chosen to subscribe to the topic {}.\n"
    "To confirm the subscription, visit the SubscribeURL included in this message."
)
_CANCELLATION_TEXT = (
    "You have chosen to deactivate subscription {}.\n"
    "To cancel this operation and restore the subscription, visit the SubscribeURL included in this message."
)


class Sender(Struct, frozen=True, gc=False):
    """The sender in envelopes: the signer, and the address (scheme, host and port) by which subscribers reach us."""

    signer: Signer
    endpoint: str
    signature_version: str = DEFAULT_VERSION
    display_name: str = ""  # the topic's
    delivery_policy: str | None = None  # the topic's

    def signature(self, fields: Iterable[Field]) -> list[Field]:
        return [
            ("SignatureVersion", self.signature_version),
            ("Signature", self.signer.sign(fields, self.signature_version)),
            ("SigningCertURL", self.signer.certificate_url(self.endpoint)),
        ]

    def unsubscribe_url(self, subscription_arn: str) -> str:
        return f"{self.endpoint}/?Action=Unsubscribe&SubscriptionArn={subscription_arn}"

    def subscribe_url(self, topic_arn: str, token: str) -> str:
        return f"{self.endpoint}/?Action=ConfirmSubscription&TopicArn={topic_arn}&Token={token}"


class Envelopes(Struct, eq=False, gc=False):
    """The envelopes of one notification. Subscribers share one rendering: theirs differ in the unsubscribe URL.

    Where the message has a text of its own for a protocol, there is a rendering, and a signature, for each text.

    ``gc=False``: the garbage collector need not examine them, as they are never part of a reference cycle.
    """

    notification: Notification
    sender: Sender
    _fields: dict[str, list[Field]] = field(default_factory=dict)  # by text
    _heads: dict[str, str] = field(default_factory=dict)  # ``fields`` as JSON, by text
    _attributes: str | None = None
    _last: tuple[str, str, str] = ("", "", "")  # subscription, protocol and what was rendered for them

    def for_subscription(self, subscription_arn: str, protocol: str) -> str:
        """The envelope. The last one is kept, since the body of a message is read several times in a row."""
        last_arn, last_protocol, rendered = self._last
        if last_arn != subscription_arn or last_protocol != protocol:
            rendered = self._rendered(subscription_arn, protocol)
            self._last = (subscription_arn, protocol, rendered)
        return rendered

    def _rendered(self, subscription_arn: str, protocol: str) -> str:
        text = self.notification.message_for(protocol)
        head = self._heads.get(text)
        if head is None:
            head = self._heads[text] = _lines(self.fields(text))
        if self._attributes is None:
            self._attributes = _rendered_attributes(self.notification)
        url = _quoted(self.sender.unsubscribe_url(subscription_arn))
        replayed = ',\n  "Replayed" : true' if self.notification.replayed else ""
        return f'{{\n{head},\n  "UnsubscribeURL" : {url}{replayed}{self._attributes}\n}}'

    def fields(self, text: str) -> list[Field]:
        """The fields before the unsubscribe URL. The JSON leaves out those whose value is None."""
        fields = self._fields.get(text)
        if fields is None:
            fields = self._fields[text] = self._composed(text)
        return fields

    def _composed(self, text: str) -> list[Field]:
        """A message of a FIFO topic has a sequence number; any other has a signature."""
        notification = self.notification
        message_type: Field = ("Type", "Notification")
        message_id: Field = ("MessageId", notification.message_id)
        content: list[Field] = [
            ("TopicArn", notification.topic_arn),
            ("Subject", notification.subject),
            ("Message", text),
            ("Timestamp", timestamp(notification.published_at)),
        ]
        if notification.sequence_number is not None:
            return [message_type, message_id, ("SequenceNumber", notification.sequence_number), *content]
        signed = [message_type, message_id, *content]
        return [*signed, *self.sender.signature(signed)]


class RecordedEnvelope(Struct, frozen=True, omit_defaults=True):
    """The envelope in a message of a queue as the ledger records it: the data that it is rendered and signed from.

    Without a ``notification``, that and the fields after it are those of the envelope beside which it was recorded.
    """

    subscription_arn: str
    protocol: str = "sqs"
    notification: Notification | None = None
    endpoint: str = ""
    signature_version: str = DEFAULT_VERSION


class Envelope(Struct, frozen=True, gc=False):
    """The data of the envelope for a subscribed queue, which is rendered and signed only when a receiver wants it."""

    envelopes: Envelopes
    subscription_arn: str

    @property
    def protocol(self) -> str:
        """The subscription's protocol, for which the message may have a text of its own."""
        return "sqs"

    def render(self) -> str:
        return self.envelopes.for_subscription(self.subscription_arn, self.protocol)

    def recorded(self, beside: object) -> RecordedEnvelope:
        """The envelope as data, without what it shares with ``beside``. Also records the key that will sign it."""
        if isinstance(beside, Envelope) and beside.envelopes is self.envelopes:
            return RecordedEnvelope(self.subscription_arn, self.protocol)
        notification, sender = self.envelopes.notification, self.envelopes.sender
        if notification.sequence_number is None:
            sender.signer.record_key()
        return RecordedEnvelope(
            self.subscription_arn, self.protocol, notification, sender.endpoint, sender.signature_version
        )

    @classmethod
    def read(cls, recorded: object, beside: object, signer: Signer) -> "Envelope":
        """The envelope that ``recorded`` describes; ``beside`` is the one it was recorded beside, if it was.

        Raises msgspec.ValidationError if ``recorded`` does not describe one.
        """
        whole = convert(recorded, RecordedEnvelope)
        if whole.notification is not None:
            envelopes = Envelopes(whole.notification, Sender(signer, whole.endpoint, whole.signature_version))
        else:
            assert isinstance(beside, Envelope), "a notification is left out only beside another envelope"
            envelopes = beside.envelopes
        if whole.protocol == "sqs":
            return Envelope(envelopes, whole.subscription_arn)
        return UndeliveredEnvelope(envelopes, whole.subscription_arn, whole.protocol)


class UndeliveredEnvelope(Envelope, frozen=True, gc=False):
    """The envelope that a dead-letter queue gets in place of a subscriber of any protocol."""

    protocol: str


class Confirmation(Struct, frozen=True):
    """The request by which the owner of an endpoint learns how to confirm a subscription, or to restore one."""

    message_id: str
    topic_arn: str
    token: str
    at: float  # seconds since the epoch
    sender: Sender
    cancelled: str | None = None  # ARN of the subscription that has ended, and can be restored

    @property
    def message_type(self) -> Literal["SubscriptionConfirmation", "UnsubscribeConfirmation"]:
        return "SubscriptionConfirmation" if self.cancelled is None else "UnsubscribeConfirmation"

    @property
    def subscribe_url(self) -> str:
        return self.sender.subscribe_url(self.topic_arn, self.token)

    def as_json(self) -> str:
        text = _CONFIRMATION_TEXT if self.cancelled is None else _CANCELLATION_TEXT
        signed: list[Field] = [
            ("Type", self.message_type),
            ("MessageId", self.message_id),
            ("Token", self.token),
            ("TopicArn", self.topic_arn),
            ("Message", text.format(self.cancelled or self.topic_arn)),
            ("SubscribeURL", self.subscribe_url),
            ("Timestamp", timestamp(self.at)),
        ]
        return f"{{\n{_lines([*signed, *self.sender.signature(signed)])}\n}}"


def _lines(fields: Iterable[Field]) -> str:
    return ",\n".join(f'  "{name}" : {_quoted(value)}' for name, value in fields if value is not None)


def _rendered_attributes(notification: Notification) -> str:
    if not notification.attributes:
        return ""
    lines = ",\n".join(
        f'    {_quoted(name)} : {{"Type":{_quoted(attribute.data_type)},"Value":{_quoted(attribute_text(attribute))}}}'
        for name, attribute in notification.attributes.items()
    )
    return f',\n  "MessageAttributes" : {{\n{lines}\n  }}'


def attribute_text(attribute: MessageAttribute) -> str:
    """The value of an attribute; a binary one in base64."""
    if attribute.binary_value is not None:
        return b64encode(attribute.binary_value).decode()
    return attribute.string_value or ""
