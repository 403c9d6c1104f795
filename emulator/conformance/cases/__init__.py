"""The cases: a package for each service, with a module for each subject."""

import importlib
import pkgutil

from emulator.conformance.case import CASES, Cases


def load() -> Cases:
    """All cases."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    return CASES
