"""Delivery policies: how often and how fast deliveries to HTTP endpoints are retried, for a topic and for a
subscription.

A stored document has the fields it was given, in AWS's order. The effective document has the system's defaults for the
other fields.
https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
"""

from collections.abc import Callable, Mapping
from types import NoneType

from emulator.sns.json_document import JsonError, dump_compact, parse_object
from emulator.sns.rejections import RejectedValue

Fields = dict[str, object]
CheckPart = Callable[[object, str], object]  # a part of the document and its path -> the part as stored

NAME = "DeliveryPolicy"

# AWS's name for the kind of a JSON value that is of the wrong kind.
_KINDS: Mapping[type, str] = {
    str: "a string",
    int: "an integer",
    float: "a decimal number",
    bool: "a boolean",
    list: "an array",
    dict: "an object",
    NoneType: "null",
}

# The numbers of a retry policy, with minimum and maximum. Delays are seconds.
_RETRY_RANGES = {
    "minDelayTarget": (1, 3_600),
    "maxDelayTarget": (1, 3_600),
    "numRetries": (0, 100),
    "numMaxDelayRetries": (0, 100),
    "numNoDelayRetries": (0, 100),
    "numMinDelayRetries": (0, 100),
}
_REQUIRED = ("minDelayTarget", "maxDelayTarget", "numRetries")
_PHASES = ("numNoDelayRetries", "numMinDelayRetries", "numMaxDelayRetries")
_BACKOFF_FUNCTIONS = ("linear", "arithmetic", "geometric", "exponential")
_SYSTEM_RETRY: Fields = {
    "minDelayTarget": 20,
    "maxDelayTarget": 20,
    "numRetries": 3,
    "numMaxDelayRetries": 0,
    "numNoDelayRetries": 0,
    "numMinDelayRetries": 0,
    "backoffFunction": "linear",
}
_SYSTEM_REQUEST: Fields = {"headerContentType": "text/plain; charset=UTF-8"}
_CONTENT_TYPES = frozenset(
    {
        "application/atom+xml",
        "application/json",
        "application/octet-stream",
        "application/soap+xml",
        "application/x-www-form-urlencoded",
        "application/xhtml+xml",
        "application/xml",
        "text/css",
        "text/csv",
        "text/html",
        "text/plain",
        "text/xml",
    }
)


def topic_policy(value: str) -> str:
    """The document of a topic as it is stored."""
    document = _parse(value)
    _refuse_unknown(document, ("http",))
    http = {} if document.get("http") is None else _object(document["http"], "http")
    return dump_compact({"http": _parts({"disableSubscriptionOverrides": False, **http}, _TOPIC_PARTS, "http.")})


def subscription_policy(value: str) -> str:
    """The document of a subscription as it is stored."""
    return dump_compact(_parts(_parse(value), _SUBSCRIPTION_PARTS, ""))


def effective_topic_policy(stored: str | None) -> str:
    return dump_compact({"http": _effective_http(stored)})


def effective_subscription_policy(stored: str | None, topic_stored: str | None) -> str:
    """The policy for one HTTP subscription: its own document merged with its topic's, unless the topic overrides it."""
    topic = _effective_http(topic_stored)
    own = {} if stored is None or topic["disableSubscriptionOverrides"] is True else _parse(stored)
    return dump_compact(
        {
            "healthyRetryPolicy": _overlay(topic["defaultHealthyRetryPolicy"], own.get("healthyRetryPolicy")),
            "sicklyRetryPolicy": None,
            "throttlePolicy": own.get("throttlePolicy", topic.get("defaultThrottlePolicy")),
            "requestPolicy": _overlay(topic["defaultRequestPolicy"], own.get("requestPolicy")),
            "guaranteed": False,
        }
    )


def _effective_http(stored: str | None) -> Fields:
    http = {} if stored is None else _object(_parse(stored).get("http"), "http")
    effective: Fields = {
        "defaultHealthyRetryPolicy": _overlay(_SYSTEM_RETRY, http.get("defaultHealthyRetryPolicy")),
        "disableSubscriptionOverrides": http.get("disableSubscriptionOverrides", False),
    }
    if "defaultThrottlePolicy" in http:
        effective["defaultThrottlePolicy"] = http["defaultThrottlePolicy"]
    effective["defaultRequestPolicy"] = _overlay(_SYSTEM_REQUEST, http.get("defaultRequestPolicy"))
    return effective


def _overlay(defaults: object, given: object) -> Fields:
    return {**_object(defaults, ""), **_object({} if given is None else given, "")}


