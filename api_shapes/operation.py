"""What AWS says of an operation, and how its members are spelled on the wire.

A shape's attributes are snake_case; the names on the wire are the ones msgspec encodes. On the
query protocol a member that is no list and no map goes by that same name. Lists and maps go by
AWS's usual form, ``Name.member.N`` and ``Name.entry.N.key``/``.value``, unless the field carries
one of the traits below through ``Annotated``.
"""

from typing import Generic, Literal, TypeVar

import msgspec
from msgspec import Struct

Service = Literal["sqs", "sns"]
AnyService = Literal["sqs", "sns", "sts"]  # STS too, which has a single action here and nothing else


class Shape(msgspec.Struct, omit_defaults=True, rename="pascal", gc=False):
    """A structure of the service model; ``None`` is a member that is absent.

    Blobs are ``bytes``, enumerations plain strings, timestamps aware datetimes. Instances are not tracked
    by the garbage collector, as wire values are trees: no cycle can lead through one.
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
    """What the service model says a value may be: its length or, of a number, its value; its form; all its choices."""

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
