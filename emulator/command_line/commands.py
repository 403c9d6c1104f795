"""The subcommands of the command line that are imported when they are called."""

import codecs
import errno
import importlib
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
_PACKAGE = "emulator.command_line"

_COMMANDS = {
    "audit": (f"{_PACKAGE}.audit", "audit"),
    "clock": (f"{_PACKAGE}.clock", "clock"),
    "completion": (f"{_PACKAGE}.completion", "completion"),
    "config": ("emulator.declared.command", "config"),
    "conformance": ("emulator.conformance.command", "conformance"),
    "deploy": (f"{_PACKAGE}.deploy", "deploy"),
    "export": (f"{_PACKAGE}.state", "export_state"),
    "findings": (f"{_PACKAGE}.findings", "findings"),
    "import": (f"{_PACKAGE}.state", "import_state"),
    "ls": (f"{_PACKAGE}.ls", "ls"),
    "model": (f"{_PACKAGE}.model", "model"),
    "peek": (f"{_PACKAGE}.peek", "peek"),
    "publish": (f"{_PACKAGE}.publish", "publish"),
    "purge": (f"{_PACKAGE}.purge", "purge"),
    "receive": (f"{_PACKAGE}.receive", "receive"),
    "redrive": (f"{_PACKAGE}.redrive", "redrive"),
    "reset": (f"{_PACKAGE}.reset", "reset"),
    "send": (f"{_PACKAGE}.send", "send"),
    "tail": (f"{_PACKAGE}.tail", "tail"),
    "trace": (f"{_PACKAGE}.trace", "trace"),
    "wait": (f"{_PACKAGE}.wait", "wait"),
}


class LazyCommands(click.Group):
    """https://click.palletsprojects.com/en/stable/complex/#defining-the-lazy-group"""

    def invoke(self, ctx: click.Context) -> Any:
        with _any_text():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, name = _COMMANDS[cmd_name]
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not ctx.resilient_parsing and not name.startswith("-") and self.get_command(ctx, name) is None:
            from difflib import get_close_matches

            close = get_close_matches(name, self.list_commands(ctx), n=1)
            ctx.fail(
                f"There is no command {name}" + (f"; did you mean {close[0]}?" if close else "; --help lists them.")
            )
        return super().resolve_command(ctx, args)


@contextmanager
def _any_text() -> Iterator[None]:
    """Let commands print any text, whatever the encoding of standard output is, and say in one line if it is full.

    Files and pipes get UTF-8, which commands also read. A terminal with another encoding gets escapes for the
    characters that it does not have.
    """
    if isinstance(sys.stdout, io.TextIOWrapper) and codecs.lookup(sys.stdout.encoding).name != "utf-8":
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors="backslashreplace")
        else:
            sys.stdout.reconfigure(encoding="utf-8")
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_SPACE:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python tries again when it ends
        raise click.ClickException(f"the output cannot be written: {error.strerror}") from None
