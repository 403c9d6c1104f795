"""The names of resources for which a template gives none.

They have the form of CloudFormation's, such as ``orders-Queue-1RNTAXL1XW3SQ``, but follow from the stack's id and the
logical id: they are the same in every run.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
"""

from base64 import b32encode
from hashlib import shake_256
from uuid import UUID

_RANDOM_CHARACTERS = 13


def physical_name(stack: str, stack_id: str, logical_id: str, length: int, suffix: str = "") -> str:
    """A name of at most ``length`` characters that ends with ``suffix``."""
    chance = b32encode(shake_256(f"{stack_id} {logical_id}".encode()).digest(10)).decode()[:_RANDOM_CHARACTERS]
    room = length - len(suffix) - _RANDOM_CHARACTERS - 1
    return f"{f'{stack}-{logical_id}'[:room]}-{chance}{suffix}"


def physical_uuid(stack_id: str, logical_id: str) -> str:
    """The id of a resource whose id is a UUID."""
    return str(UUID(bytes=shake_256(f"{stack_id} {logical_id}".encode()).digest(16), version=4))


def stack_uuid(seed: int | None, stack: str) -> str:
    """The last part of the id of a stack that comes from a file: the same in every run."""
    return str(UUID(bytes=shake_256(f"{'' if seed is None else seed} {stack}".encode()).digest(16), version=4))
