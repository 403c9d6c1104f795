"""The subcommands of the command line that are imported when they are called."""

import importlib

import click

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

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, name = _COMMANDS[cmd_name]
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command
