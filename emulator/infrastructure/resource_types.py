"""The types of resources that are emulated."""

from collections.abc import Mapping

from emulator.infrastructure import mappings, queues, topics
from emulator.infrastructure.resource_type import ResourceType

RESOURCE_TYPES: Mapping[str, ResourceType] = queues.TYPES | topics.TYPES | mappings.TYPES
