"""The types of resources that are emulated."""

from collections.abc import Mapping

from emulator.infrastructure import mappings, queues, topics
from emulator.infrastructure.resource_type import ResourceType

RESOURCE_TYPES: Mapping[str, ResourceType] = queues.TYPES | topics.TYPES | mappings.TYPES


def resource_types(*, principals: bool) -> Mapping[str, ResourceType]:
    """The types that are emulated, with those of IAM where there are ``principals``: where policies are enforced."""
    if not principals:
        return RESOURCE_TYPES
    from emulator.infrastructure import iam  # few need them

    return {**RESOURCE_TYPES, **iam.TYPES}
