"""Which configuration file a start has, and its options. What reads it is imported only if there is one."""

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.configuration.document_error import DocumentError
from emulator.configuration.localstack import Translation

if TYPE_CHECKING:
    from emulator.declared.document import Document

FOLDERS = ("", "/etc/emulator")
NAMES = ("emulator.toml", "emulator.yaml", "emulator.yml", "emulator.json")


class ConfigFile:
    """The configuration file of a start."""

    def __init__(self, file: str | None = None, *, found: bool = False) -> None:
        """``found`` by itself, and not given. Without a ``file`` there is none."""
        self.file = file
        self.found = found
        self.document: Document | None = None
        self.options: dict[str, Any] = {}  # by name, as the command line takes them
        self.error: DocumentError | None = None  # of the document and its options
        if file is not None:
            self._read(file)

    def _read(self, file: str) -> None:
        from emulator.declared.document import Mistakes
        from emulator.declared.file_options import options_of
        from emulator.declared.loading import load

        try:
            self.document = load(file)
            mistakes = Mistakes(self.document)
            self.options = options_of(self.document, mistakes)
            mistakes.check()
        except DocumentError as error:
            self.error = error

    def line_of(self, option: str) -> str:
        """Where the file gives an option, such as ``emulator.toml:3``."""
        position = None if self.document is None else self.document.position_of(("options", option))
        return f"{self.file}" if position is None else f"{self.file}:{position.line}"


class Start(NamedTuple):
    """Where the defaults of the options come from."""

    translation: Translation  # of LocalStack's environment variables
    config: ConfigFile  # wins over them


def config_file(given: str | None, *, no_config: bool) -> ConfigFile:
    """The file that is ``given``, or else one that is found by itself, unless ``no_config``."""
    if given is not None:
        return ConfigFile(given)
    found = None if no_config else _found()
    return ConfigFile(found, found=found is not None)


def _found() -> str | None:
    places = (os.path.join(folder, name) for folder in FOLDERS for name in NAMES)
    return next((place for place in places if os.path.isfile(place)), None)
