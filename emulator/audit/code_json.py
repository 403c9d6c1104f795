"""Fixes as calls of AWS's API: by operation, its parameters, as ``--cli-input-json`` takes them. Policies are alone."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from emulator.audit.fix import (
    ALARM,
    CONSUMER,
    KEY,
    QUEUE,
    QUEUE_POLICY,
    SUBSCRIPTION,
    TOPIC,
    TOPIC_POLICY,
    ArnOf,
    ArnOfNew,
    Fix,
    NameOf,
    UrlOf,
    resolved,
)

Call = tuple[str, dict[str, Any]]
_FEEDBACK = {"http/s": "HTTP", "application": "Application", "firehose": "Firehose", "lambda": "Lambda", "sqs": "SQS"}


def as_calls(fixes: list[Fix], names: Mapping[str, str]) -> str:
    """JSON of the calls, or of the policy that is to be set."""
    del names  # everything is called by its ARN
    if len(fixes) == 1 and fixes[0].type in (QUEUE_POLICY, TOPIC_POLICY, KEY) and not fixes[0].delete:
        document = fixes[0].properties.get("PolicyDocument") or fixes[0].properties["KeyPolicy"]
        return _json(resolved(document, _text))
    calls = [{operation: parameters} for fix in fixes for operation, parameters in _calls(fix)]
    return _json(calls[0] if len(calls) == 1 else calls)


def _calls(fix: Fix) -> list[Call]:
    if fix.delete:
        operation, parameter = _DELETES[fix.type]
        return [(operation, {parameter: _text(UrlOf(fix.arn)) if fix.type == QUEUE else fix.arn})]
    return _SETS[fix.type](fix, resolved(fix.properties, _text))


def _queue(fix: Fix, properties: dict[str, Any]) -> list[Call]:
    if fix.new:
        suffix = ".fifo" if properties.get("FifoQueue") else ""
        return [("CreateQueue", {"QueueName": f"{fix.name}{suffix}", "Attributes": _attributes(properties)})]
    if "QueueName" in properties:
        return [("CreateQueue", {"QueueName": properties["QueueName"]})]
    calls: list[Call] = []
    url = _text(UrlOf(fix.arn))
    tags = properties.pop("Tags", None)
    if tags is not None:
        calls.append(("TagQueue", {"QueueUrl": url, "Tags": {each["Key"]: each["Value"] for each in tags}}))
    if properties:
        calls.append(("SetQueueAttributes", {"QueueUrl": url, "Attributes": _attributes(properties)}))
    return calls


def _topic(fix: Fix, properties: dict[str, Any]) -> list[Call]:
    calls: list[Call] = []
    for name, value in properties.items():
        if name == "TopicName":
            calls.append(("CreateTopic", {"Name": value}))
        elif name == "Tags":
            calls.append(("TagResource", {"ResourceArn": fix.arn, "Tags": value}))
        elif name == "DataProtectionPolicy":
            calls.append(("PutDataProtectionPolicy", {"ResourceArn": fix.arn, name: json.dumps(value)}))
        elif name == "DeliveryStatusLogging":
            calls += [
                _set(fix, f"{_FEEDBACK[each['Protocol']]}FailureFeedbackRoleArn", each["FailureFeedbackRoleArn"])
                for each in value
            ]
        else:
            calls.append(_set(fix, name, value))
    return calls


def _set(fix: Fix, name: str, value: Any) -> Call:
    return "SetTopicAttributes", {"TopicArn": fix.arn, "AttributeName": name, "AttributeValue": _attribute(value)}


def _subscription(fix: Fix, properties: dict[str, Any]) -> list[Call]:
    replaced = {name: value for name, value in properties.items() if name in ("Protocol", "Endpoint")}
    if replaced:
        return [("Subscribe", {"TopicArn": fix.arn.rpartition(":")[0], **replaced}), ("Unsubscribe", _arn(fix))]
    return [
        ("SetSubscriptionAttributes", {**_arn(fix), "AttributeName": name, "AttributeValue": _attribute(value)})
        for name, value in properties.items()
    ]


def _arn(fix: Fix) -> dict[str, Any]:
    return {"SubscriptionArn": fix.arn}


def _policy(fix: Fix, properties: dict[str, Any]) -> list[Call]:
    document = json.dumps(properties["PolicyDocument"])
    if fix.type == QUEUE_POLICY:
        return [("SetQueueAttributes", {"QueueUrl": properties["Queues"][0], "Attributes": {"Policy": document}})]
    topic = properties["Topics"][0]
    return [("SetTopicAttributes", {"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": document})]


_SETS: Mapping[str, Callable[[Fix, dict[str, Any]], list[Call]]] = {
    ALARM: lambda fix, properties: [("PutMetricAlarm", {"AlarmName": fix.name, **properties})],
    CONSUMER: lambda fix, properties: [
        ("UpdateEventSourceMapping", {"UUID": fix.arn.rpartition(":")[2], **properties})
    ],
    KEY: lambda fix, properties: [("PutKeyPolicy", {"KeyId": fix.arn, "Policy": json.dumps(properties["KeyPolicy"])})],
    QUEUE: _queue,
    QUEUE_POLICY: _policy,
    SUBSCRIPTION: _subscription,
    TOPIC: _topic,
    TOPIC_POLICY: _policy,
}
_DELETES: Mapping[str, tuple[str, str]] = {
    CONSUMER: ("DeleteEventSourceMapping", "UUID"),
    QUEUE: ("DeleteQueue", "QueueUrl"),
    SUBSCRIPTION: ("Unsubscribe", "SubscriptionArn"),
    TOPIC: ("DeleteTopic", "TopicArn"),
}


def _attributes(properties: Mapping[str, Any]) -> dict[str, str]:
    return {name: _attribute(value) for name, value in properties.items()}


def _attribute(value: Any) -> str:
    """The text of an attribute; an empty text removes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def _text(value: Any) -> Any:
    match value:
        case UrlOf(arn=arn):
            parts = arn.split(":")
            return f"https://sqs.{parts[3]}.amazonaws.com/{parts[4]}/{parts[5]}"
        case NameOf(arn=arn):
            return arn.rpartition(":")[2]
        case ArnOf() | ArnOfNew():
            return value.arn
    return value


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n"
