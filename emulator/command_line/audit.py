"""The command ``audit``: threats in an architecture."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from emulator.command_line.architectures import AWS, SERVER, WrongFileError, architecture_named, parameters_option
from emulator.command_line.failures import Failure
from emulator.command_line.options import option, server_command
from emulator.command_line.output import one_line, print_table
from emulator.command_line.session import Session

if TYPE_CHECKING:
    from emulator.audit.finding import Report
    from emulator.audit.rule import Severity

FORMS = ("json", "sarif", "markdown", "html", "mermaid", "svg")
_FAILED = 1


@click.command("audit", short_help="Find threats in queues, topics and what belongs to them.")
@click.argument("source", default=SERVER, metavar="[SOURCE]", type=click.Path())
@option("--from-aws", is_flag=True, help="Audit an account of AWS, which is only read, in one region. Needs boto3.")
@parameters_option
@option(
    "--format",
    "form",
    type=click.Choice(["table", *FORMS]),
    default="table",
    show_default=True,
    help="Form of the report; --json is short for json.",
)
@option("--output", type=click.Path(), metavar="FILE", help="File for the report; without it, standard output.")
@option("--suppressions", type=click.Path(), metavar="FILE", help="File with findings that are accepted.")
@option("--fail-on", type=click.Choice(["high", "medium", "low"]), help="Exit with 1 if a finding is so severe.")
@server_command(filters=("account", "region"))
def audit(
    session: Session,
    /,
    *,
    source: str,
    from_aws: bool,
    parameters: tuple[str, ...],
    form: str,
    output: str | None,
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
    sqs-sns-emulator audit template.yaml --format sarif --output audit.sarif
    """
    from emulator.audit.audit import audit as audit_of
    from emulator.audit.formats import FORMATS
    from emulator.audit.suppressions import SuppressionError, load_suppressions
    from emulator.configuration.document_error import DocumentError

    try:
        accepted = [] if suppressions is None else load_suppressions(suppressions)
        architecture = architecture_named(session, AWS if from_aws else source, parameters)
        report = audit_of(architecture, time.time(), accepted)
    except (DocumentError, SuppressionError) as error:
        raise WrongFileError(str(error)) from None
    form = "json" if as_json else form
    if form == "table":
        if output is not None:
            raise click.UsageError("--output wants a --format other than table.")
        _print(report)
    else:
        _write(FORMATS[form](report, architecture), output)
    if fail_on is not None and report.fails(fail_on):
        click.get_current_context().exit(_FAILED)


def _write(text: str, output: str | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failure(f"{output} cannot be written: {error.strerror}") from None


def _print(report: "Report") -> None:
    if report.findings:
        rows = [(each.severity, each.rule, each.shown, each.place, each.detail) for each in report.findings]
        print_table(("SEVERITY", "RULE", "RESOURCE", "PLACE", "FINDING"), rows)
        click.echo()
    for notice in report.notices:
        click.echo(one_line(notice))
    numbers = ", ".join(f"{number} {severity}" for severity, number in report.counts().items())
    click.echo(f"{report.name}: {numbers}, {len(report.suppressed)} suppressed; {report.rules} rules.")
