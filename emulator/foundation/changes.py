"""Changes of the state, recorded in one place, in the order in which they happen.

A change says what an object is now, not which function was called: the whole object when it is created, and later only
the part that changed. Each domain has its own changes, in its ``changes.py``, and a function that applies one; those of
ids and clocks, which both domains use, are here. Applied in order to an empty emulator, the recorded changes give the
same state.

Events (``events.py``) serve another purpose: they report to people what happened to messages, and hold what a reader
wants to know. A change holds only what the state needs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from msgspec import Struct

Record = Callable[["Change"], None]
Stream = Literal["ids", "request_ids"]


class Change(Struct, frozen=True, tag=True, omit_defaults=True, gc=False):
    """The change of one object. msgspec encodes it with the name of the class as its ``type``."""

    @property
    def account(self) -> str | None:
        """The account whose state it changes, and which can be kept and made without those of others. None: it is of
        no account, or a reset of all of them. Many kinds have a field in the place of this.
        """
        raise NotImplementedError


class IdsTaken(Change, frozen=True):
    """A stream of ids that are made of a seed has come to another place."""

    account: str
    stream: Stream
    place: int


class ClockSet(Change, frozen=True):
    """The clock of an account goes otherwise now; without an account, that of accounts yet to come."""

    account: str | None = None
    offset: float = 0.0
    frozen_at: float | None = None


def _ignore(_: Change) -> None:
    """Record nothing."""


class Ledger:
    """Where the domains record changes.

    Check ``kept`` before making a change. It is False while changes are not kept, so that recording then costs only
    the look at an attribute::

        if ledger.kept:
            ledger.record(QueueTagged(arn, tags))
    """

    __slots__ = ("_once", "kept", "record")

    def __init__(self) -> None:
        self.kept = False
        self.record: Record = _ignore
        self._once: set[str] = set()

    def keep(self, record: Record | None) -> None:
        """Call ``record`` with each change from now on. None stops recording."""
        self.kept = record is not None
        self.record = record or _ignore
        self._once.clear()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Record nothing meanwhile: what changes is kept already, or elsewhere."""
        kept, record = self.kept, self.record
        self.kept, self.record = False, _ignore
        try:
            yield
        finally:
            self.kept, self.record = kept, record

    def first(self, what: str) -> bool:
        """Whether this is the first call with ``what`` since changes are kept: later changes depend on one change."""
        if what in self._once:
            return False
        self._once.add(what)
        return True
