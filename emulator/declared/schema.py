"""The JSON Schema of a configuration file, for editors. It is made from the types and from the table of options."""

from typing import Any

import msgspec

from emulator.configuration.option import Option
from emulator.configuration.settings import OPTIONS
from emulator.declared.file_options import NOT_IN_A_FILE
from emulator.declared.shapes import Configuration

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TYPES = {"text": "string", "flag": "boolean", "integer": "integer", "number": "number"}


def schema() -> dict[str, Any]:
    """The schema, in draft 2020-12."""
    (root,), shared = msgspec.json.schema_components([Configuration], ref_template="#/$defs/{name}")
    name = root["$ref"].rpartition("/")[2]
    configuration = shared.pop(name)
    configuration["properties"]["options"] = {
        "type": "object",
        "description": "Options of the command line, by their names.",
        "properties": {option.name: _option(option) for option in OPTIONS.values() if option.name not in NOT_IN_A_FILE},
        "additionalProperties": False,
    }
    return {"$schema": DIALECT, **configuration, "title": "Configuration of sqs-sns-emulator", "$defs": shared}


def _option(option: Option) -> dict[str, Any]:
    if option.mapping is not None:
        kind: dict[str, Any] = {"type": "object", "additionalProperties": {"type": "string"}}
    elif option.several:
        kind = {"type": "array", "items": {"type": "string"}}
    elif option.choices:
        kind = {"enum": list(option.choices)}
    else:
        kind = {"type": _TYPES[option.kind]}
    if option.bounds is not None:
        kind["minimum"], kind["maximum"] = option.bounds
    if option.default is not None and not option.several:
        kind["default"] = option.default
    return {"description": option.help, **kind}
