"""The command ``findings``: what looks wrong, and how to mend it."""

from typing import Any

import click

from emulator.command_line.failures import Failure
from emulator.command_line.options import option, server_command
from emulator.command_line.output import one_line, print_json
from emulator.command_line.session import Session
from emulator.foundation.wording import count

_SERIOUS = ("error", "warning")


@click.command("findings", short_help="Say what looks wrong, and how to mend it.")
@option("--rule", metavar="RULE", help="Only findings of this rule.")
@option("--strict", is_flag=True, help="Exit with 1 if there is an error or a warning.")
@server_command(filters=("account", "region"))
def findings(session: Session, /, *, rule: str | None, strict: bool, as_json: bool) -> None:
    """Say what looks wrong with queues, topics and subscriptions, why that is wrong, and how to mend it.

    \b
    sqs-sns-emulator findings
    sqs-sns-emulator findings --account 111111111111 --strict
    """
    found = _all(session, {**session.target.filter, "rule": rule})
    if as_json:
        print_json({"findings": found})
    else:
        for each in found:
            _print(each)
        if not found:
            click.echo("Nothing looks wrong.")
    serious = sum(each["severity"] in _SERIOUS for each in found)
    if strict and serious:
        raise Failure(f"Errors and warnings: {serious} of {count(len(found), 'finding')}.")


def _all(session: Session, query: dict[str, str | None]) -> list[Any]:
    found: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = session.control("GET", "findings", {**query, **cursor})
        found += page["findings"]
        if page["cursor"] is None:
            return found
        cursor = {"cursor": page["cursor"]}


def _print(finding: Any) -> None:
    click.echo(f"{finding['severity']}: {finding['title']} ({finding['rule']})")
    for name in ("resource", "what", "why", "fix"):
        click.echo(f"  {one_line(finding[name])}")
