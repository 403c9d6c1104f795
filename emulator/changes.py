"""Lasting changes: what became of a thing, recorded in one place, in the order in which it happened.

A change says what a thing is now, not what was called: the whole thing when it begins, and later only the part that
changed. Each domain has its own changes, in its ``changes.py``, and a function that applies one. Applied in order to
an empty emulator, the recorded changes give the state in which they were recorded.

Events (``events.py``) are another vocabulary: they tell people what happened to messages, and hold what a reader wants
to know. A change holds what the state needs, and nothing else.
"""

from collections.abc import Callable

from msgspec import Struct

Record = Callable[["Change"], None]


class Change(Struct, frozen=True, tag=True, omit_defaults=True, gc=False):
    """What became of one thing. msgspec writes it as an object whose ``type`` is the name of the class."""


def _ignore(_: Change) -> None:
    """Record nothing."""


class Ledger:
    """Where the domains record changes.

    While nothing keeps them, ``kept`` is False and a change is not even made, so that recording costs the look at an
    attribute::

        if ledger.kept:
            ledger.record(QueueTagged(arn, tags))
    """

    __slots__ = ("kept", "record")

    def __init__(self) -> None:
        self.kept = False
        self.record: Record = _ignore

    def keep(self, record: Record | None) -> None:
        """From now on hand each change to ``record``; None ends it."""
        self.kept = record is not None
        self.record = record or _ignore
