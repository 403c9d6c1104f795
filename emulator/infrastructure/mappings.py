"""AWS::Lambda::EventSourceMapping, of queues.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.aws.arns import arn
from emulator.declared.document import DocumentPath
from emulator.declared.shapes import EventSourceMappingShape
from emulator.declared.wording import shown
from emulator.infrastructure.declaring import Declaring
from emulator.infrastructure.physical_names import physical_uuid
from emulator.infrastructure.resource import Resource
from emulator.infrastructure.resource_type import ResourceType

EVENT_SOURCE_MAPPING = "AWS::Lambda::EventSourceMapping"

_NAMES = {
    "BatchSize": "batch_size",
    "Enabled": "enabled",
    "EventSourceArn": "queue",
    "Filters": "filters",
    "FunctionArn": "function",
    "MaximumBatchingWindowInSeconds": "maximum_batching_window_in_seconds",
    "MaximumConcurrency": "maximum_concurrency",
    "ReportBatchItemFailures": "report_batch_item_failures",
    "Tags": "tags",
}
# Properties that are given otherwise in a configuration file, or that only other event sources have.
_READ_APART = ("FilterCriteria", "FunctionName", "FunctionResponseTypes", "ScalingConfig", "Tags")
_IGNORED = ("KmsKeyArn", "LoggingConfig", "MetricsConfig", "ProvisionedPollerConfig", "StartingPosition")


def _declare(declaring: Declaring, resource: Resource) -> None:
    given, path = resource.properties(), resource.path
    if any(resource.has(name) and name not in given for name in ("EventSourceArn", "FunctionName")):
        return  # it could not be evaluated
    stack = resource.stack
    function = function_arn(given.get("FunctionName"), stack.account, stack.region)
    shape = _options(declaring, given, path)
    declaring.mapping(resource.logical_id, given.get("EventSourceArn"), function, shape, path)


def function_arn(name: Any, account: str, region: str) -> Any:
    """The ARN of a function that is given by its name; anything else as it is."""
    if not isinstance(name, str) or not name or name.startswith("arn:"):
        return name
    return arn("lambda", region, account, f"function:{name.rpartition('function:')[2]}")


def _options(declaring: Declaring, given: Mapping[str, Any], path: DocumentPath) -> EventSourceMappingShape:
    values = {name: value for name, value in given.items() if name not in (*_READ_APART, *_IGNORED)}
    values["FunctionArn"] = "f"  # both are read by ``mapping``
    values["EventSourceArn"] = "q"
    criteria, types, scaling = (
        given.get("FilterCriteria"),
        given.get("FunctionResponseTypes"),
        given.get("ScalingConfig"),
    )
    values["Filters"] = list(_patterns(declaring, criteria, (*path, "FilterCriteria")))
    if isinstance(types, list):
        values["ReportBatchItemFailures"] = "ReportBatchItemFailures" in types
    if isinstance(scaling, Mapping):
        values["MaximumConcurrency"] = scaling.get("MaximumConcurrency")
    values["Tags"] = declaring.tags(given.get("Tags"), (*path, "Tags"))
    return declaring.shape(EventSourceMappingShape, _NAMES, values, path)


def _patterns(declaring: Declaring, criteria: Any, path: DocumentPath) -> Iterator[str]:
    if criteria is None:
        return
    filters = criteria.get("Filters") if isinstance(criteria, Mapping) else None
    if not isinstance(filters, list):
        declaring.mistakes.add(
            path, f"FilterCriteria is {shown(criteria)}; a mapping with a list of Filters is wanted."
        )
        return
    for index, each in enumerate(filters):
        pattern = each.get("Pattern") if isinstance(each, Mapping) else None
        if isinstance(pattern, str):
            yield pattern
        else:
            text = f"Filters[{index}] is {shown(each)}; a mapping with a Pattern is wanted."
            declaring.mistakes.add((*path, "Filters", index), text)


def _uuid(resource: Resource) -> str:
    return physical_uuid(resource.stack.id, resource.logical_id)


def _arn(resource: Resource) -> str:
    stack = resource.stack
    return arn("lambda", stack.region, stack.account, f"event-source-mapping:{_uuid(resource)}")


TYPES = {
    EVENT_SOURCE_MAPPING: ResourceType(_uuid, {"Id": _uuid, "EventSourceMappingArn": _arn}, _declare, late=True),
}
