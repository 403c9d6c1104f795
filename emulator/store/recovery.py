"""From what a store has kept to a World: the latest snapshot, and then every change since."""

from collections.abc import Iterable, Iterator

import msgspec

from emulator.state.document import State
from emulator.state.part import DocumentError
from emulator.state.restoring import loading
from emulator.store.database import SEPARATOR, Section, StoreError
from emulator.timing.turns import Work, portions
from emulator.world.world import World

_CHANGES_AT_ONCE = 200


def recovering(world: World, section: Section) -> Work[bool]:
    """Put what a section holds into a World that has nothing of it, in portions. Returns whether there was anything.

    Deliveries make no calls before ``resume``. StoreError if the section cannot be read.
    """
    snapshot = bytearray()
    for portion in section.snapshot():
        snapshot += portion
        yield
    was_there = bool(snapshot)
    if snapshot:
        try:
            # Not in portions, which would take twice as long in all: only health waits.
            state = msgspec.json.decode(snapshot, type=State)
            del snapshot
            yield
            yield from loading(world, state)
        except (msgspec.MsgspecError, DocumentError) as error:
            raise StoreError(f"{section.name}: The snapshot cannot be read: {error}.") from None
    number = 0
    for changes in portions(_lines(section.changes()), _CHANGES_AT_ONCE):
        with world.ledger.paused():
            for change in changes:
                number += 1
                _apply(world, section, number, change)
        yield
    return was_there or number > 0


def _apply(world: World, section: Section, number: int, change: bytes) -> None:
    try:
        world.apply(world.read_change(change))
    except (msgspec.MsgspecError, DocumentError, LookupError, TypeError) as error:
        raise StoreError(f"{section.name}: Change {number} since the snapshot cannot be made: {error!r}.") from error


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The changes in ``pieces``, in which a change may begin in one and end in a later one."""
    begun: list[bytes] = []
    for piece in pieces:
        first, *others = piece.split(SEPARATOR)
        begun.append(first)
        for other in others:
            yield b"".join(begun)
            begun = [other]
