"""The command line of the conformance suite."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, get_args
from urllib.parse import urlsplit

import click
from click.core import ParameterSource

from emulator.conformance.protocols import Protocol

if TYPE_CHECKING:
    from emulator.conformance.case import Case

_MISSING = "the conformance suite needs boto3 and xmltodict: pip install 'sqs-sns-emulator[conformance]'"
_REQUESTS_MAX = 50_000
_BOTH: tuple[Protocol, ...] = get_args(Protocol)


def _url(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc):
        raise click.BadParameter("expected the URL of an endpoint, such as http://localhost:4566.")
    return value


@contextmanager
def _explained() -> Iterator[None]:
    """Say what to install if a library is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in ("boto3", "botocore", "xmltodict"):
            raise
        raise click.ClickException(_MISSING) from None


@click.command("conformance", short_help="Compare an endpoint with what is known about SQS and SNS.")
@click.option(
    "--endpoint-url",
    "--url",
    "endpoint_url",
    envvar="EMULATOR_URL",
    show_envvar=True,
    callback=_url,
    help="Where SQS and SNS are, such as http://localhost:4566.",
)
@click.option("--aws", is_flag=True, help="Run against AWS itself, in the account of the usual credentials.")
@click.option(
    "--protocol",
    type=click.Choice([*_BOTH, "both"]),
    default="both",
    help="Protocol of the requests to SQS; SNS has only the query protocol.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="ID",
    help="Run only the cases whose id begins with this, such as sqs/SendMessage; can be given several times.",
)
@click.option("--list", "listing", is_flag=True, help="List the cases instead of running them.")
@click.option("--format", "form", type=click.Choice(["table", "json", "junit"]), default="table", help="Of the report.")
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@click.option("--output", type=click.File("wb"), default="-", help="File for the report.")
@click.option("--region", help="Region of the requests; by default the configured one, else us-east-1.")
@click.option("--prefix", default="conformance", help="Prefix of the names of everything that is created.")
@click.option("--workers", type=click.IntRange(1, 64), default=8, help="How many cases run at once.")
@click.option(
    "--max-requests",
    type=click.IntRange(1),
    default=_REQUESTS_MAX,
    help="Maximum number of requests, which bounds the cost of a run on AWS.",
)
@click.option(
    "--account-wide", is_flag=True, help="With --aws: also run the cases that change settings of the account."
)
@click.pass_context
def conformance(
    ctx: click.Context,
    /,
    endpoint_url: str | None,
    aws: bool,
    protocol: str,
    only: tuple[str, ...],
    listing: bool,
    form: str,
    output: BinaryIO,
    region: str | None,
    prefix: str,
    workers: int,
    max_requests: int,
    account_wide: bool,
) -> None:
    """Compare an endpoint with what is known about SQS and SNS, case by case.

    Everything that a case makes is removed at its end. Exits with 0 if all cases pass, with 1 if not, and with 2 if the
    endpoint cannot be reached or an option is wrong.

    \b
    sqs-sns-emulator conformance --url http://localhost:4566
    sqs-sns-emulator conformance --url http://localhost:4566 --only sqs/SendMessage --json
    """
    with _explained():
        from emulator.conformance import cases, report, runner
        from emulator.conformance.connection import EndpointError
        from emulator.conformance.targets import connection_to
    selection = runner.Selection(
        only, tuple(each for each in _BOTH if protocol in (each, "both")), account_wide or not aws
    )
    chosen = list(selection.of(cases.load()))
    if not chosen:
        raise click.UsageError(f"No case begins with {' or '.join(only)}. --list shows all cases.")
    if listing:
        _list(chosen, output)
        return
    if aws and ctx.get_parameter_source("endpoint_url") is ParameterSource.ENVIRONMENT:
        endpoint_url = None
    if aws == (endpoint_url is not None):
        raise click.UsageError("Give either --endpoint-url or --aws.")
    try:
        connection = connection_to(endpoint_url, region, max_requests)
        outcomes = runner.run(chosen, connection, prefix, workers=workers)
    except EndpointError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    output.write(report.FORMATS[form](outcomes).encode() + b"\n")
    sys.exit(any(outcome.verdict == "failed" for outcome in outcomes))


def _list(chosen: "list[tuple[Case, Protocol]]", output: BinaryIO) -> None:
    cases = dict.fromkeys(case for case, _ in chosen)
    output.write("".join(f"{case.id} ({case.certainty}): {case.sentence}\n" for case in cases).encode())
