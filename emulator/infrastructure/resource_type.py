"""What is known of a type of resources."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from emulator.infrastructure.declaring import Declaring
from emulator.infrastructure.resource import Resource


class ResourceType(NamedTuple):
    """A type that is emulated."""

    reference: Callable[[Resource], str]  # what Ref gives
    attributes: Mapping[str, Callable[[Resource], str]]  # what Fn::GetAtt gives, by its name
    declare: Callable[[Declaring, Resource], None]  # raises Refused if the resource has no identity
    late: bool = False  # whether it is about others, which must be declared before
