"""The subcommands of ``sqs-sns-emulator config``."""

import asyncio
import sys
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import click
import msgspec
from click.core import ParameterSource

from emulator.configuration.document_error import DocumentError
from emulator.configuration.file import Start
from emulator.configuration.settings import OPTIONS
from emulator.declared.configuration import check_file
from emulator.declared.schema import schema
from emulator.foundation.wording import count
from emulator.infrastructure.files import load_of_any_kind

_USAGE_ERROR = 2


@click.group("config")
def config() -> None:
    """Check a configuration file, and show what is in force."""


@config.command("check")
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="Print how much the file declares as JSON.")
def check_command(file: str, as_json: bool) -> None:
    """Say what is wrong in FILE, without starting a server.

    FILE is a configuration file, a template of CloudFormation or SAM, or a plan of Terraform in JSON. Prints each
    mistake as file:line:column, what is wrong, and what would be right. Exits with 0 if there is none, with 2
    otherwise.
    """
    try:
        declared = asyncio.run(check_file(load_of_any_kind(file)))
    except DocumentError as error:
        _refuse(error)
    numbers = {
        "queue": len(declared.queues),
        "topic": len(declared.topics),
        "subscription": len(declared.subscriptions),
        **({"event source mapping": len(declared.mappings)} if declared.mappings else {}),
        "fault": len(declared.faults),
    }
    if as_json:
        plurals = {f"{noun}s": number for noun, number in numbers.items()}
        click.echo(msgspec.json.encode(plurals).decode())
        return
    for notice in declared.notices:
        click.echo(notice)
    click.echo(f"{file}: {', '.join(count(number, noun) for noun, number in numbers.items())}.")


@config.command("show")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def show_command(ctx: click.Context, as_json: bool) -> None:
    """Show the value of each option, and where it comes from.

    The options before "config" and the environment variables are those of the server. A value comes from the command
    line, an environment variable, the configuration file, one of LocalStack's variables, or is the default; the first
    of these that gives it wins.
    """
    root = ctx.find_root()
    start = root.obj
    assert isinstance(start, Start)
    if start.config.error is not None:
        _refuse(start.config.error)
    rows = list(_rows(root, start))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode())
        return
    widths = [max(len(_text(row[name])) for row in rows) for name in ("option", "value")]
    for row in rows:
        click.echo(f"{row['option']:{widths[0]}}  {_text(row['value']):{widths[1]}}  {row['source']}".rstrip())


def _rows(root: click.Context, start: Start) -> Iterator[dict[str, Any]]:
    for name, option in OPTIONS.items():
        value = list(root.params[name]) if option.secret else root.params[name]
        source = _source(root, start, name)
        if name == "config" and start.config.found:
            value, source = start.config.file, "found by itself"
        yield {"option": option.name, "value": value, "source": source}


def _source(root: click.Context, start: Start, name: str) -> str:
    option = OPTIONS[name]
    source = root.get_parameter_source(name)
    if source is ParameterSource.COMMANDLINE:
        return option.flag
    if source is ParameterSource.ENVIRONMENT:
        return option.variable
    if name in start.config.options:
        return start.config.line_of(name)
    if name in start.translation.options:
        return "LocalStack's variables"
    return "default"


def _text(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, Mapping):
        return " ".join(f"{key}={each}" for key, each in value.items()) or "none"
    return " ".join(map(str, value)) or "none" if isinstance(value, tuple | list) else str(value)


@config.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of a configuration file, with which editors complete and check it."""
    click.echo(msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode())


def _refuse(error: DocumentError) -> NoReturn:
    click.echo(str(error), err=True)
    sys.exit(_USAGE_ERROR)
