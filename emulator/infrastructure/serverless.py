"""The SNS and SQS events of SAM's functions, as the resources that SAM's transform makes of them.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-sns.html
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-sqs.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.declared.document import DocumentPath, Mistakes
from emulator.declared.wording import shown
from emulator.infrastructure.mappings import EVENT_SOURCE_MAPPING
from emulator.infrastructure.queues import QUEUE, QUEUE_POLICY
from emulator.infrastructure.template import Template, TemplateResource
from emulator.infrastructure.topics import SUBSCRIPTION

_FUNCTION = "AWS::Serverless::Function"
# The properties of an event that become properties of its subscription.
_COPIED = ("FilterPolicy", "FilterPolicyScope", "RedrivePolicy", "Region")
_OF_MAPPINGS = (
    "BatchSize",
    "Enabled",
    "FilterCriteria",
    "FunctionResponseTypes",
    "MaximumBatchingWindowInSeconds",
    "ScalingConfig",
)


def with_events(template: Template, mistakes: Mistakes) -> Template:
    """``template``, with the resources of the events of its functions added."""
    if template.is_serverless:
        for function in [each for each in template.resources.values() if each.type == _FUNCTION]:
            for made in _resources_of(function, mistakes):
                template.resources.setdefault(made.logical_id, made)
    return template


def _resources_of(function: TemplateResource, mistakes: Mistakes) -> Iterator[TemplateResource]:
    events = function.properties.get("Events") or {}
    at: DocumentPath = (*function.path, "Events")
    if not isinstance(events, dict):
        mistakes.add(at, f"Events is {shown(events)}; a mapping is wanted.")
        return
    for name, event in events.items():
        if not isinstance(event, dict) or not isinstance(event.get("Properties") or {}, dict):
            mistakes.add((*at, name), f"{name} is {shown(event)}; a mapping with Type and Properties is wanted.")
            continue
        properties, path = event.get("Properties") or {}, (*at, name, "Properties")
        if event.get("Type") == "SNS":
            yield from _of_sns(function, name, properties, path, mistakes)
        elif event.get("Type") == "SQS":
            mistakes.rename((*path, "EventSourceArn"), (*path, "Queue"))
            yield _mapping(function, f"{function.logical_id}{name}", event.get("Properties") or {}, "Queue", path)


def _of_sns(
    function: TemplateResource, name: str, event: dict[str, Any], path: DocumentPath, mistakes: Mistakes
) -> Iterator[TemplateResource]:
    logical_id = f"{function.logical_id}{name}"
    mistakes.rename((*path, "TopicArn"), (*path, "Topic"))
    subscription = {"TopicArn": event.get("Topic"), **{key: event[key] for key in _COPIED if key in event}}
    through = event.get("SqsSubscription")
    if through in (None, False, "false"):
        called = {"Protocol": "lambda", "Endpoint": {"Fn::GetAtt": [function.logical_id, "Arn"]}}
        yield _resource(function, logical_id, SUBSCRIPTION, subscription | called, path)
        return
    queue: Any = {"Fn::GetAtt": [f"{logical_id}Queue", "Arn"]}
    url: Any = {"Ref": f"{logical_id}Queue"}
    if isinstance(through, Mapping):
        queue, url = through.get("QueueArn"), through.get("QueueUrl")
        mistakes.rename((*path, "Endpoint"), (*path, "SqsSubscription", "QueueArn"))
    else:
        yield _resource(function, f"{logical_id}Queue", QUEUE, {}, path)
    policy = {"PolicyDocument": _policy(queue, event.get("Topic")), "Queues": [url]}
    yield _resource(function, f"{logical_id}QueuePolicy", QUEUE_POLICY, policy, path)
    yield _resource(function, logical_id, SUBSCRIPTION, subscription | {"Protocol": "sqs", "Endpoint": queue}, path)
    given = {**through, "QueueArn": queue} if isinstance(through, Mapping) else {"QueueArn": queue}
    yield _mapping(function, f"{logical_id}EventSourceMapping", given, "QueueArn", path)


def _mapping(
    function: TemplateResource, logical_id: str, given: Mapping[str, Any], queue: str, path: DocumentPath
) -> TemplateResource:
    """The mapping of an event whose property ``queue`` has the ARN of the queue."""
    properties = {name: given[name] for name in _OF_MAPPINGS if name in given}
    properties |= {"EventSourceArn": given.get(queue), "FunctionName": {"Fn::GetAtt": [function.logical_id, "Arn"]}}
    return _resource(function, logical_id, EVENT_SOURCE_MAPPING, properties, path)


def _policy(queue: Any, topic: Any) -> dict[str, Any]:
    statement = {
        "Action": "sqs:SendMessage",
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _resource(
    function: TemplateResource, logical_id: str, kind: str, properties: dict[str, Any], path: DocumentPath
) -> TemplateResource:
    """A resource that exists if the function does. ``path`` leads to the properties of the event."""
    body = {"Type": kind, "Properties": properties, "Condition": function.condition}
    return TemplateResource(logical_id, body, path)
