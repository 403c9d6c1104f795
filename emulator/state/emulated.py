"""What is exported and restored."""

from collections.abc import Iterable
from typing import Protocol

from emulator.aws.place import Place
from emulator.foundation.changes import Ledger
from emulator.foundation.ids import Ids
from emulator.foundation.part import Part
from emulator.sns.delivery.dispatch import Dispatch
from emulator.sns.service import SnsService
from emulator.sqs.service import SqsService
from emulator.timing.clock import Clocks
from emulator.timing.turns import Work


class Emulated(Protocol):
    """A world, as far as its state goes."""

    ledger: Ledger
    clocks: Clocks
    ids: Ids
    sqs: SqsService

    @property
    def sns(self) -> SnsService: ...

    @property
    def dispatch(self) -> Dispatch: ...

    def parts(self) -> Iterable[Part]: ...

    def make_parts(self, names: Iterable[str]) -> None:
        """Make those of the parts, given by the names of their classes, that are otherwise made when asked for."""

    def advance(self, place: Place) -> None:
        """Let everything happen that fell due in ``place``."""

    def catching_up(self, place: Place) -> Work[None]:
        """As ``advance``, in portions."""
        ...

    def resume(self) -> None:
        """Make the calls that are due, once the state is what it was."""

    def reset(self, place: Place) -> None:
        """Drop all that there is in ``place``."""
