"""What was read from an account of AWS as a configuration of the emulator, which makes the same queues and topics."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from emulator.architecture.aws_account import Account, AwsMapping, AwsQueue, AwsSubscription, AwsTopic
from emulator.architecture.of_attributes import masked_endpoint
from emulator.aws.arns import Arn
from emulator.declared.attributes import QUEUE_FIELDS, SUBSCRIPTION_FIELDS, TOPIC_FIELDS

_DEFAULT_POLICY = "__default_policy_ID"
_WEB = ("http", "https")
_BOOLEANS = {"true": True, "false": False}
# Numbers and booleans are those in a configuration; all other attributes are texts.
_TEXTS = ("display_name", "kms_master_key_id", "signature_version")


class Importable(NamedTuple):
    """A configuration, and what is left out of it."""

    content: dict[str, Any]
    notices: list[str]


def configuration_of(account: Account, *, web: bool) -> Importable:
    """The configuration. Without ``web`` the subscriptions of HTTP endpoints are left out, as they would be called."""
    notices = list(account.notices)
    content = {
        "queues": [_queue(each) for each in account.queues],
        "topics": [_topic(each) for each in account.topics],
        "subscriptions": list(_subscriptions(account, notices, web=web)),
        "event_source_mappings": list(_mappings(account, notices)),
    }
    return Importable(content, notices)


def _queue(queue: AwsQueue) -> dict[str, Any]:
    return _named(queue.arn) | {"tags": queue.tags} | _fields(queue.attributes, QUEUE_FIELDS)


def _topic(topic: AwsTopic) -> dict[str, Any]:
    fields = _fields(topic.attributes, TOPIC_FIELDS)
    if _DEFAULT_POLICY in str(fields.get("policy", "")):
        del fields["policy"]
    if topic.protection is not None:
        fields["data_protection_policy"] = topic.protection
    return _named(topic.arn) | {"tags": topic.tags} | fields


def _named(text: str) -> dict[str, Any]:
    arn = Arn.parse(text)
    assert arn is not None, "AWS gave it"
    return {"name": arn.resource, "account": arn.account, "region": arn.region}


def _subscriptions(account: Account, notices: list[str], *, web: bool) -> Iterator[dict[str, Any]]:
    topics = {topic.arn for topic in account.topics}
    for each in account.subscriptions:
        reason = _left_out(each, topics, web=web)
        if reason is None:
            yield _subscription(each)
        else:
            notices.append(f"{each.topic} -> {masked_endpoint(each.endpoint)} is left out: {reason}")


def _left_out(each: AwsSubscription, topics: set[str], *, web: bool) -> str | None:
    if each.topic not in topics:
        return "its topic is not in this account and region."
    if not each.confirmed:
        return "it is not confirmed."
    if each.protocol in _WEB and not web:
        return "the emulator would call it; --web takes it along."
    return None


def _subscription(each: AwsSubscription) -> dict[str, Any]:
    fields = _fields(each.attributes, SUBSCRIPTION_FIELDS)
    if "filter_policy" not in fields:
        fields.pop("filter_policy_scope", None)
    return {"topic": each.topic, "protocol": each.protocol, "endpoint": each.endpoint, "confirmed": True} | fields


def _mappings(account: Account, notices: list[str]) -> Iterator[dict[str, Any]]:
    queues = {queue.arn for queue in account.queues}
    for each in account.mappings:
        if each.queue in queues:
            yield _mapping(each)
        else:
            notices.append(f"{each.queue} -> {each.function} is left out: its queue is not in this account and region.")


def _mapping(each: AwsMapping) -> dict[str, Any]:
    fields = {
        "queue": each.queue,
        "function": each.function,
        "enabled": each.enabled,
        "batch_size": each.batch_size,
        "maximum_batching_window_in_seconds": each.window_seconds,
        "report_batch_item_failures": each.reports_failures,
        "maximum_concurrency": each.maximum_concurrency,
        "filters": each.filters,
        "tags": each.tags,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _fields(attributes: dict[str, str], names: Any) -> dict[str, Any]:
    """The attributes that can be set, as a configuration has them."""
    return {field: _value(field, attributes[name]) for field, name in names.items() if attributes.get(name)}


def _value(field: str, text: str) -> Any:
    if field in _TEXTS:
        return text
    return _BOOLEANS[text] if text in _BOOLEANS else int(text) if text.isdecimal() else text
