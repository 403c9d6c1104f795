"""The attributes of a queue that a caller can set, in one table.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from emulator.aws.limits import (
    DELAY_SECONDS_MAX,
    MESSAGE_SIZE_MAX,
    MESSAGE_SIZE_MIN,
    POLICY_ACTIONS_MAX,
    POLICY_BYTES_MAX,
    POLICY_CONDITIONS_MAX,
    POLICY_PRINCIPALS_MAX,
    POLICY_STATEMENTS_MAX,
    RETENTION_SECONDS_MAX,
    RETENTION_SECONDS_MIN,
    VISIBILITY_TIMEOUT_MAX,
    WAIT_SECONDS_MAX,
)
from emulator.aws.policy import MalformedPolicy, PolicyLimits, PolicyOverLimit, check_policy
from emulator.aws.sqs_errors import InvalidAttributeName, InvalidAttributeValue, OverLimit
from emulator.aws.stored_policy import stored_policy
from emulator.sqs.redrive import ALLOW_ALL, RedriveAllowPolicy, RedrivePolicy

_DIGITS = 20  # of a number; more are not looked at
_HALF_SURROGATE_PAIR = re.compile("[\ud800-\udfff]")

Normalize = Callable[[str, str], str]  # attribute name and value as given -> value as kept, or an error

_POLICY_LIMITS = PolicyLimits(
    size=POLICY_BYTES_MAX,
    statements=POLICY_STATEMENTS_MAX,
    principals=POLICY_PRINCIPALS_MAX,
    actions=POLICY_ACTIONS_MAX,
    conditions=POLICY_CONDITIONS_MAX,
)


def invalid_value(name: str) -> InvalidAttributeValue:
    return InvalidAttributeValue(f"Invalid value for the parameter {name}.")


def unknown_attribute(name: str) -> InvalidAttributeName:
    return InvalidAttributeName(f"Unknown Attribute {name}.")


def _integer(low: int, high: int) -> Normalize:
    def normalize(name: str, value: str) -> str:
        digits = value.strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS and low <= int(digits) <= high):
            raise invalid_value(name)
        return str(int(digits))

    return normalize


def _boolean(name: str, value: str) -> str:
    if value.lower() not in ("true", "false"):
        raise invalid_value(name)
    return value.lower()


def _only_true(name: str, value: str) -> str:
    """FifoQueue can only be true: AWS does not know the attribute for standard queues."""
    if _boolean(name, value) == "false":
        raise unknown_attribute(name)
    return "true"


def _one_of(*choices: str) -> Normalize:
    def normalize(name: str, value: str) -> str:
        if value not in choices:
            raise invalid_value(name)
        return value

    return normalize


def _redrive_policy(_: str, value: str) -> str:
    return str(RedrivePolicy.parse(value))


def _redrive_allow_policy(_: str, value: str) -> str:
    return str(RedriveAllowPolicy.parse(value))


def _sources(redrive_allow_policy: str) -> object:
    return RedriveAllowPolicy.parse(redrive_allow_policy).meaning


def _policy(name: str, value: str) -> str:
    try:
        check_policy(value, "sqs", _POLICY_LIMITS)
    except MalformedPolicy:
        raise invalid_value(name) from None
    except PolicyOverLimit as excess:
        raise OverLimit(str(excess)) from None
    return value


def _text(_: str, value: str) -> str:
    return value


class Attribute(NamedTuple):
    """One row: the check of a value, and the default of a new queue. None: not set by default."""

    normalize: Normalize
    default: str | None = None
    fifo_default: str | None = None  # the default of FIFO queues, if it differs
    fifo_only: bool = False
    removable: bool = False  # an empty value removes the attribute
    meaning: Callable[[str], object] = str  # two values are equal if their meanings are


ATTRIBUTES: Mapping[str, Attribute] = {
    "DelaySeconds": Attribute(_integer(0, DELAY_SECONDS_MAX), "0"),
    "MaximumMessageSize": Attribute(_integer(MESSAGE_SIZE_MIN, MESSAGE_SIZE_MAX), str(MESSAGE_SIZE_MAX)),
    "MessageRetentionPeriod": Attribute(_integer(RETENTION_SECONDS_MIN, RETENTION_SECONDS_MAX), "345600"),
    "ReceiveMessageWaitTimeSeconds": Attribute(_integer(0, WAIT_SECONDS_MAX), "0"),
    "VisibilityTimeout": Attribute(_integer(0, VISIBILITY_TIMEOUT_MAX), "30"),
    "SqsManagedSseEnabled": Attribute(_boolean, "true"),
    "KmsMasterKeyId": Attribute(_text, removable=True),
    "KmsDataKeyReusePeriodSeconds": Attribute(_integer(60, 86_400)),
    "Policy": Attribute(_policy, removable=True, meaning=json.loads),
    "RedrivePolicy": Attribute(_redrive_policy, removable=True, meaning=RedrivePolicy.parse),
    "RedriveAllowPolicy": Attribute(_redrive_allow_policy, removable=True, meaning=_sources),
    "FifoQueue": Attribute(_only_true, fifo_default="true", fifo_only=True),
    "ContentBasedDeduplication": Attribute(_boolean, fifo_default="false", fifo_only=True),
    "DeduplicationScope": Attribute(_one_of("queue", "messageGroup"), fifo_default="queue", fifo_only=True),
    "FifoThroughputLimit": Attribute(_one_of("perQueue", "perMessageGroupId"), fifo_default="perQueue", fifo_only=True),
}

# AWS has two wordings for an attribute that only FIFO queues have.
_EXPLAINED_ON_STANDARD = ("DeduplicationScope", "FifoThroughputLimit")


class QueueAttributes:
    """The attributes of one queue that a caller can set, checked. Those that the queue needs are also numbers."""

    __slots__ = (
        "content_based_deduplication",
        "deduplicates_by_group",
        "delay_seconds",
        "fifo",
        "maximum_message_size",
        "redrive",
        "redrive_allow",
        "region",
        "retention_seconds",
        "values",
        "visibility_timeout",
        "wait_time_seconds",
    )

    def __init__(self, values: Mapping[str, str], *, fifo: bool, region: str) -> None:
        self.fifo = fifo
        self.region = region
        self.values = dict(values)
        self.delay_seconds = int(values["DelaySeconds"])
        self.maximum_message_size = int(values["MaximumMessageSize"])  # bytes
        self.retention_seconds = int(values["MessageRetentionPeriod"])
        self.visibility_timeout = int(values["VisibilityTimeout"])  # seconds
        self.wait_time_seconds = int(values["ReceiveMessageWaitTimeSeconds"])
        self.content_based_deduplication = values.get("ContentBasedDeduplication") == "true"
        self.deduplicates_by_group = values.get("DeduplicationScope") == "messageGroup"
        redrive, allow = values.get("RedrivePolicy"), values.get("RedriveAllowPolicy")
        self.redrive = RedrivePolicy.parse(redrive) if redrive else None
        self.redrive_allow = RedriveAllowPolicy.parse(allow) if allow else ALLOW_ALL

    @classmethod
    def create(cls, given: Mapping[str, str], *, fifo: bool, region: str) -> "QueueAttributes":
        """The attributes of a new queue: the ``given`` ones, and defaults for the others."""
        return cls(_apply(defaults(fifo=fifo), given, fifo=fifo, region=region), fifo=fifo, region=region)

    @classmethod
    def restore(cls, values: Mapping[str, str], *, fifo: bool, region: str) -> "QueueAttributes":
        """The attributes of a queue with exactly these ``values``. Raises AWS's error if one is bad."""
        missing = [name for name in defaults(fifo=fifo) if name not in values]
        if missing:
            raise InvalidAttributeValue(f"The value of {missing[0]} is missing.")
        kept = {name: _checked(name, value, fifo=fifo, region=region) for name, value in values.items()}
        _check_throughput(kept)
        return cls(kept, fifo=fifo, region=region)

    def change(self, given: Mapping[str, str]) -> "QueueAttributes":
        """A copy with all ``given`` changes. Raises AWS's error if one of them is bad."""
        if self.fifo and given.get("FifoQueue", "true").lower() != "true":
            raise InvalidAttributeValue(
                "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported."
            )
        values = _apply(self.values, given, fifo=self.fifo, region=self.region)
        return QueueAttributes(values, fifo=self.fifo, region=self.region)

    def differing(self, given: Mapping[str, str]) -> str | None:
        """The name of the first ``given`` attribute that has another value here; None if there is none."""
        wanted = _apply({}, given, fifo=self.fifo, region=self.region)
        return next((name for name in given if not _same(name, wanted.get(name), self.values.get(name))), None)

    def shown(self) -> dict[str, str]:
        """The attributes that GetQueueAttributes shows. The KMS reuse period is shown only if there is a key."""
        values = dict(self.values)
        if "KmsMasterKeyId" not in values:
            values.pop("KmsDataKeyReusePeriodSeconds", None)
        elif "KmsDataKeyReusePeriodSeconds" not in values:
            values["KmsDataKeyReusePeriodSeconds"] = "300"
        return values


