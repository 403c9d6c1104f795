"""The JSON Schema accepts what the emulator accepts: the examples of the documentation, and of the tests."""

import asyncio
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from emulator.configuration.settings import OPTIONS
from emulator.declared.configuration import check_file
from emulator.declared.loading import load
from emulator.declared.schema import schema
from tests import patience
from tests.declared import test_worlds as worlds
from tests.declared.test_server import COMMAND

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "config-file.md").read_text()
BLOCKS = re.findall(r"^```(toml|yaml|json)(?: (?!mistakes)\S+)?\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
EXAMPLES = [
    *BLOCKS,
    ("toml", (ROOT / "examples" / "emulator.toml").read_text()),
    ("toml", worlds.SHOP),
    ("toml", worlds.LEDGER),
    ("toml", worlds.TWO_ACCOUNTS),
    ("yaml", worlds.YAML),
    ("json", worlds.JSON),
]


def parsed(suffix: str, text: str) -> Any:
    """The document as editors see it: times are texts."""
    read = {"toml": tomllib.loads, "yaml": yaml.safe_load, "json": json.loads}[suffix](text)
    return json.loads(json.dumps(read, default=lambda time: time.isoformat().replace("+00:00", "Z")))


@pytest.mark.parametrize(("suffix", "text"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_example_is_accepted_by_the_schema_and_by_the_emulator(suffix: str, text: str, tmp_path: Path) -> None:
    validator = jsonschema.Draft202012Validator(schema())
    assert [error.message for error in validator.iter_errors(parsed(suffix, text))] == []
    file = tmp_path / f"emulator.{suffix}"
    file.write_text(text)
    asyncio.run(check_file(load(str(file))))


@pytest.mark.parametrize(
    "wrong",
    [
        {"quees": []},
        {"queues": [7]},
        {"queues": {"a": {"visibility_timeout": 43_201}}},
        {"queues": [{"delay_seconds": 1}]},
        {"topics": {"a": {"subscriptions": [{"ur": "x"}]}}},
        {"options": {"prot": 1}},
        {"options": {"config": "x"}},
        {"options": {"port": 70_000}},
        {"options": {"log_level": "loud"}},
        {"faults": [{"probability": 2}]},
        {"clock": {"advance": -1}},
    ],
    ids=str,
)
def test_schema_refuses_what_the_emulator_refuses(wrong: dict[str, Any]) -> None:
    assert list(jsonschema.Draft202012Validator(schema()).iter_errors(wrong))


def test_schema_is_valid_and_has_every_option() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["properties"]["options"]["properties"].keys() == OPTIONS.keys() - {"config", "no_config"}


def test_command_prints_the_schema() -> None:
    printed = patience.run([*COMMAND, "config", "schema"], check=True).stdout
    assert json.loads(printed) == json.loads(json.dumps(schema()))
