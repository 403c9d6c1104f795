"""A state document in a file: read at the start, and written at the end."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from emulator.configuration.document_error import DocumentError
from emulator.state.document import State
from emulator.state.part import DocumentError as StateError
from emulator.state.part import owner_of
from emulator.state.restoring import restore
from emulator.state.streaming import stream
from emulator.state.subscriptions import StoredSubscription
from emulator.world.world import World


def read_state(file: str, *, may_be_missing: bool = False) -> State | None:
    """The document in ``file``; None if there is no file and there ``may_be_missing``. DocumentError otherwise."""
    try:
        text = Path(file).read_bytes()
    except FileNotFoundError:
        if may_be_missing:
            return None
        raise DocumentError([f"{file}: The file cannot be read: No such file or directory."]) from None
    except (OSError, ValueError) as error:
        raise DocumentError([f"{file}: The file cannot be read: {_reason(error)}."]) from None
    try:
        return msgspec.json.decode(text.decode("utf-8-sig"), type=State)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DocumentError([f"{file}: {error}."]) from None


def accounts_in(state: State) -> set[str]:
    """The accounts of which a document has anything."""
    found = {account for rows in state.parts.values() for account in rows}
    for _, part in state.owned():
        found.add(owner_of(part.arn) if isinstance(part, StoredSubscription) else part.owners[0])
    return found


def restore_state(world: World, file: str, state: State) -> None:
    """Put the document of ``file`` in the place of what there is; DocumentError if it cannot be."""
    try:
        restore(world, state)
    except StateError as error:
        raise DocumentError([f"{file}: {error}."]) from None


async def write_state(world: World, file: str) -> None:
    """Replace ``file`` by the present state, as a whole or not at all; DocumentError if it cannot be written."""
    try:
        with _replacing(file) as opened:
            async for portion in stream(world, None):
                opened.write(portion)
    except OSError as error:
        raise DocumentError([f"{file}: The state cannot be written: {_reason(error)}."]) from None


@contextmanager
def _replacing(file: str) -> Iterator[BinaryIO]:
    """A new file that takes the place of ``file`` at the end, unless there is an error before."""
    path = Path(file).absolute()
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            yield opened
            opened.flush()
            os.fsync(opened.fileno())
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _reason(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)