def defaults(*, fifo: bool) -> dict[str, str]:
    """The attributes of a new queue for which none was given."""
    values = {}
    for name, attribute in ATTRIBUTES.items():
        default = attribute.fifo_default if fifo and attribute.fifo_default is not None else attribute.default
        if default is not None:
            values[name] = default
    return values


def _apply(values: Mapping[str, str], given: Mapping[str, str], *, fifo: bool, region: str) -> dict[str, str]:
    """``values`` overlaid with what is ``given``, after checking it."""
    result = dict(values)
    for name, value in given.items():
        if value == "" and name in ATTRIBUTES and ATTRIBUTES[name].removable:
            result.pop(name, None)
        else:
            result[name] = _checked(name, value, fifo=fifo, region=region)
    _settle_encryption(result, given)
    _check_throughput(result)
    return result


def _checked(name: str, value: str, *, fifo: bool, region: str) -> str:
    """The value in the form in which a queue keeps it. Raises AWS's error if it is bad."""
    attribute = ATTRIBUTES.get(name)
    if attribute is None:
        raise unknown_attribute(name)
    if attribute.fifo_only and not fifo:
        if name in _EXPLAINED_ON_STANDARD:
            raise InvalidAttributeName(f"You can specify the {name} only when FifoQueue is set to true.")
        raise unknown_attribute(name)
    if _HALF_SURROGATE_PAIR.search(value) is not None:
        raise invalid_value(name)
    kept = attribute.normalize(name, value)
    return stored_policy(kept, region) if name == "Policy" else kept


