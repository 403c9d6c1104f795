"""From the file of a store to a World: the latest snapshot, and then every change since."""

from collections.abc import Iterable, Iterator

import msgspec

from emulator.state.document import State
from emulator.state.part import DocumentError
from emulator.state.restoring import restoring
from emulator.store.database import Database, StoreError
from emulator.store.journal import SEPARATOR
from emulator.turns import Work, portions
from emulator.world import World

_CHANGES_AT_ONCE = 200


def recovering(world: World, database: Database) -> Work[int]:
    """Put what the file holds into a new World, in portions. Returns its size in bytes.

    StoreError if it cannot be read.
    """
    world.pause()
    size = 0
    snapshot = bytearray()
    for portion in database.snapshot():
        snapshot += portion
        yield
    if snapshot:
        size += len(snapshot)
        try:
            # Not in portions, which would take twice as long in all: only health waits.
            state = msgspec.json.decode(snapshot, type=State)
            del snapshot
            yield
            yield from restoring(world, state)
        except (msgspec.MsgspecError, DocumentError) as error:
            raise StoreError(f"{database.file}: The snapshot cannot be read: {error}.") from None
    number = 0
    for changes in portions(_lines(database.changes()), _CHANGES_AT_ONCE):
        for change in changes:
            number += 1
            size += len(change)
            _apply(world, database, number, change)
        yield
    world.resume()
    return size


def _apply(world: World, database: Database, number: int, change: bytes) -> None:
    try:
        world.apply(world.read_change(change))
    except (msgspec.MsgspecError, DocumentError, LookupError, TypeError) as error:
        raise StoreError(f"{database.file}: Change {number} since the snapshot cannot be made: {error!r}.") from error


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The changes in ``pieces``, in which a change may begin in one and end in a later one."""
    begun: list[bytes] = []
    for piece in pieces:
        first, *others = piece.split(SEPARATOR)
        begun.append(first)
        for other in others:
            yield b"".join(begun)
            begun = [other]
