"""How lines of the log look."""

import json
import logging
import sys

import pytest

from emulator.observation.log import JsonFormatter, TextFormatter, announce, printable


def record(message: str, **extra: object) -> logging.LogRecord:
    record = logging.makeLogRecord({"name": "emulator.x", "levelname": "WARNING", "msg": message, **extra})
    record.created = 1_700_000_000.5
    return record


def test_text_line_has_its_time_with_a_zone() -> None:
    assert TextFormatter().format(record("hello")) == "2023-11-14T22:13:20.500Z WARNING hello"


def test_json_line_has_its_time_with_a_zone_and_the_extra_fields() -> None:
    line = JsonFormatter().format(record("hello\nworld", status=400))
    assert "\n" not in line
    assert json.loads(line) == {
        "time": "2023-11-14T22:13:20.500Z",
        "level": "warning",
        "logger": "emulator.x",
        "message": "hello\nworld",
        "status": 400,
    }


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("søk", "søk"),
        ("a\n2026 b", "a\\n2026 b"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\u2028\ud800", "\\u2028\\ud800"),
    ],
)
def test_what_cannot_be_printed_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert TextFormatter().format(record(text)).endswith(f" WARNING {shown}")


def test_traceback_stays_readable() -> None:
    try:
        raise ValueError("x")
    except ValueError:
        lines = TextFormatter().format(record("failed", exc_info=sys.exc_info())).splitlines()
    assert lines[0].endswith("failed")
    assert lines[-1] == "ValueError: x"


def test_start_is_announced_as_text_or_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    announce("Ready.", "text")
    assert capsys.readouterr().out == "Ready.\n"
    announce("Ready.", "json")
    line = json.loads(capsys.readouterr().out)
    assert (line["message"], line["level"], line["logger"]) == ("Ready.", "info", "emulator")
    assert line["time"].endswith("Z")
