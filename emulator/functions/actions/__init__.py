"""The actions of Lambda; importing this package registers them."""

from emulator.functions.actions import mappings, tags

__all__ = ["mappings", "tags"]
