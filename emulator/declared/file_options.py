"""The options in a configuration file."""

from collections.abc import Mapping
from typing import Any

from emulator.configuration.options import OptionError, checked
from emulator.configuration.settings import OPTIONS
from emulator.declared.document import Document, Mistakes
from emulator.declared.wording import proposal, shown

NOT_IN_A_FILE = ("config", "no_config")  # they say which file it is


def options_of(document: Document, mistakes: Mistakes) -> dict[str, Any]:
    """The options of a file by name, as the command line takes them. Adds to ``mistakes``."""
    given = document.content.get("options")
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        mistakes.add(("options",), f"options is {shown(given)}; a table is wanted.")
        return {}
    known = [name for name in OPTIONS if name not in NOT_IN_A_FILE]
    values = {}
    for name, value in given.items():
        path = ("options", name)
        if name not in known:
            mistakes.add(path, f"There is no option {name} in a file; {proposal(name, known)}", key=True)
        elif value is not None:
            try:
                values[name] = checked(name, value)
            except OptionError as error:
                mistakes.add(path, str(error))
    return values
