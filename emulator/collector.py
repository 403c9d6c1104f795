"""Python's garbage collector, kept from stopping the server for long.

A full collection looks at every object there is, so with a million messages it would take half a second in which
nobody is answered. But messages are in no cycles: they go when nobody refers to them any more. So when a full
collection has taken too long, all that it has found alive is frozen, which means that later ones do not look at it
again; they look at what has come since. What then becomes garbage in a cycle, a deleted queue for instance, stays
until the heap is small again, when everything is looked at anew.

This is for a process that is the emulator's own. In a test's process the collector is not ours.
"""

import gc
import sys
import time
from typing import Any, Literal

# How many new objects it takes for the youngest to be looked at (Python's 700 suits programs that keep little), and how
# many such looks for one at the older ones: the first full collection is to come while it is short.
_THRESHOLDS = (5_000, 5, 2)
_PAUSE_SECONDS = 0.010  # a collection that takes longer is the last one of its size
_SMALL_HEAP_BLOCKS = 500_000  # of memory; some three times as many as the server starts with

_FULL = 2


class PauseLimit:
    """A listener to the collector. ``pause_seconds`` and ``small_heap_blocks`` say what is long, and what is small."""

    def __init__(self, pause_seconds: float = _PAUSE_SECONDS, small_heap_blocks: int = _SMALL_HEAP_BLOCKS) -> None:
        self._pause_seconds = pause_seconds
        self._small_heap_blocks = small_heap_blocks
        self._since = 0.0
        self._frozen = False

    def __call__(self, phase: Literal["start", "stop"], info: dict[str, Any]) -> None:
        if info["generation"] != _FULL:
            return
        if phase == "start":
            self._since = time.perf_counter()
        elif time.perf_counter() - self._since > self._pause_seconds:
            gc.freeze()
            self._frozen = True
        elif self._frozen and sys.getallocatedblocks() < self._small_heap_blocks:
            gc.unfreeze()
            self._frozen = False


def pause() -> None:
    """Collect nothing until ``limit_pauses``: of what a start imports and makes, next to nothing becomes garbage."""
    gc.disable()


def limit_pauses() -> None:
    """From now on no collection takes long. What there is already, modules above all, is not looked at again."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    gc.callbacks.append(PauseLimit())
    gc.enable()
