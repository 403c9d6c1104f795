"""The subcommands of the command line that are imported when they are called."""

import importlib

import click

_COMMANDS = {
    "config": ("emulator.declared.command", "config"),
    "conformance": ("emulator.conformance.command", "conformance"),
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