def _settle_encryption(values: dict[str, str], given: Mapping[str, str]) -> None:
    """A queue has one kind of server-side encryption: setting one turns the other off."""
    managed = values.get("SqsManagedSseEnabled") == "true"
    if given.get("KmsMasterKeyId"):
        if given.get("SqsManagedSseEnabled", "").lower() == "true":
            raise InvalidAttributeName(
                "You can use one type of server-side encryption (SSE) at one time. "
                "You can either enable KMS SSE or SQS SSE."
            )
        if managed:
            values["SqsManagedSseEnabled"] = "false"
    elif "SqsManagedSseEnabled" in given and managed:
        values.pop("KmsMasterKeyId", None)
        values.pop("KmsDataKeyReusePeriodSeconds", None)
    if given.get("KmsMasterKeyId") == "":
        values.pop("KmsDataKeyReusePeriodSeconds", None)


def _check_throughput(values: Mapping[str, str]) -> None:
    if values.get("FifoThroughputLimit") == "perMessageGroupId" and values.get("DeduplicationScope") == "queue":
        raise InvalidAttributeValue(
            "FifoThroughputLimit can be set to perMessageGroupId only when DeduplicationScope is messageGroup."
        )


def _same(name: str, wanted: str | None, current: str | None) -> bool:
    if wanted is None or current is None:
        return wanted == current
    meaning = ATTRIBUTES[name].meaning
    return bool(meaning(wanted) == meaning(current))
