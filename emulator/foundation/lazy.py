"""What is imported and made when it is first asked for, so that a start costs only what the first request needs."""

from collections.abc import Callable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Lazy(Generic[Made]):
    """A thing that ``make`` makes once, at the first ``get``. The imports that only it needs belong into ``make``."""

    __slots__ = ("_make", "_thing", "made")

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make = make
        self._thing: Made
        self.made = False

    def get(self) -> Made:
        """The thing, which is made if it is not there yet."""
        if not self.made:
            self._thing = self._make()
            self.made = True
        return self._thing
