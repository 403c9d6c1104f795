"""The faults in force."""

from collections.abc import Callable, Iterator

from emulator.aws.place import EVERYWHERE, Place
from emulator.faults.deliveries import AttemptFaults, DeliveryFaults
from emulator.faults.fault import Fault
from emulator.faults.later import Later
from emulator.faults.requests import RequestFaults
from emulator.faults.rule import REQUEST_EFFECTS, Rule
from emulator.faults.soundness import check
from emulator.foundation.events import Observer
from emulator.foundation.part import Part
from emulator.timing.clock import Clocks

_ATTEMPT_EFFECTS = ("fail_delivery",)
_DISTURBANCES = ("drop_delivery", "double_delivery", "delay_delivery")


class Faults(Part):
    """Faults by id, in the order in which they were added. ``changed`` is called when one is added or removed."""

    def __init__(
        self, clocks: Clocks, observer: Observer, changed: Callable[[], None], *, stall_seconds: float
    ) -> None:
        self._clocks = clocks
        self._observer = observer
        self._changed = changed
        self._stall_seconds = stall_seconds
        self._later = Later(clocks)
        self._by_id: dict[str, Fault] = {}
        self._added = 0

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def add(self, rule: Rule) -> Fault:
        """Add a fault, in force from now on; UnsoundRuleError if it could never take effect."""
        check(rule)
        self._added += 1
        fault = Fault(f"fault-{self._added}", rule)
        self._by_id[fault.id] = fault
        self._changed()
        return fault

    def find(self, fault_id: str) -> Fault | None:
        return self._by_id.get(fault_id)

    def remove(self, fault: Fault) -> None:
        """Remove a fault. Requests that it holds up continue; deliveries that it delayed stay delayed."""
        del self._by_id[fault.id]
        self._changed()
        fault.pauses.close()

    def clear(self, account: str | None = None) -> None:
        """Remove all faults, or those of one account."""
        for fault in [fault for fault in self if account in (None, fault.rule.account)]:
            self.remove(fault)

    def reset(self, place: Place = EVERYWHERE) -> None:
        """Remove all faults, or those of one account, and drop what they have delayed."""
        if place.region is None:
            self.clear(place.account)
            self._later.drop(place.account)

    def unload(self, account: str) -> None:
        """Drop what faults of the account have delayed. They stay in force, as faults are those of a process."""
        self._later.drop(account)

    def close(self) -> None:
        """Release the requests that faults delay."""
        self.reset()

    @property
    def of_requests(self) -> RequestFaults | None:
        faults = self._with(REQUEST_EFFECTS)
        return RequestFaults(faults, self._stall_seconds) if faults else None

    @property
    def of_deliveries(self) -> DeliveryFaults | None:
        faults = self._with(_DISTURBANCES)
        return DeliveryFaults(faults, self._later, self._observer) if faults else None

    @property
    def of_attempts(self) -> AttemptFaults | None:
        faults = self._with(_ATTEMPT_EFFECTS)
        return AttemptFaults(faults, self._clocks) if faults else None

    def _with(self, effects: tuple[str, ...]) -> list[Fault]:
        return [fault for fault in self if fault.effect in effects]
