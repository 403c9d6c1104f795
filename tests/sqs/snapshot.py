"""All that an object remembers, as plain values which can be compared and counted."""

from collections import deque
from collections.abc import Mapping

from emulator.sqs.catching_up import DeepQueues
from tests.fields import fields

Plain = object


def snapshot(thing: object, within: tuple[object, ...] = ()) -> Plain:
    """``thing`` and all it leads to, as scalars, lists and dicts; functions are left out, and collections of queues.

    Of what it is ``within``, as a queue that a move task of its own leads back to, the class alone is told.
    """
    if isinstance(thing, Mapping):
        return {repr(snapshot(key, within)): snapshot(value, within) for key, value in thing.items()}
    if isinstance(thing, list | tuple | deque):
        return [snapshot(item, within) for item in thing]
    if isinstance(thing, set | frozenset):
        return sorted(repr(snapshot(item, within)) for item in thing)
    if any(thing is outer for outer in within):
        return {"class": type(thing).__name__}
    if type(thing).__module__.startswith("emulator") and not isinstance(thing, int):
        return {"class": type(thing).__name__} | {
            name: snapshot(value, (*within, thing))
            for name, value in fields(thing)
            if not callable(value) and not isinstance(value, DeepQueues)
        }
    return thing


def entries(thing: object) -> int:
    """How many entries all the collections hold that ``thing`` leads to."""
    return _count(snapshot(thing))


def _count(plain: Plain) -> int:
    if isinstance(plain, dict):
        return len(plain) + sum(_count(value) for value in plain.values())
    if isinstance(plain, list):
        return len(plain) + sum(_count(item) for item in plain)
    return 0
