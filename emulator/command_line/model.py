"""The command ``model``: the architecture as a document, and the difference of two."""

import json
from typing import TYPE_CHECKING, Any

import click

from emulator.command_line.architectures import SERVER, architecture_named, parameters_option
from emulator.command_line.options import option, server_command
from emulator.command_line.session import Session

if TYPE_CHECKING:
    from emulator.architecture.difference import Difference

_DIFFERENT = 1
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_COLORS = {"added": "green", "removed": "red", "changed": "yellow"}
_SHOWN_CHARACTERS = 100  # of a value


@click.group("model", short_help="Show queues, topics and what belongs to them as a model, and compare two.")
def model() -> None:
    """Show the model of an architecture, or what differs between two.

    A source is a template of CloudFormation or SAM, a folder of CDK, a plan of Terraform in JSON, a configuration file,
    a state document, @server for the running server, or @aws for an
    account of AWS, which is only read, in the region of --region. That needs boto3.
    """


@model.command("show", short_help="Show the model of a source as JSON.")
@click.argument("source", default=SERVER, metavar="[SOURCE]", type=click.Path())
@parameters_option
@server_command(filters=("account", "region"))
def show(session: Session, /, *, source: str, parameters: tuple[str, ...], as_json: bool) -> None:
    """Show the model of SOURCE, or of the running server: JSON, with --json in one line.

    \b
    sqs-sns-emulator model show template.yaml | jq .queues
    """
    import msgspec

    text = msgspec.json.encode(architecture_named(session, source, parameters))
    click.echo((text if as_json else msgspec.json.format(text, indent=2)).decode())


@model.command("diff", short_help="Show what differs between two sources.")
@click.argument("before", type=click.Path())
@click.argument("after", type=click.Path())
@parameters_option
@option("--exit-code", is_flag=True, help="Exit with 1 if something differs.")
@server_command(filters=("account", "region"))
def diff(
    session: Session,
    /,
    *,
    before: str,
    after: str,
    parameters: tuple[str, ...],
    exit_code: bool,
    as_json: bool,
) -> None:
    """Show what AFTER adds, removes and changes, compared with BEFORE.

    What only one of the sources can show, such as alarms beside a running server, is passed over.

    \b
    sqs-sns-emulator model diff @server template.yaml
    """
    from emulator.architecture.difference import differences

    one, other = (architecture_named(session, each, parameters) for each in (before, after))
    found = differences(one, other)
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
    else:
        _print(found)
    if found and exit_code:
        click.get_current_context().exit(_DIFFERENT)


def _print(found: "list[Difference]") -> None:
    from emulator.command_line.output import one_line

    if not found:
        click.echo("Nothing differs.")
    for each in found:
        click.secho(f"{_SIGNS[each.what]} {each.kind} {one_line(each.name)}", fg=_COLORS[each.what])
        for change in each.changes:
            click.echo(f"    {change.field}: {_shown(change.before)} -> {_shown(change.after)}")


def _shown(value: Any) -> str:
    text = "none" if value is None else json.dumps(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."
