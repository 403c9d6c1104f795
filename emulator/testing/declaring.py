"""What tests declare: a configuration file, or a mapping of the same form."""

import os
from collections.abc import Mapping
from datetime import date
from typing import Any

Config = str | os.PathLike[str] | Mapping[str, Any]


def content_of(config: Config) -> dict[str, Any]:
    """The content of a configuration as JSON has it. Raises ValueError if a file cannot be read."""
    if isinstance(config, Mapping):
        return {str(key): _as_json(value) for key, value in config.items()}
    from emulator.declared.loading import load
    from emulator.document_error import DocumentError

    try:
        content = load(os.fspath(config)).content
    except DocumentError as error:
        raise ValueError(str(error)) from None
    return {key: _as_json(value) for key, value in content.items()}


def _as_json(value: Any) -> Any:
    """``value`` with points in time as texts."""
    if isinstance(value, Mapping):
        return {str(key): _as_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
