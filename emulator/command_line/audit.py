"""The command ``audit``: threats in an architecture."""

import time
from typing import TYPE_CHECKING

import click

from emulator.command_line.architectures import SERVER, WrongFileError, architecture_named, parameters_option
from emulator.command_line.options import option, server_command
from emulator.command_line.output import print_table
from emulator.command_line.session import Session

if TYPE_CHECKING:
    from emulator.audit.finding import Report
    from emulator.audit.rule import Severity

_FAILED = 1


@click.command("audit", short_help="Find threats in queues, topics and what belongs to them.")
@click.argument("source", default=SERVER, metavar="[SOURCE]", type=click.Path())
@parameters_option
@option("--suppressions", type=click.Path(), metavar="FILE", help="File with findings that are accepted.")
@option("--fail-on", type=click.Choice(["high", "medium", "low"]), help="Exit with 1 if a finding is so severe.")
@server_command(filters=("account", "region"))
def audit(
    session: Session,
    /,
    *,
    source: str,
    parameters: tuple[str, ...],
    suppressions: str | None,
    fail_on: "Severity | None",
    as_json: bool,
) -> None:
    """Find threats in SOURCE: a template of CloudFormation or SAM, a folder of CDK, a plan of Terraform in JSON, a
    configuration file or a state document; without it, in the running server.

    Exits with 0, with --fail-on with 1 if there is a finding at least so severe, and with 2 if SOURCE cannot be read.

    \b
    sqs-sns-emulator audit
    sqs-sns-emulator audit template.yaml --fail-on high
    """
    from emulator.audit.audit import audit as audit_of
    from emulator.audit.suppressions import SuppressionError, load_suppressions
    from emulator.document_error import DocumentError

    try:
        accepted = [] if suppressions is None else load_suppressions(suppressions)
        architecture = architecture_named(session, source, parameters)
        report = audit_of(architecture, time.time(), accepted)
    except (DocumentError, SuppressionError) as error:
        raise WrongFileError(str(error)) from None
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())
    else:
        _print(report)
    if fail_on is not None and report.fails(fail_on):
        click.get_current_context().exit(_FAILED)


def _print(report: "Report") -> None:
    if report.findings:
        rows = [(each.severity, each.rule, each.shown, each.place, each.detail) for each in report.findings]
        print_table(("SEVERITY", "RULE", "RESOURCE", "PLACE", "FINDING"), rows)
        click.echo()
    numbers = ", ".join(f"{number} {severity}" for severity, number in report.counts().items())
    click.echo(f"{report.name}: {numbers}, {len(report.suppressed)} suppressed; {report.rules} rules.")
