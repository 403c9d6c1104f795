"""The command ``explain access``: what policies decide about a call, and why."""

import sys
from urllib.parse import urlencode

import click

from emulator.command_line.options import option, server_command
from emulator.command_line.output import print_json, print_table
from emulator.command_line.session import Session


def _query_string(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> str:
    """Condition keys with their values."""
    pairs = [value.partition("=") for value in values]
    for (key, equals, _text), value in zip(pairs, values, strict=True):
        if not equals or not key:
            raise click.BadParameter(
                f"a condition key and its value are wanted, such as aws:SourceIp=10.0.0.7, not {value}."
            )
    return urlencode([(key, text) for key, _, text in pairs])


@click.command("access", short_help="Say whether policies allow a call, and which statement decides.")
@click.argument("principal")
@click.argument("action")
@click.argument("resource")
@option(
    "--context",
    multiple=True,
    callback=_query_string,
    metavar="KEY=VALUE",
    help="A condition key; can be given several times.",
)
@server_command(filters=())
def access(session: Session, /, *, principal: str, action: str, resource: str, context: str, as_json: bool) -> None:
    """Say whether the policies of a running server allow PRINCIPAL to perform ACTION on RESOURCE, and why.

    PRINCIPAL is an access key or the ARN of a declared principal, an account, or the ARN of a topic that delivers.
    Exits with 0 if the call is allowed, with 1 if it is refused.

    \b
    sqs-sns-emulator explain access AKIAORDERS sqs:SendMessage arn:aws:sqs:us-east-1:111111111111:orders
    """
    query = {"principal": principal, "action": action, "resource": resource, "context": context}
    answer = session.control("GET", "access/explain", query)
    if as_json:
        print_json(answer)
    else:
        click.echo(f"{answer['principal']}: {answer['action']} on {answer['resource']} is {answer['reason']}.")
        if answer["policies"]:
            click.echo()
            rows = [
                (each["type"], each["policy"], each["effect"] or "-", each["statement"] or "-")
                for each in answer["policies"]
            ]
            print_table(("TYPE", "POLICY", "EFFECT", "STATEMENT"), rows)
        if not answer["enforced"]:
            click.echo("The server does not go by this: it runs without --enforce-policies.")
    sys.exit(0 if answer["allowed"] else 1)
