"""What commands do with a standard output that is not a terminal in UTF-8."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from emulator.__main__ import main
from emulator.command_line import output
from tests import patience
from tests.command_line.commands import Commands
from tests.server import RunningServer

FULL = Path("/dev/full")
TEXT = "h\u00e9 \U0001f600"


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def receive(commands: Commands, server: RunningServer, account: str, orders: str) -> tuple[str, ...]:
    """The arguments of a command that prints TEXT."""
    commands.text("send", "orders", "-", stdin=TEXT)
    return ("receive", "orders", "--url", server.url, "--account", account)


def test_body_is_printed_as_utf_8_where_the_output_has_another_encoding(receive: tuple[str, ...]) -> None:
    result = CliRunner(charset="latin-1").invoke(main, receive)
    assert (result.exit_code, result.stdout_bytes) == (0, f"{TEXT}\n".encode())


def test_terminal_gets_escapes_for_what_its_encoding_does_not_have(
    receive: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr(sys, "stdout", terminal)
    main(receive, standalone_mode=False)
    terminal.seek(0)
    assert terminal.buffer.read() == b"h\xe9 \\U0001f600\n"


@pytest.mark.skipif(not FULL.exists(), reason="Linux has a file that is always full")
def test_disk_that_is_full_is_told_in_one_line() -> None:
    with FULL.open("w") as full:
        command = [sys.executable, "-m", "emulator", "config", "schema"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=patience.SECONDS)
    told = "Error: the output cannot be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (1, told)


def test_output_that_is_closed_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert not output.is_drawn()
    output.print_table(("NAME",), [("orders",)])
    with output.progress("Sent", None) as progress:
        progress(1)
