"""What every part of the emulated world that has a state can do.

The world calls each verb on all of its parts, and knows nothing of what they hold. So a new part is a class that says
here what is different of it, and an entry in the list of the world.

The state document shows a part that has a ``form``. Where rows are more than one value for each account, functions in
``emulator/state`` write and read them.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from api_shapes.operation import Service
from emulator.aws.place import EVERYWHERE, Place
from emulator.foundation.changes import Change

NowOf = Callable[[str], float]  # the time of an account, in seconds since the epoch


class Part:
    """A part of the world. A verb that means nothing to a part stays as it is here, and does nothing."""

    __slots__ = ()

    service: ClassVar[Service | None] = None  # the one that it is reset with; None: it belongs to both
    changes: ClassVar[tuple[type[Change], ...]] = ()  # those that ``apply`` makes
    form: ClassVar[Any] = None  # if ``rows`` gives a row for each account by its id: the type of a row, for msgspec

    def advance(self, now_of: NowOf, place: Place = EVERYWHERE) -> None:
        """Let everything happen that fell due in ``place``."""

    def reset(self, place: Place = EVERYWHERE) -> None:
        """Drop what is in ``place``."""

    def unload(self, account: str) -> None:
        """Drop what belongs to an account, which goes on elsewhere. The ledger must not be kept."""
        self.reset(Place(account))

    def rows(self, account: str | None = None) -> Any:
        """What lasts, of one account or of all: what ``enter`` takes. None: nothing does."""
        del account

    def enter(self, rows: Any) -> None:
        """Take in what was exported, beside what there is, and record it as things that begin."""

    def apply(self, change: Any) -> None:
        """Make a change that was recorded, after all that were recorded before it. The ledger must not be kept."""
        raise TypeError(f"{type(self).__name__} makes no change of the type {type(change).__name__}")

    def close(self) -> None:
        """Answer all waiting requests, and let none wait from now on. Called at the end of the process."""
