"""The protocols of subscriptions, in one table: their endpoints, and what their subscriptions support.

https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
"""

import re
from collections.abc import Callable

from msgspec import Struct

from emulator.aws.arns import Arn
from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.sns.phone_numbers import compact

FIFO_SUFFIX = ".fifo"

_WITH_PASSWORD = re.compile(r"([A-Za-z]+://[^/?#:]*:)([^/?#]*)(@.*)", re.DOTALL)
# As it can stand in the header of a mail and in a command of SMTP: in ASCII, and without quotes and comments.
# https://www.rfc-editor.org/rfc/rfc5322#section-3.2.3
_ATOM, _LABEL = r"[!#$%&'*+/=?^_`{|}~A-Za-z0-9-]+", "[A-Za-z0-9_-]+"
_EMAIL_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")


CheckEndpoint = Callable[[str], str]  # the endpoint as given -> as stored; InvalidParameter if it is invalid


class Protocol(Struct, frozen=True):
    """``needs_confirmation`` applies to subscriptions made by the endpoint's own account."""

    check_endpoint: CheckEndpoint
    needs_confirmation: bool = False
    raw_delivery: bool = False
    retry_policy: bool = False  # supports a DeliveryPolicy
    large_messages: bool = False  # can subscribe to topics with a MaximumMessageSize above 256 KiB
    endpoint_is_arn: bool = False


def _arn_of(service: str, resource: str, parameter: str) -> CheckEndpoint:
    def check(endpoint: str) -> str:
        arn = Arn.parse(endpoint)
        if arn is None or arn.service != service or not arn.resource.startswith(resource) or arn.resource == resource:
            raise SnsInvalidParameter.of(parameter)
        return endpoint

    return check


def _url(scheme: str) -> CheckEndpoint:
    url = re.compile(rf"{scheme}://[^/\s]+\S*", re.IGNORECASE)

    def check(endpoint: str) -> str:
        if not url.fullmatch(endpoint):
            raise SnsInvalidParameter.of("Endpoint must match the specified protocol")
        return endpoint

    return check


def _email_address(endpoint: str) -> str:
    if not _EMAIL_ADDRESS.fullmatch(endpoint):
        raise SnsInvalidParameter.of("Email address")
    return endpoint


def _phone_number(endpoint: str) -> str:
    number = compact(endpoint)
    if number is None:
        raise SnsInvalidParameter(f"Invalid SMS endpoint: {endpoint}")
    return number


PROTOCOLS: dict[str, Protocol] = {
    "http": Protocol(_url("http"), needs_confirmation=True, raw_delivery=True, retry_policy=True),
    "https": Protocol(_url("https"), needs_confirmation=True, raw_delivery=True, retry_policy=True),
    "email": Protocol(_email_address, needs_confirmation=True),
    "email-json": Protocol(_email_address, needs_confirmation=True),
    "sms": Protocol(_phone_number),
    "sqs": Protocol(
        _arn_of("sqs", "", "SQS endpoint ARN"), raw_delivery=True, large_messages=True, endpoint_is_arn=True
    ),
    "application": Protocol(_arn_of("sns", "endpoint/", "Application endpoint arn invalid"), endpoint_is_arn=True),
    "lambda": Protocol(
        _arn_of("lambda", "function:", "Lambda endpoint ARN"), large_messages=True, endpoint_is_arn=True
    ),
    "firehose": Protocol(
        _arn_of("firehose", "deliverystream/", "Firehose endpoint ARN"),
        raw_delivery=True,
        large_messages=True,
        endpoint_is_arn=True,
    ),
}


def check_endpoint(protocol: str, endpoint: str | None, *, fifo_topic: bool) -> str:
    """The endpoint as it is stored; InvalidParameter if it cannot subscribe to a topic of this type."""
    if protocol not in PROTOCOLS:
        raise SnsInvalidParameter.of(f"Amazon SNS does not support this protocol string: {protocol}")
    if fifo_topic and protocol != "sqs":
        raise SnsInvalidParameter.of(f"Invalid protocol type: {protocol}")
    if not endpoint:
        raise SnsInvalidParameter.of("Endpoint")
    kept = PROTOCOLS[protocol].check_endpoint(endpoint)
    if protocol == "sqs" and is_fifo(endpoint) and not fifo_topic:
        reason = "FIFO SQS Queues can not be subscribed to standard SNS topics"
        raise SnsInvalidParameter.of("Invalid parameter: Endpoint", reason)
    return kept


def without_password(endpoint: str) -> str:
    """The endpoint as lists show it: a password in a URL is replaced by ****."""
    found = _WITH_PASSWORD.fullmatch(endpoint)
    return endpoint if found is None else f"{found[1]}****{found[3]}"


def redacted(text: str, endpoint: str) -> str:
    """``text`` without the password that is in the URL ``endpoint``."""
    found = _WITH_PASSWORD.fullmatch(endpoint)
    return text if found is None or not found[2] else text.replace(found[2], "****")


def is_fifo(arn: str) -> bool:
    """Whether the ARN's topic or queue is FIFO, which its name says."""
    return arn.endswith(FIFO_SUFFIX)


def needs_confirmation(protocol: str, endpoint: str, account: str) -> bool:
    """Whether a subscription made by ``account`` has to be confirmed by the endpoint's owner."""
    if PROTOCOLS[protocol].needs_confirmation:
        return True
    if not PROTOCOLS[protocol].endpoint_is_arn:
        return False
    arn = Arn.parse(endpoint)
    return arn is not None and arn.account != account
