"""What an emulator contains when it is ready: a state document, and above it what a configuration file declares."""

import asyncio
import logging
import os
from collections.abc import Mapping
from typing import Any

from emulator.configuration.document_error import DocumentError
from emulator.configuration.settings import Settings
from emulator.declared.applying import Applied
from emulator.declared.calls import Calls
from emulator.declared.configuration import Present, check, complete, declared_by, state_without_messages
from emulator.declared.declarations import Declarations
from emulator.declared.document import Document, Mistakes
from emulator.declared.loading import load
from emulator.declared.state_file import accounts_in, read_state, restore_state, write_state
from emulator.state.document import State
from emulator.world.world import World

logger = logging.getLogger(__name__)

_LOOK_EVERY_SECONDS = 0.5


class Contents:
    """The contents of one emulator. ``check`` comes first, then ``fill``."""

    def __init__(self, settings: Settings, document: Document | None) -> None:
        """``document`` is the configuration; None: there is none. DocumentError if a template cannot be read."""
        self._settings = settings
        self._document = complete(document, settings)
        self._applied: Applied | None = None
        self._endpoint = ""
        self._seen = {} if self._document is None else _look(self._document)

    async def check(self) -> None:
        """Try everything on another emulator; DocumentError with all mistakes of the configuration, or of the state."""
        state = self._state()
        if self._document is not None:
            await check(self._document, self._settings, Present(state, keep_time=state is not None))

    def _state(self) -> State | None:
        file = self._settings.state
        return None if file is None else read_state(file, may_be_missing=file == self._settings.save_state)

    def accounts(self, *, is_kept: bool) -> set[str]:
        """The accounts of all that ``fill`` makes. DocumentError if the state cannot be read."""
        state = None if is_kept else self._state()
        found = set() if state is None else accounts_in(state)
        if self._document is not None:
            found |= self._declarations(self._document).accounts()
        return found

    async def fill(self, world: World, endpoint: str, *, is_kept: bool = False) -> None:
        """Restore the state, and make what is declared. DocumentError if something cannot be done.

        ``endpoint`` is the address for links in requests to confirm, such as ``http://localhost:4566``. With
        ``is_kept`` the World has a state from a data directory, which stays, and so does its time.
        """
        state = None if is_kept else self._state()
        if state is not None:
            restore_state(world, self._settings.state or "", state)
        if self._document is not None:
            self._applied = Applied(Calls(world, self._settings, endpoint))
            self._endpoint = endpoint
            declarations = self._declarations(self._document)
            for notice in declarations.notices:
                logger.warning("%s", notice)
            await self._apply(self._document, declarations, keep_time=is_kept or state is not None)

    async def fill_again(self, world: World, endpoint: str) -> None:
        """As ``fill``, for a World that was emptied while the server runs: mistakes are logged."""
        try:
            await self.fill(world, endpoint)
        except DocumentError as error:
            logger.error("The emulator has not all of its contents: %s", "; ".join(error.lines))

    async def save(self, world: World) -> None:
        """Write the state, if that is wanted. DocumentError if it cannot be written."""
        if self._settings.save_state is not None:
            await write_state(world, self._settings.save_state)

    async def watch(self, world: World) -> None:
        """Apply the files to ``world`` each time one of them changes, until this task is canceled."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            assert self._document is not None, "a file is watched"
            seen = _look(self._document)
            if seen != self._seen:
                changed = [file for file in seen if seen[file] != self._seen.get(file)]
                self._seen = seen
                await self._change(", ".join(changed), world)

    async def _change(self, changed: str, world: World) -> None:
        """Apply changed files. With mistakes they change nothing."""
        assert self._applied is not None, "it is filled"
        present = Present(state_without_messages(world), self._applied.declared)
        try:
            # In a thread: large files take long to read, and others are to be answered meanwhile.
            document = await asyncio.to_thread(_checked, self._settings, present)
            if _options(document) != _options(self._document):
                logger.warning("%s: options change with the next start only", changed)
            await self._apply(document, self._declarations(document))
        except DocumentError as error:
            logger.error("The configuration stays as it is: %s", "; ".join(error.lines))
        else:
            self._document = document
            self._seen = _look(document) | self._seen
            logger.info("%s: applied", changed)

    async def _apply(self, document: Document, declarations: Declarations, *, keep_time: bool = False) -> None:
        assert self._applied is not None, "it is filled"
        mistakes = Mistakes(document)
        await self._applied.apply(declarations, mistakes, prune=self._settings.prune, keep_time=keep_time)
        mistakes.check()

    def _declarations(self, document: Document) -> Declarations:
        return declared_by(document, Mistakes(document), self._settings, self._endpoint)


def _checked(settings: Settings, present: Present) -> Document:
    document = complete(None if settings.config is None else load(settings.config), settings)
    assert document is not None, "a file is watched"
    asyncio.run(check(document, settings, present))
    return document


def _look(document: Document) -> dict[str, tuple[int, ...] | None]:
    """What there is to see of the files of a document and of those beside it."""
    files = (each.file for each in (document, *document.beside.values()))
    return {file: _seen(file) for file in files if file}


def _seen(file: str) -> tuple[int, ...] | None:
    """What changes when a file is written or replaced; None if there is no file."""
    try:
        seen = os.stat(file)  # of what a link leads to, such as the file of a mounted ConfigMap
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_size, seen.st_ino


def _options(document: Document | None) -> Mapping[str, Any]:
    return {} if document is None else document.content.get("options") or {}
