"""Adds what a plan declares to declarations."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from emulator.declared.declarations import Declarations
from emulator.declared.document import Document, Mistakes
from emulator.infrastructure.declaring import Declaring
from emulator.infrastructure.notices import skipped
from emulator.infrastructure.place import StackPlace
from emulator.infrastructure.terraform.instances import Instances, Used
from emulator.infrastructure.terraform.plan import plan_of
from emulator.infrastructure.terraform.resources import Resources
from emulator.infrastructure.terraform.scope import root_scope

Declare = Callable[[Resources, Used], None]

# What others are about comes first.
_TYPES: Mapping[str, Declare] = {
    "aws_sqs_queue": Resources.queue,
    "aws_sns_topic": Resources.topic,
    "aws_sqs_queue_policy": lambda resources, used: resources.of_queue(used, "policy"),
    "aws_sqs_queue_redrive_policy": lambda resources, used: resources.of_queue(used, "redrive_policy"),
    "aws_sqs_queue_redrive_allow_policy": lambda resources, used: resources.of_queue(used, "redrive_allow_policy"),
    "aws_sns_topic_policy": lambda resources, used: resources.of_topic(used, "policy"),
    "aws_sns_topic_data_protection_policy": lambda resources, used: resources.of_topic(used, "data_protection_policy"),
    "aws_sns_topic_subscription": Resources.subscription,
    "aws_lambda_event_source_mapping": Resources.mapping,
}


class PlannedResources(NamedTuple):
    """The managed resources of a plan by type, and what resolves the values of their expressions."""

    file: str
    by_type: Mapping[str, list[Used]]
    instances: Instances


def declare_plan(
    document: Document,
    key: str,
    place: StackPlace,
    declarations: Declarations,
    mistakes: Mistakes,
    *,
    principals: bool = False,
) -> PlannedResources:
    """Add what a plan declares, with ``principals`` also those. ``key`` is the first step of all paths into the
    document.
    """
    plan = plan_of(document)
    instances = Instances(plan, document.file, place, declarations, mistakes)
    declaring = Declaring(declarations, mistakes)
    resources = Resources(instances, declaring)
    by_type: dict[str, list[Used]] = {}
    for scope, resource in root_scope(plan).all_resources():
        if resource.mode == "managed":
            used = Used(scope, resource, scope.written_of(resource), (key, resource.address))
            by_type.setdefault(resource.type, []).append(used)
    types = _types(principals=principals)
    for kind, declare in types.items():
        for used in by_type.get(kind, ()):
            declare(resources, used)
    declaring.finish()
    others = {kind: [each.resource.address for each in used] for kind, used in by_type.items() if kind not in types}
    declarations.notices += skipped(document.file, others)
    return PlannedResources(document.file, by_type, instances)


def _types(*, principals: bool) -> Mapping[str, Declare]:
    if not principals:
        return _TYPES
    from emulator.infrastructure.terraform.iam import TYPES  # few have any

    return {**_TYPES, **TYPES}
