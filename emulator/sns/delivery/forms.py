"""The form in which a message reaches receivers other than queues and web servers.

https://docs.aws.amazon.com/sns/latest/dg/sns-event-destinations.html
"""

import json
from collections.abc import Callable, Mapping

from msgspec import Struct, field

from emulator.aws.limits import SMS_LENGTH
from emulator.aws.message_attribute import MessageAttribute
from emulator.sns.delivery.deliverer import Undeliverable
from emulator.sns.delivery.envelope import Confirmation, Envelopes, attribute_text
from emulator.sns.platform_applications import PlatformApplications
from emulator.sns.platforms import payload
from emulator.sns.sms import UNREACHABLE_NUMBER, Sms
from emulator.sns.subscription import Subscription

_FROM = "{} <no-reply@sns.amazonaws.com>"
_NO_DISPLAY_NAME = "AWS Notifications"
_NO_SUBJECT = "AWS Notification Message"
_CONFIRMATION_SUBJECT = "AWS Notification - Subscription Confirmation"
_CANCELLATION_SUBJECT = "AWS Notification - Unsubscribe Confirmation"
_MAIL = """{}

--
If you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:
{}

Please do not reply directly to this email. If you have any questions or comments regarding this email, \
please contact us at https://aws.amazon.com/support
"""
_CONFIRMATION_MAIL = """You have chosen to subscribe to the topic:
{}

To confirm this subscription, click or visit the link below (If this was in error no action is necessary):
{}

Please do not reply directly to this email.
"""
_SMS_DISPLAY_NAME_LENGTH = 10
_CANCELLATION_MAIL = """Your subscription to the topic below has been deactivated:
{}

If this was in error or you wish to resubscribe, click or visit the link below:
{}

Please do not reply directly to this email.
"""
_SMS_ATTRIBUTES = {  # attribute of a message -> the account's default for it
    "SenderID": ("AWS.SNS.SMS.SenderID", "DefaultSenderID"),
    "SMSType": ("AWS.SNS.SMS.SMSType", "DefaultSMSType"),
}
_PUSH_TYPE = "AWS.SNS.MOBILE.APNS.PUSH_TYPE"


class Form(Struct, frozen=True):
    """What is sent. ``details`` is what goes with the body, by the names that the receiver uses."""

    body: str
    subject: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)


FormOf = Callable[[Envelopes, Subscription], Form | Undeliverable]


def email(envelopes: Envelopes, subscription: Subscription) -> Form:
    """The message with a footer that says how to unsubscribe."""
    unsubscribe_url = envelopes.sender.unsubscribe_url(subscription.arn)
    return _mail(envelopes, _MAIL.format(envelopes.notification.message_for("email"), unsubscribe_url))


def email_json(envelopes: Envelopes, subscription: Subscription) -> Form:
    return _mail(envelopes, envelopes.for_subscription(subscription.arn, "email-json"))


def _mail(envelopes: Envelopes, body: str) -> Form:
    sender = _FROM.format(envelopes.sender.display_name or _NO_DISPLAY_NAME)
    return Form(body, envelopes.notification.subject or _NO_SUBJECT, {"From": sender})


def confirmation_mail(confirmation: Confirmation, protocol: str) -> Form:
    """The mail that tells the owner of an address how to confirm or restore a subscription."""
    sender = _FROM.format(confirmation.sender.display_name or _NO_DISPLAY_NAME)
    new = confirmation.cancelled is None
    body = confirmation.as_json()
    if protocol == "email":
        text = _CONFIRMATION_MAIL if new else _CANCELLATION_MAIL
        body = text.format(confirmation.topic_arn, confirmation.subscribe_url)
    return Form(body, _CONFIRMATION_SUBJECT if new else _CANCELLATION_SUBJECT, {"From": sender})


