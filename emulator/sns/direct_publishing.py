"""Messages to one phone number or one device, past any topic.

https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html
https://docs.aws.amazon.com/sns/latest/dg/mobile-push-send.html
"""

from collections.abc import Mapping
from typing import Literal, Protocol

from msgspec import Struct

from emulator.aws.arns import Arn
from emulator.aws.limits import SMS_LENGTH
from emulator.aws.message_attribute import MessageAttribute
from emulator.aws.sns_errors import SnsEndpointDisabled, SnsInvalidParameter, SnsPlatformApplicationDisabled
from emulator.sns.json_document import JsonError, parse_json
from emulator.sns.phone_numbers import reachable_number
from emulator.sns.platform_applications import PlatformApplications
from emulator.sns.platforms import payload
from emulator.sns.publishing import Publication, check_content, check_subject, texts_by_protocol
from emulator.sns.resource_arns import checked_arn
from emulator.sns.sms import UNREACHABLE_NUMBER, Sms

_DEFAULT = "default"


class Sending(Struct, frozen=True):
    """One Publish: by whom, when, and under which id."""

    message_id: str
    account: str
    region: str
    published_at: float  # seconds since the epoch


class DirectMessage(Struct, frozen=True):
    """A message as its one receiver gets it."""

    sending: Sending
    protocol: Literal["sms", "application"]
    destination: str  # a phone number, or the ARN of a platform endpoint
    text: str  # of a push notification: what the push service is given
    subject: str | None
    attributes: Mapping[str, MessageAttribute]
    published: str  # what the publisher gave as the message
    structure: str | None  # and as its structure


class DirectDelivery(Protocol):
    """Whoever carries messages to phones and devices."""

    def deliver(self, message: DirectMessage) -> None: ...

    def drop(self, message: DirectMessage, reason: str) -> None:
        """Take note of a message that was accepted and is not sent."""
        ...


class DirectPublishing:
    """Accepts messages for phones and devices."""

    def __init__(self, sms: Sms, applications: PlatformApplications, delivery: DirectDelivery) -> None:
        self._sms = sms
        self._applications = applications
        self._delivery = delivery

    def to_phone(self, number: str, publication: Publication, sending: Sending) -> None:
        """Send a text message; to a number that opted out, or is outside the sandbox, it is accepted and not sent."""
        destination = reachable_number(number)
        if destination is None:
            raise SnsInvalidParameter.of("PhoneNumber", f"{number} is not valid to publish to")
        check_content(publication)
        texts = texts_by_protocol(publication)
        text = texts.get("sms", texts[_DEFAULT])
        if len(text) > SMS_LENGTH:
            raise SnsInvalidParameter.of("Message too long")
        check_subject(publication.subject)
        message = _message(sending, "sms", destination, text, publication)
        if self._sms.of(sending.account, sending.region).reaches(destination):
            self._delivery.deliver(message)
        else:
            self._delivery.drop(message, UNREACHABLE_NUMBER)

    def to_endpoint(self, endpoint_arn: str, publication: Publication, sending: Sending) -> None:
        """Send a push notification to a device."""
        checked_arn(endpoint_arn, "TargetArn", sending.region)
        found = self._applications.endpoint(endpoint_arn)
        if found is None:
            raise SnsInvalidParameter.of("TargetArn", "No endpoint found for the target arn specified")
        application, endpoint = found
        if not application.enabled:
            raise SnsPlatformApplicationDisabled
        if not endpoint.enabled:
            raise SnsEndpointDisabled
        check_content(publication)
        texts = _texts(publication)  # one for the platform alone is enough
        if _DEFAULT not in texts and application.platform not in texts:
            raise SnsInvalidParameter.of(f"JSON must contain an entry for 'default' or '{application.platform}'.")
        check_subject(publication.subject)
        text = payload(application.platform, texts)
        self._delivery.deliver(_message(sending, "application", endpoint_arn, text, publication))


def is_endpoint(target_arn: str) -> bool:
    """Whether an ARN, if it is one, means a platform endpoint."""
    arn = Arn.parse(target_arn)
    return arn is not None and arn.resource.startswith("endpoint/")


def _message(
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


def _texts(publication: Publication) -> dict[str, str]:
    """The text for each protocol and platform that has one, and for the others the default."""
    if publication.structure != "json":
        return {_DEFAULT: publication.message}
    try:
        document = parse_json(publication.message)
    except JsonError as error:
        raise SnsInvalidParameter.of("Message Structure - JSON message body failed to parse") from error
    texts = document if isinstance(document, dict) else {}
    return {key: text for key, text in texts.items() if isinstance(text, str)}
