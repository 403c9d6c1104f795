"""What a message says, apart from the queue that it is in.

Content is written once and never changes. All places of the same content share it: the queues of one publish, a
dead-letter queue, and where a message move task sends a message on.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from msgspec import Struct, field

from emulator.aws.message_attribute import MessageAttribute

NO_ATTRIBUTES: Mapping[str, MessageAttribute] = {}


class Recipe(Protocol):
    """Frozen data that a body is rendered from; every rendering is the same text."""

    def render(self) -> str:
        """The body."""
        ...

    def recorded(self, beside: "Recipe | None") -> object:
        """The recipe as msgspec can encode it; a ``RecipeReader`` makes it again. What it shares with ``beside``, which
        was recorded before, is left out.
        """
        ...


# Makes a recipe of what was recorded of it, as it is or as plain values, and of the one that it was recorded beside.
RecipeReader = Callable[[Any, Recipe | None], Recipe]


class Content(Struct, frozen=True, eq=False, gc=False):
    """Body, message attributes, sender and the publish that it came from.

    ``gc=False``: the garbage collector need not examine contents, as they are never part of a reference cycle.
    """

    source: str | Recipe  # the body, or what it is rendered from when a receiver wants it
    sender_id: str
    attributes: Mapping[str, MessageAttribute] = field(default_factory=lambda: NO_ATTRIBUTES)
    trace_header: str | None = None
    origin: str | None = None  # id of the publish that it came from
    body_md5: bytes | None = None  # once it was computed; the digits take twice the room

    @property
    def body(self) -> str:
        source = self.source
        return source if isinstance(source, str) else source.render()

    @property
    def is_text(self) -> bool:
        """Whether the body is a text already, so that asking for it costs nothing."""
        return isinstance(self.source, str)