def lambda_event(envelopes: Envelopes, subscription: Subscription) -> Form:
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html

    Recorded from AWS: the URLs' names end in "Url", and the version is always "1", whatever the signature.
    """
    notification = envelopes.notification
    fields = dict(envelopes.fields(notification.message_for("lambda")))
    content = {
        **{name: fields[name] for name in ("Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp")},
        "SignatureVersion": "1",
        "Signature": fields["Signature"],
        "SigningCertUrl": fields["SigningCertURL"],
        "UnsubscribeUrl": envelopes.sender.unsubscribe_url(subscription.arn),
        "MessageAttributes": {
            name: {"Type": "Binary" if attribute.is_binary else "String", "Value": attribute_text(attribute)}
            for name, attribute in notification.attributes.items()
        },
    }
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription.arn,
        "Sns": content,
    }
    return Form(_compact({"Records": [record]}))


def firehose_record(envelopes: Envelopes, subscription: Subscription) -> Form:
    """https://docs.aws.amazon.com/sns/latest/dg/firehose-s3-destinations.html"""
    notification = envelopes.notification
    text = notification.message_for("firehose")
    if subscription.raw:
        return Form(text)
    fields = dict(envelopes.fields(text))
    names = ("Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp")
    record: dict[str, object] = {name: fields[name] for name in names if fields[name] is not None}
    record["UnsubscribeURL"] = envelopes.sender.unsubscribe_url(subscription.arn)
    if notification.attributes:
        record["MessageAttributes"] = {
            name: {"Type": attribute.data_type, "Value": attribute_text(attribute)}
            for name, attribute in notification.attributes.items()
        }
    return Form(_compact(record))


def text_messages(sms: Sms) -> FormOf:
    """Text messages to numbers that are not opted out and, in the sandbox, are verified."""

    def form_of(envelopes: Envelopes, subscription: Subscription) -> Form | Undeliverable:
        notification = envelopes.notification
        account = sms.of(subscription.owner, subscription.region)
        if not account.reaches(subscription.endpoint):
            return Undeliverable(UNREACHABLE_NUMBER)
        name = envelopes.sender.display_name[:_SMS_DISPLAY_NAME_LENGTH].strip().upper()
        text = notification.message_for("sms")
        body = f"{name}> {text}" if name else text
        if len(body) > SMS_LENGTH:
            return Undeliverable(f"a text message has at most {SMS_LENGTH} characters")
        return Form(body, details=sms_details(notification.attributes, account.attributes()))

    return form_of


def sms_details(attributes: Mapping[str, MessageAttribute], defaults: Mapping[str, str]) -> dict[str, str]:
    """The settings a text message is sent with, as far as the message or the account has them."""
    found = {}
    for name, (own, default) in _SMS_ATTRIBUTES.items():
        value = attributes[own].string_value if own in attributes else defaults.get(default)
        if value is not None:
            found[name] = value
    return {"SMSType": "Promotional", **found}


def push_notifications(applications: PlatformApplications) -> FormOf:
    """Push notifications to devices that exist and are enabled."""

    def form_of(envelopes: Envelopes, subscription: Subscription) -> Form | Undeliverable:
        found = applications.endpoint(subscription.endpoint)
        if found is None:
            return Undeliverable("there is no such platform endpoint")
        application, endpoint = found
        if not application.enabled:
            return Undeliverable("the platform application is disabled")
        if not endpoint.enabled:
            return Undeliverable("the platform endpoint is disabled")
        notification = envelopes.notification
        body = payload(application.platform, {**notification.by_protocol, "default": notification.message})
        return Form(body, details=push_details(application.platform, endpoint.token, body, notification.attributes))

    return form_of


def push_details(platform: str, token: str, body: str, attributes: Mapping[str, MessageAttribute]) -> dict[str, str]:
    """The push service, the device token and, for Apple, the header with the type of the notification."""
    details = {"Platform": platform, "Token": token}
    if platform.startswith(("APNS", "MACOS")):
        given = attributes[_PUSH_TYPE].string_value if _PUSH_TYPE in attributes else None
        details["apns-push-type"] = given or ("background" if _is_silent(body) else "alert")
    return details


def _is_silent(body: str) -> bool:
    """Whether Apple's payload contains nothing but ``content-available``."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and document.get("aps") == {"content-available": 1}


def _compact(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
