"""Cases of filter policies, as data: a policy, messages that match and messages that do not."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.mismatch import Mismatch, same

Attributes = Mapping[str, Mapping[str, object]]


def text(value: str, label: str = "") -> dict[str, object]:
    """A String attribute; ``label`` is that of a custom type."""
    return {"DataType": f"String.{label}" if label else "String", "StringValue": value}


def number(value: str, label: str = "") -> dict[str, object]:
    return {"DataType": f"Number.{label}" if label else "Number", "StringValue": value}


def array(value: str) -> dict[str, object]:
    """A String.Array attribute, from its text."""
    return {"DataType": "String.Array", "StringValue": value}


def binary(value: bytes) -> dict[str, object]:
    return {"DataType": "Binary", "BinaryValue": value}


def filters_attributes(
    id: str,
    sentence: str,
    policy: Mapping[str, Any],
    *,
    passing: Sequence[Attributes],
    stopped: Sequence[Attributes],
    source: str,
    certainty: Certainty,
) -> None:
    """A case: a policy on attributes accepts the first messages, and rejects the others."""

    @case(id, sentence, source, certainty)
    def run(aws: Caller) -> None:
        messages = [({"MessageAttributes": attributes} if attributes else {}) for attributes in [*stopped, *passing]]
        bodies = [f"{number} {_described(message)}" for number, message in enumerate(messages)]
        _check(aws, {"FilterPolicy": json.dumps(policy)}, list(zip(bodies, messages, strict=True)), len(stopped))


def filters_bodies(
    id: str,
    sentence: str,
    policy: Mapping[str, Any],
    *,
    passing: Sequence[str],
    stopped: Sequence[str],
    source: str,
    certainty: Certainty,
) -> None:
    """A case: a policy on the message body accepts the first texts, and rejects the others."""

    @case(id, sentence, source, certainty)
    def run(aws: Caller) -> None:
        settings = {"FilterPolicy": json.dumps(policy), "FilterPolicyScope": "MessageBody"}
        _check(aws, settings, [(body, {}) for body in [*stopped, *passing]], len(stopped))


def _check(
    aws: Caller, settings: Mapping[str, str], messages: Sequence[tuple[str, Mapping[str, Any]]], stopped: int
) -> None:
    """Publish all messages. The first ``stopped`` of them must not arrive."""
    queue, topic = aws.queue(), aws.topic()
    aws.subscribe(topic, queue, {"RawMessageDelivery": "true", **settings})
    for body, more in messages:
        aws.sns("Publish", TopicArn=topic, Message=body, **more).succeeds()
    expected = sorted(body for body, _ in messages[stopped:])
    arrived = arrivals(aws, queue, len(expected))
    same(arrived, expected, "the messages that passed the filter")


def arrivals(aws: Caller, queue: str, count: int) -> list[str]:
    """The bodies of this many messages, sorted. Raises Mismatch if there are more or fewer."""
    arrived = sorted(message["Body"] for message in aws.received(queue, count))
    more = aws.receive(queue, WaitTimeSeconds=0, MaxNumberOfMessages=10)
    if more:
        raise Mismatch(f"also arrived: {[message['Body'] for message in more]}")
    return arrived


def _described(message: Mapping[str, Any]) -> str:
    """The attributes of a message, for the report of a difference."""
    return json.dumps(message, default=lambda value: b64encode(value).decode())
