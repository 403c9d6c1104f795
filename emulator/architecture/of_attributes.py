"""Elements of the model from the attributes that AWS's actions give and take.

What an attribute leaves open has AWS's default.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from emulator.architecture.model import (
    NOWHERE,
    DeadLetters,
    Origin,
    Queue,
    RedriveAllow,
    Subscription,
    Topic,
    account_of,
)
from emulator.architecture.policies import MalformedPolicyError, Policy, policy_of

_MASK = "****"
_DEFAULT_POLICY = "__default_policy_ID"
_FAILURES = re.compile(r"(\w+)FailureFeedbackRoleArn")
_DAYS = "MessageRetentionPeriod"


class WrongAttributeError(Exception):
    """An attribute has no value that AWS knows. ``name`` is the attribute."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        super().__init__(f"{name}: {text}")


def queue_of(
    arn: str,
    attributes: Mapping[str, str],
    tags: Mapping[str, str],
    origin: Origin = NOWHERE,
    policy: Policy | None = None,
) -> Queue:
    """A queue. ``policy`` is the one in the attributes, if the caller has read it already."""
    redrive, allow = document(attributes, "RedrivePolicy"), document(attributes, "RedriveAllowPolicy")
    key = attributes.get("KmsMasterKeyId") or None
    sources = allow.get("sourceQueueArns") if allow else None
    return Queue(
        arn=arn,
        origin=origin,
        fifo=arn.endswith(".fifo"),
        policy=policy or _policy(attributes),
        kms_key=key,
        kms_reuse_seconds=_number(attributes, "KmsDataKeyReusePeriodSeconds", 300),
        sqs_encryption=key is None and attributes.get("SqsManagedSseEnabled", "true").lower() != "false",
        visibility_timeout=_number(attributes, "VisibilityTimeout", 30),
        retention=_number(attributes, "MessageRetentionPeriod", 345_600),
        wait_time=_number(attributes, "ReceiveMessageWaitTimeSeconds", 0),
        dead_letters=_dead_letters(redrive),
        redrive_allow=None
        if allow is None
        else RedriveAllow(
            str(allow.get("redrivePermission", "allowAll")),
            list(map(str, sources)) if isinstance(sources, list) else [],
        ),
        deduplication_scope=attributes.get("DeduplicationScope", "queue"),
        throughput_limit=attributes.get("FifoThroughputLimit", "perQueue"),
        tags=dict(tags),
    )


def topic_of(
    arn: str,
    attributes: Mapping[str, str],
    tags: Mapping[str, str],
    origin: Origin = NOWHERE,
    policy: Policy | None = None,
    protection: str | None = None,
) -> Topic:
    """A topic. ``protection`` is its data protection policy. The default policy counts as none."""
    policy = policy or _policy(attributes)
    if policy is not None and policy.document.get("Id") == _DEFAULT_POLICY and len(policy.statements) == 1:
        policy = None
    archive = document(attributes, "ArchivePolicy") or {}
    days = str(archive.get(_DAYS) or "")
    failures = (_FAILURES.fullmatch(name) for name, value in attributes.items() if value)
    return Topic(
        arn=arn,
        origin=origin,
        fifo=arn.endswith(".fifo"),
        policy=policy,
        kms_key=attributes.get("KmsMasterKeyId") or None,
        signature_version=attributes.get("SignatureVersion") or "1",
        data_protection=document({"DataProtectionPolicy": protection or ""}, "DataProtectionPolicy"),
        archive_days=int(days) if days.isdecimal() and len(days) < 6 else None,
        failure_feedback=sorted(found[1].lower() for found in failures if found is not None),
        tags=dict(tags),
    )


def subscription_of(
    arn: str,
    topic: str,
    protocol: str,
    endpoint: str,
    attributes: Mapping[str, str],
    origin: Origin = NOWHERE,
    *,
    owner: str | None = None,
    confirmed: bool = True,
) -> Subscription:
    """A subscription. Without an ``arn`` it is known by its topic and its endpoint."""
    masked = masked_endpoint(endpoint)
    redrive = document(attributes, "RedrivePolicy") or {}
    target = redrive.get("deadLetterTargetArn")
    return Subscription(
        arn=arn or f"{topic}:{protocol}:{masked}",
        origin=origin,
        topic=topic,
        protocol=protocol,
        endpoint=masked,
        has_secret=masked != endpoint,
        owner=owner,
        confirmed=confirmed,
        raw=attributes.get("RawMessageDelivery", "").lower() == "true",
        filter_policy=document(attributes, "FilterPolicy"),
        filter_scope=attributes.get("FilterPolicyScope") or "MessageAttributes",
        dead_letters=target if isinstance(target, str) else None,
    )


def masked_endpoint(endpoint: str) -> str:
    """An endpoint without the password and the values of the query that a URL may have."""
    if not endpoint.lower().startswith(("http://", "https://")):
        return endpoint
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        scheme, _, rest = endpoint.partition("?")[0].partition("://")
        return f"{scheme}://{_MASK}@{rest.rpartition('@')[2]}" if "@" in rest else f"{scheme}://{rest}"
    host = parts.netloc.rpartition("@")[2]
    netloc = f"{_MASK}@{host}" if "@" in parts.netloc else parts.netloc
    query = urlencode([(name, _MASK) for name, _ in parse_qsl(parts.query, keep_blank_values=True)], safe="*")
    return urlunsplit((parts.scheme, netloc, parts.path, query, ""))


def document(attributes: Mapping[str, str], name: str) -> dict[str, Any] | None:
    """The JSON object that an attribute has; None without one. Raises WrongAttributeError if it is something else."""
    text = attributes.get(name)
    if not text:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise WrongAttributeError(name, "it is no JSON.") from None
    if not isinstance(value, dict):
        raise WrongAttributeError(name, "it is no JSON object.")
    return value or None


def _policy(attributes: Mapping[str, str]) -> Policy | None:
    text = attributes.get("Policy")
    if not text:
        return None
    try:
        return policy_of(text)
    except MalformedPolicyError as error:
        raise WrongAttributeError("Policy", f"{error}.") from None


def _dead_letters(redrive: Mapping[str, Any] | None) -> DeadLetters | None:
    target = (redrive or {}).get("deadLetterTargetArn")
    if redrive is None or not isinstance(target, str) or not account_of(target):
        return None
    count = str(redrive.get("maxReceiveCount") or "")
    return DeadLetters(target, int(count) if count.isdecimal() and len(count) < 9 else 10)


def _number(attributes: Mapping[str, str], name: str, default: int) -> int:
    text = attributes.get(name) or str(default)
    if not text.isdecimal() or len(text) > 9:
        raise WrongAttributeError(name, "it is no number.")
    return int(text)