def _parse(value: str) -> Fields:
    try:
        return parse_object(value)
    except JsonError as error:
        raise RejectedValue(f"{NAME}: failed to parse JSON. {error.detail}") from error


def _object(value: object, path: str) -> Fields:
    if not isinstance(value, dict):
        raise _type_mismatch(path, "object", value)
    return value


def _type_mismatch(path: str, expected: str, value: object) -> RejectedValue:
    return RejectedValue(f"{NAME}: {path} type mismatch, expecting {expected}, received {_KINDS[type(value)]}")


def _refuse_unknown(document: Fields, known: tuple[str, ...] | Mapping[str, object]) -> None:
    for name in document:
        if name not in known:
            raise RejectedValue(f"{NAME}: invalid JSON. Attribute {name} is unknown.")


def _parts(document: Fields, table: Mapping[str, CheckPart], path: str) -> Fields:
    """Check each part, in AWS's order. A part that is null counts as absent."""
    _refuse_unknown(document, table)
    return {
        name: check(document[name], f"{path}{name}") for name, check in table.items() if document.get(name) is not None
    }


def _retry_policy(value: object, path: str) -> Fields:
    given = {name: field for name, field in _object(value, path).items() if field is not None}
    _refuse_unknown(given, _SYSTEM_RETRY)
    for name in _REQUIRED:
        if name not in given:
            raise RejectedValue(f"{NAME}: {path}.{name} must be specified")
    counts = {
        name: _integer(given.get(name, _SYSTEM_RETRY[name]), low, high, f"{path}.{name}")
        for name, (low, high) in _RETRY_RANGES.items()
    }
    if _text(given.get("backoffFunction", "linear"), f"{path}.backoffFunction") not in _BACKOFF_FUNCTIONS:
        raise RejectedValue(f"{NAME}: {path}.backoffFunction must be one of {', '.join(_BACKOFF_FUNCTIONS)}")
    if counts["maxDelayTarget"] < counts["minDelayTarget"]:
        raise RejectedValue(f"{NAME}: {path}.maxDelayTarget must be greater than or equal to minDelayTarget")
    if sum(counts[name] for name in _PHASES) > counts["numRetries"]:
        phases = ", ".join(_PHASES)
        raise RejectedValue(f"{NAME}: {path}.numRetries must be greater than or equal to the sum of {phases}")
    return {name: given[name] for name in _SYSTEM_RETRY if name in given}


def _throttle_policy(value: object, path: str) -> Fields:
    given = _object(value, path)
    _refuse_unknown(given, ("maxReceivesPerSecond",))
    rate = given.get("maxReceivesPerSecond")
    if rate is not None:
        _integer(rate, 1, None, f"{path}.maxReceivesPerSecond")
    return given


def _request_policy(value: object, path: str) -> Fields:
    given = _object(value, path)
    _refuse_unknown(given, ("headerContentType",))
    content_type = given.get("headerContentType")
    if content_type is not None:
        header = _text(content_type, f"{path}.headerContentType")
        media_type = header.partition(";")[0].strip().lower()
        if media_type not in _CONTENT_TYPES or not (header.isascii() and header.isprintable()):
            raise RejectedValue(f"{NAME}: {path}.headerContentType is not a supported content type")
    return given


def _flag(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise _type_mismatch(path, "boolean", value)
    return value


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise _type_mismatch(path, "string", value)
    return value


def _tolerated(value: object, path: str) -> Fields:
    """A part that AWS no longer uses: accepted, without effect."""
    return _object(value, path)


def _integer(value: object, low: int, high: int | None, path: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _type_mismatch(path, "integer", value)
    if value < low:
        raise RejectedValue(f"{NAME}: {path} must be greater than or equal to {low}")
    if high is not None and value > high:
        raise RejectedValue(f"{NAME}: {path} must be less than or equal to {high}")
    return value


_TOPIC_PARTS: dict[str, CheckPart] = {
    "defaultHealthyRetryPolicy": _retry_policy,
    "disableSubscriptionOverrides": _flag,
    "defaultThrottlePolicy": _throttle_policy,
    "defaultRequestPolicy": _request_policy,
}
_SUBSCRIPTION_PARTS: dict[str, CheckPart] = {
    "healthyRetryPolicy": _retry_policy,
    "sicklyRetryPolicy": _tolerated,
    "throttlePolicy": _throttle_policy,
    "requestPolicy": _request_policy,
    "guaranteed": _flag,
}
