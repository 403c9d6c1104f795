"""Fixes as blocks of Terraform's language, for the AWS provider.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

import json
import re
from collections.abc import Mapping
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
)
from emulator.declared.attributes import field_of

_TYPES: Mapping[str, str] = {
    ALARM: "aws_cloudwatch_metric_alarm",
    CONSUMER: "aws_lambda_event_source_mapping",
    KEY: "aws_kms_key",
    QUEUE: "aws_sqs_queue",
    QUEUE_POLICY: "aws_sqs_queue_policy",
    SUBSCRIPTION: "aws_sns_topic_subscription",
    TOPIC: "aws_sns_topic",
    TOPIC_POLICY: "aws_sns_topic_policy",
}
# Of properties whose argument is not their name in snake_case.
_ARGUMENTS: Mapping[str, str] = {
    "KeyPolicy": "policy",
    "MessageRetentionPeriod": "message_retention_seconds",
    "PolicyDocument": "policy",
    "QueueName": "name",
    "ReceiveMessageWaitTimeSeconds": "receive_wait_time_seconds",
    "TopicName": "name",
    "VisibilityTimeout": "visibility_timeout_seconds",
}
_DOCUMENTS = (
    "ArchivePolicy",
    "DataProtectionPolicy",
    "FilterPolicy",
    "KeyPolicy",
    "PolicyDocument",
    "RedriveAllowPolicy",
    "RedrivePolicy",
)
# Of properties that have a resource of their own: its type, and the arguments of the owner and of the value.
_OWN_RESOURCES: Mapping[str, tuple[str, str, str]] = {
    "DataProtectionPolicy": ("aws_sns_topic_data_protection_policy", "arn", "policy"),
    "RedriveAllowPolicy": ("aws_sqs_queue_redrive_allow_policy", "queue_url", "redrive_allow_policy"),
}
_FEEDBACK = {"http/s": "http"}
_WORD = re.compile("(?<=[a-z0-9])(?=[A-Z])")
_NEW = "  # the other arguments stay\n"


def as_terraform(fixes: list[Fix], names: Mapping[str, str]) -> str:
    """HCL of the resources that change."""
    return "\n".join(_block(fix, names) for fix in fixes)


def _block(fix: Fix, names: Mapping[str, str]) -> str:
    kind = _TYPES[fix.type]
    if fix.delete:
        return f"# remove {fix.name}\n"
    for name, (own, whose, argument) in _OWN_RESOURCES.items():
        if name in fix.properties:
            owner = _expression(UrlOf(fix.arn) if whose == "queue_url" else fix.arn, names)
            width = max(len(whose), len(argument))
            lines = f"  {whose.ljust(width)} = {owner}\n"
            lines += f"  {argument.ljust(width)} = {_document(fix.properties[name], names)}\n"
            return f'resource "{own}" "{_label(fix.name)}" {{\n{lines}}}\n'
    arguments: list[tuple[str, str]] = []
    removed = []
    for name, value in fix.properties.items():
        if value is None:
            removed.append(_argument(name))
        else:
            arguments += _assignments(name, value, names)
    width = max((len(name) for name, _ in arguments), default=0)
    lines = "".join(f"  {name.ljust(width)} = {value}\n" for name, value in arguments)
    lines += "".join(f"  # remove {name}\n" for name in removed)
    return f'resource "{kind}" "{_label(fix.name)}" {{\n{"" if fix.new else _NEW}{lines}}}\n'


def _assignments(name: str, value: Any, names: Mapping[str, str]) -> list[tuple[str, str]]:
    if name == "Queues":
        return [("queue_url", _expression(value[0], names))]
    if name == "Topics":
        return [("arn", _expression(value[0], names))]
    if name == "Tags":
        return [("tags", _expression({each["Key"]: each["Value"] for each in value}, names, 1))]
    if name == "Dimensions":
        return [("dimensions", _expression({each["Name"]: each["Value"] for each in value}, names, 1))]
    if name == "DeliveryStatusLogging":
        return [
            (f"{_FEEDBACK.get(each['Protocol'], each['Protocol'])}_failure_feedback_role_arn", _quoted(each[_ROLE]))
            for each in value
        ]
    if name in _DOCUMENTS and isinstance(value, dict):
        return [(_argument(name), _document(value, names))]
    return [(_argument(name), _expression(value, names, 1))]


_ROLE = "FailureFeedbackRoleArn"


def _argument(name: str) -> str:
    return _ARGUMENTS.get(name) or field_of(name)


def _document(value: Any, names: Mapping[str, str]) -> str:
    return f"jsonencode({_expression(value, names, 1)})"


def _expression(value: Any, names: Mapping[str, str], depth: int = 0) -> str:
    pad, end = "  " * (depth + 1), "  " * depth
    match value:
        case UrlOf(arn=arn):
            return f"{names[arn]}.url" if arn in names else _quoted(arn)
        case NameOf(arn=arn):
            return f"{names[arn]}.name" if arn in names else _quoted(arn.rpartition(":")[2])
        case ArnOf(arn=arn):
            return f"{names[arn]}.arn" if arn in names else _quoted(arn)
        case ArnOfNew(type=kind, name=name):
            return f"{_TYPES[kind]}.{_label(name)}.arn"
        case dict():
            rows = "".join(f"{pad}{_key(key)} = {_expression(each, names, depth + 1)}\n" for key, each in value.items())
            return f"{{\n{rows}{end}}}" if rows else "{}"
        case list():
            return f"[{', '.join(_expression(each, names, depth) for each in value)}]"
        case str() if value.startswith("arn:") and value in names:
            return f"{names[value]}.arn"
    return _quoted(value)


def _key(key: str) -> str:
    return key if re.fullmatch("[A-Za-z_][A-Za-z0-9_-]*", key) else _quoted(key)


def _quoted(value: Any) -> str:
    """A constant. In a text of HCL ``${`` and ``%{`` begin templates, and are escaped by doubling the sign."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text.replace("${", "$${").replace("%{", "%%{")


def _label(name: str) -> str:
    """The name of a resource: the last part of an address, without an index."""
    last = re.sub(r"\[.*\]$", "", name).rpartition(".")[2]
    return re.sub("[^A-Za-z0-9_-]", "_", _WORD.sub("_", last)).lower() or "resource"
