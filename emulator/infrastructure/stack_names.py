"""The name that a stack has without one being given."""

import os
import re

_OTHER_CHARACTERS = re.compile(r"[^A-Za-z0-9-]+")
_PLAIN_NAMES = ("template", "packaged", "main")  # say nothing about the stack: the folder does


def stack_name_of(file: str) -> str:
    """The name of the template's file up to the first dot, or that of its folder if the file is ``template.yaml``."""
    name = os.path.basename(file).partition(".")[0]
    if name in _PLAIN_NAMES:
        name = os.path.basename(os.path.dirname(os.path.abspath(file))) or name
    return _OTHER_CHARACTERS.sub("-", name).strip("-") or "stack"
