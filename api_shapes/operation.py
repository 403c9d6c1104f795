"""AWS's description of an operation, and the names of its members on the wire.

A shape's attributes are snake_case; msgspec encodes the names on the wire. On the query protocol a
member that is neither a list nor a map has the same name. Lists and maps have AWS's usual form,
``Name.member.N`` and ``Name.entry.N.key``/``.value``, unless the field is ``Annotated`` with one of
the traits below.
"""

from typing import Generic, Literal, TypeVar

import msgspec
from msgspec import Struct

Service = Literal["sqs", "sns"]
AnyService = Literal["sqs", "sns", "sts", "cloudformation", "lambda"]  # but for the first two, some actions only


class Shape(msgspec.Struct, omit_defaults=True, rename="pascal", gc=False):
    """A structure of the service model; a member that is absent is ``None``.

    Blobs are ``bytes``, enumerations plain strings, timestamps aware datetimes. The garbage collector does
    not track instances: wire values are trees, so they cannot be part of a cycle.
    """


class FlatList(Struct, frozen=True):
    """A list without a wrapper on the query protocol: ``name.N``, in XML a repeated ``<name>``."""

    name: str


class FlatMap(Struct, frozen=True):
    """A map without a wrapper on the query protocol: ``name.N.key`` and ``name.N.value``."""

    name: str
    key: str
    value: str


class EntryMap(Struct, frozen=True):
    """A wrapped map whose keys and values have other names: ``Field.entry.N.key`` and ``.value``."""

    key: str
    value: str


Trait = FlatList | FlatMap | EntryMap

Req = TypeVar("Req", bound=Shape)
Res = TypeVar("Res", bound=Shape | None)


class Constraint(Struct, frozen=True):
    """The constraints of a value in the service model: bounds of its length or its number, its pattern, its choices."""

    minimum: int | None = None
    maximum: int | None = None
    pattern: str | None = None
    choices: tuple[str, ...] = ()


class Operation(Struct, Generic[Req, Res], frozen=True, eq=False):
    """One action of a service: the types of its request and result, and the errors it may answer with.

    ``result`` is None where AWS has no output shape: such an answer has no Result element on the
    query protocol, while an output shape without members makes an empty one. ``errors`` are shape
    names of the service model, not the codes on the wire.
    """

    service: AnyService
    name: str
    request: type[Req]
    result: type[Res] | None
    errors: tuple[str, ...]
