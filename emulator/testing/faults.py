"""The faults of a test."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.testing.control import Control, ControlError


@dataclass(frozen=True, slots=True)
class Firing:
    """One time that a fault took effect, on a request (which has an action and an id) or on a delivery."""

    at: datetime
    resource: str | None = None  # ARN of the queue or topic
    action: str | None = None
    request_id: str | None = None
    message_id: str | None = None
    endpoint: str | None = None


class Fault:
    """A fault that was added. Its counts are read when they are used. LookupError after it was removed."""

    def __init__(self, control: Control, state: Mapping[str, Any]) -> None:
        self._control = control
        self.id: str = state["id"]
        self.rule: Mapping[str, Any] = state["rule"]

    @property
    def matched(self) -> int:
        """How many requests or deliveries its rule matched."""
        return int(self._control.fault(self.id)["matched"])

    @property
    def fired(self) -> int:
        """How many requests or deliveries it took effect on."""
        return int(self._control.fault(self.id)["fired"])

    @property
    def held_up(self) -> int:
        """How many requests it holds up now."""
        return int(self._control.fault(self.id)["held_up"])

    @property
    def firings(self) -> list[Firing]:
        """The last firings, up to 1,000, the newest last."""
        return [_firing(firing) for firing in self._control.fault(self.id)["firings"]]

    def remove(self) -> None:
        """End the fault. Requests that it holds up continue."""
        self._control.remove_fault(self.id)

    def __repr__(self) -> str:
        return f"<Fault {self.id}: {self.rule}>"


class Faults:
    """The faults of the test's account. They affect no other account."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def add(self, **rule: object) -> Fault:
        """Add a fault. docs/faults.md describes ``rule``. Raises ValueError, which says what is wrong with the rule."""
        try:
            return Fault(self._control, self._control.add_fault(rule))
        except ControlError as refused:
            raise ValueError(str(refused)) from None

    def list(self) -> list[Fault]:
        """The faults, in the order in which they were added."""
        return [Fault(self._control, state) for state in self._control.faults()]

    def clear(self) -> None:
        """End all faults of the account."""
        self._control.clear_faults()


def _firing(firing: Mapping[str, Any]) -> Firing:
    fields = {name: value for name, value in firing.items() if name != "account"}
    return Firing(**fields | {"at": datetime.fromisoformat(firing["at"])})
