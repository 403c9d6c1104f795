"""What people write and read: durations, names, attributes, tables, progress."""

import io
import sys

import click
import pytest

from emulator.command_line import attributes, names, output
from emulator.command_line.durations import Duration
from emulator.command_line.names import Name


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("30", 30),
        ("0.5", 0.5),
        ("30s", 30),
        ("500ms", 0.5),
        ("5m", 300),
        ("1h30m", 5_400),
        ("1.5h", 5_400),
        ("2d", 172_800),
        ("1w", 604_800),
    ],
)
def test_duration_is_read(text: str, seconds: float) -> None:
    assert Duration().convert(text, None, None) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "s", "-1", "1 h", "1y", "1h30", "nan", "inf", "1e3", "\u0661"])
def test_text_that_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is no duration"):
        Duration().convert(text, None, None)


@pytest.mark.parametrize(
    ("text", "service", "name"),
    [
        ("orders", "sqs", Name("orders")),
        ("orders.fifo", "sqs", Name("orders.fifo")),
        ("arn:aws:sqs:eu-west-3:111111111111:orders", "sqs", Name("orders", "111111111111", "eu-west-3")),
        ("arn:aws-cn:sns:cn-north-1:111111111111:sales", "sns", Name("sales", "111111111111", "cn-north-1")),
        ("http://localhost:4566/111111111111/orders", "sqs", Name("orders", "111111111111")),
        ("https://sqs.eu-west-3.amazonaws.com/111111111111/orders", "sqs", Name("orders", "111111111111")),
        ("/111111111111/orders/", "sqs", Name("orders", "111111111111")),
    ],
)
def test_name_is_read(text: str, service: str, name: Name) -> None:
    assert names.parse(text, service) == name


def test_value_of_an_attribute_may_have_any_character() -> None:
    read = attributes.read(("a=b=c", "n:Number.float=1", "empty="))
    assert {name: tuple(value.values()) for name, value in read.items()} == {
        "a": ("String", "b=c"),
        "n": ("Number.float", "1"),
        "empty": ("String", ""),
    }
    assert attributes.as_form(read)["MessageAttributes.entry.2.Value.DataType"] == "Number.float"


def test_text_with_control_characters_stays_in_its_line() -> None:
    assert output.one_line("a\nb\x1b[31m\u2028é") == "a\\nb\\x1b[31m\\u2028é"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_drawn_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with output.progress("Importing", 10, in_bytes=True) as update:
        update(5)
        update(10, 20)
    assert "Importing" in terminal.getvalue()
    monkeypatch.setattr(sys, "stderr", silent := io.StringIO())
    with output.progress("Importing", None) as update:
        update(5)
    assert silent.getvalue() == ""


@pytest.mark.parametrize(("variable", "colored"), [("", True), ("1", False)])
def test_colors_follow_no_color(variable: str, colored: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", variable)
    context = click.Context(
        click.Command("tail"),
    )
    output.use_color(context)
    assert context.color is (None if colored else False)
