"""Settings of Python's garbage collector that keep it from pausing the server for long.

A full collection examines every object, so with a million messages it would pause the server for half a second. But
messages are in no reference cycles: they are freed when the last reference to them goes. So when a full collection has
taken too long, all objects that it left alive are frozen: later collections skip them and examine newer objects only.
Frozen objects that become garbage in a cycle, such as a deleted queue, stay in memory until the heap is small again;
then all objects are unfrozen.

Only the server does this, in a process of its own. In a test's process the collector is left as it is.
"""

import gc
import sys
import time
from typing import Any, Literal

# The arguments of gc.set_threshold: new objects before a collection of the youngest generation (Python's 700 suits
# programs that keep few objects), and collections of one generation before one of the next. The first full collection
# should come while it is still short.
_THRESHOLDS = (3_000, 1, 1)
_PAUSE_SECONDS = 0.005  # objects are frozen after a full collection that takes longer
_SMALL_HEAP_BLOCKS = 500_000  # allocated blocks of memory; about three times as many as after the start

_FULL = 2


class PauseLimit:
    """A callback for ``gc.callbacks``: freezes objects after a collection longer than ``pause_seconds``.

    It unfreezes them once fewer than ``small_heap_blocks`` blocks of memory are allocated.
    """

    def __init__(self, pause_seconds: float = _PAUSE_SECONDS, small_heap_blocks: int = _SMALL_HEAP_BLOCKS) -> None:
        self._pause_seconds = pause_seconds
        self._small_heap_blocks = small_heap_blocks
        self._since = 0.0
        self._frozen = False
        self._unfrozen = False  # just now: the next full collection examines everything

    def __call__(self, phase: Literal["start", "stop"], info: dict[str, Any]) -> None:
        if info["generation"] != _FULL:
            return
        if phase == "start":
            self._since = time.perf_counter()
        elif time.perf_counter() - self._since > self._pause_seconds:
            if self._unfrozen:  # even so few blocks take too long: they are not unfrozen again and again
                self._small_heap_blocks //= 2
            gc.freeze()
            self._frozen, self._unfrozen = True, False
        else:
            self._unfrozen = self._frozen and sys.getallocatedblocks() < self._small_heap_blocks
            if self._unfrozen:
                gc.unfreeze()
                self._frozen = False


def pause() -> None:
    """Turn the collector off until ``limit_pauses``: hardly anything that is made during the start becomes garbage."""
    gc.disable()


def limit_pauses() -> None:
    """Turn the collector on, with short collections. It skips all objects made before, which are mostly modules."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    gc.callbacks.append(PauseLimit())
    gc.enable()
