"""The command ``deploy``: a template as a stack of CloudFormation."""

from typing import Any, BinaryIO

import click

from emulator.command_line.failures import Failure, RefusedError
from emulator.command_line.options import option, server_command
from emulator.command_line.output import print_json
from emulator.command_line.session import Session
from emulator.infrastructure.stack_names import stack_name_of

_CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_FAILED = ("ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
_NO_UPDATES = "No updates are to be performed."
_NO_STACK = "does not exist"


@click.command("deploy", short_help="Make what a template of CloudFormation declares.")
@click.argument("template", type=click.File("rb"))
@option("--stack", metavar="NAME", help="Name of the stack; without it, that of the file.")
@option("--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="Value of a parameter.")
@server_command()
def deploy(
    session: Session, /, *, template: BinaryIO, stack: str | None, parameters: tuple[str, ...], as_json: bool
) -> None:
    """Make what TEMPLATE declares, or change the stack that it was deployed to before.

    TEMPLATE is a file of CloudFormation or SAM in YAML or JSON. Messages stay in queues that are not replaced. Prints
    the outputs of the stack.

    \b
    sqs-sns-emulator deploy template.yaml --stack orders --parameter Stage=test
    """
    name = stack or stack_name_of(template.name)
    form = {"StackName": name, "TemplateBody": _text(template), **_parameters(parameters)}
    form |= {f"Capabilities.member.{number}": each for number, each in enumerate(_CAPABILITIES, 1)}
    there = _stack(session, name)
    changed = True
    if there is None:
        session.cloudformation("CreateStack", form)
    else:
        changed = _update(session, form)
    deployed = _stack(session, name) or {}
    if deployed.get("StackStatus") in _FAILED:
        raise Failure(_why(session, name))
    _print(deployed, as_json=as_json, changed=changed)


def _update(session: Session, form: dict[str, str]) -> bool:
    """Change the stack; returns whether there was something to change."""
    try:
        session.cloudformation("UpdateStack", form)
    except RefusedError as error:
        if _NO_UPDATES in error.text:
            return False
        raise
    return True


def _stack(session: Session, name: str) -> dict[str, Any] | None:
    try:
        (found,) = session.cloudformation("DescribeStacks", {"StackName": name})["Stacks"]
    except RefusedError as error:
        if _NO_STACK in error.text:
            return None
        raise
    stack: dict[str, Any] = found
    return stack


def _why(session: Session, name: str) -> str:
    """The newest failures of a stack."""
    lines = []
    for event in session.cloudformation("DescribeStackEvents", {"StackName": name})["StackEvents"]:
        if event["ResourceStatusReason"] == "User Initiated":
            break
        if event["ResourceStatus"].endswith("_FAILED"):
            lines.append(f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}")
    return "\n".join([f"The stack {name} could not be deployed.", *reversed(lines)])


def _text(template: BinaryIO) -> str:
    try:
        return template.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.BadParameter(f"{template.name} is no text in UTF-8.") from None


def _parameters(given: tuple[str, ...]) -> dict[str, str]:
    form = {}
    for number, each in enumerate(given, 1):
        name, equals, value = each.partition("=")
        if not name or not equals:
            raise click.BadParameter(f"{each!r} has no value: NAME=VALUE is wanted.", param_hint="'--parameter'")
        form[f"Parameters.member.{number}.ParameterKey"] = name
        form[f"Parameters.member.{number}.ParameterValue"] = value
    return form


def _print(stack: dict[str, Any], *, as_json: bool, changed: bool) -> None:
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs") or []}
    if as_json:
        print_json({"stack": stack["StackName"], "status": stack["StackStatus"], "outputs": outputs})
        return
    click.echo(f"{stack['StackName']}: {stack['StackStatus'] if changed else 'no changes'}")
    for name, value in outputs.items():
        click.echo(f"{name}: {value}")
