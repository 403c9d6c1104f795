"""Rules about how messages travel."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from emulator.architecture.model import Queue, Subscription
from emulator.audit.fix import SUBSCRIPTION, Fix
from emulator.audit.rule import Found, Rule
from emulator.audit.statements import added_statement, attributes_fix
from emulator.audit.view import View

_SNS_GUIDE = "https://docs.aws.amazon.com/sns/latest/dg"
_LOCAL_NAME = re.compile(r"localhost|[^.]+|.*\.(local|localhost|internal|lan|corp|home|intranet)", re.IGNORECASE)


def _web(view: View) -> Iterator[Subscription]:
    return (each for each in view.subscriptions if each.protocol in ("http", "https"))


def _no_secure_transport(view: View) -> Iterator[Found]:
    for owner in view.owners:
        statements = () if owner.policy is None else owner.policy.statements
        if any(not each.allows and ("Bool", ["false"]) in each.compared("aws:SecureTransport") for each in statements):
            continue
        is_queue = isinstance(owner, Queue)
        block = {
            "Sid": "DenyInsecureTransport",
            "Effect": "Deny",
            "Principal": {"AWS": "*"} if is_queue else "*",
            "Action": "sqs:*" if is_queue else "sns:Publish",
            "Resource": owner.arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        yield Found(owner, "no statement denies requests over plain HTTP", added_statement(owner, block))


def _plain_http(view: View) -> Iterator[Found]:
    for subscription in _web(view):
        if subscription.protocol == "http":
            url = re.sub("^http:", "https:", subscription.endpoint, flags=re.IGNORECASE)
            properties = {"Protocol": "https", "Endpoint": url}
            fixes = [Fix(SUBSCRIPTION, subscription.origin.name, properties, subscription.arn)]
            yield Found(subscription, f"{subscription.endpoint} gets messages over plain HTTP", fixes)


def _secret_in_url(view: View) -> Iterator[Found]:
    for subscription in _web(view):
        if subscription.has_secret:
            scheme, _, rest = subscription.endpoint.partition("?")[0].partition("://")
            plain = f"{scheme}://{rest.rpartition('@')[2]}"
            fixes = [Fix(SUBSCRIPTION, subscription.origin.name, {"Endpoint": plain}, subscription.arn)]
            yield Found(subscription, f"{subscription.endpoint} has a password, or a query that may be one", fixes)


def _private_address(view: View) -> Iterator[Found]:
    for subscription in _web(view):
        host = _host(subscription.endpoint)
        if _is_private(host):
            fixes = [Fix(SUBSCRIPTION, subscription.origin.name, {}, subscription.arn, delete=True)]
            yield Found(subscription, f"SNS cannot reach {host} from the internet", fixes)


def _host(url: str) -> str:
    """The host of a URL; "" if there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return bool(_LOCAL_NAME.fullmatch(host))


def _old_signature(view: View) -> Iterator[Found]:
    for topic in view.architecture.topics:
        web = [each for each in view.of_topic.get(topic.arn, ()) if each.protocol in ("http", "https")]
        if web and topic.signature_version == "1":
            text = f"{web[0].endpoint} verifies signatures with SHA-1"
            yield Found(topic, text, attributes_fix(topic, SignatureVersion="2"))


def _no_delivery_log(view: View) -> Iterator[Found]:
    for topic in view.architecture.topics:
        used = {_LOGGED.get(each.protocol) for each in view.of_topic.get(topic.arn, ())} - {None, "sqs"}
        missing = sorted(str(each) for each in used if each not in topic.failure_feedback)
        if missing:
            role = f"arn:aws:iam::{topic.account}:role/sns-delivery-status"
            properties = [
                {"Protocol": "http/s" if each == "http" else each, "FailureFeedbackRoleArn": role} for each in missing
            ]
            text = f"failed deliveries to {', '.join(missing)} are not logged"
            yield Found(topic, text, attributes_fix(topic, DeliveryStatusLogging=properties))


# By protocol, the one under which its deliveries are logged.
_LOGGED = {
    "application": "application",
    "firehose": "firehose",
    "http": "http",
    "https": "http",
    "lambda": "lambda",
    "sqs": "sqs",
}

RULES = (
    Rule(
        "no-secure-transport",
        "Plain HTTP is not denied",
        "Tampering",
        "medium",
        "A client that is configured wrongly sends messages and credentials' signatures unencrypted, and nothing stops "
        "it.",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html"
        "#enforce-encryption-data-in-transit",
        _no_secure_transport,
    ),
    Rule(
        "plain-http-subscriber",
        "A subscriber gets messages over plain HTTP",
        "Information disclosure",
        "high",
        "Everyone on the way can read and change the messages, and the tokens that confirm and end subscriptions.",
        f"{_SNS_GUIDE}/sns-security-best-practices.html#enforce-encryption-data-in-transit",
        _plain_http,
    ),
    Rule(
        "secret-in-url",
        "The URL of a subscriber has a secret",
        "Information disclosure",
        "medium",
        "Everyone who may list subscriptions sees it, and it stands in the logs of proxies.",
        f"{_SNS_GUIDE}/sns-subscribe-https-s-endpoints-to-topic.html",
        _secret_in_url,
    ),
    Rule(
        "private-address",
        "A subscriber has an address that SNS cannot reach",
        "Denial of service",
        "medium",
        "SNS calls endpoints over the internet: no message arrives, and on a server of one's own the URL leads inside.",
        f"{_SNS_GUIDE}/sns-http-https-endpoint-as-subscriber.html",
        _private_address,
    ),
    Rule(
        "sha1-signature",
        "Messages to the web are signed with SHA-1",
        "Spoofing",
        "low",
        "SignatureVersion 2 signs with SHA-256; SHA-1 is broken against forgers who choose both texts.",
        f"{_SNS_GUIDE}/sns-verify-signature-of-message.html",
        _old_signature,
    ),
    Rule(
        "no-delivery-log",
        "Failed deliveries are not logged",
        "Repudiation",
        "low",
        "Nothing shows later whether an endpoint got a message or refused it.",
        f"{_SNS_GUIDE}/sns-topic-attributes.html",
        _no_delivery_log,
    ),
)
