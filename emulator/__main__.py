"""The command line: ``sqs-sns-emulator`` and ``python -m emulator``."""

import sys
from typing import get_args
from urllib.parse import urlsplit

import click

from emulator import __version__
from emulator.settings import (
    DEFAULT_ACCOUNT,
    DEFAULT_HOST,
    DEFAULT_PORT,
    DEFAULT_REGION,
    LogFormat,
    LogLevel,
    Settings,
)


def _account(_: click.Context, __: click.Parameter, value: str) -> str:
    if not (len(value) == 12 and value.isascii() and value.isdigit()):
        raise click.BadParameter("an account id is 12 digits.")
    return value


def _base_url(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise click.BadParameter("a base URL is wanted, such as http://sqs.example.test:4566.")
    return value.rstrip("/")


@click.command(
    context_settings={"auto_envvar_prefix": "EMULATOR", "help_option_names": ["-h", "--help"], "show_default": True}
)
@click.option("--host", default=DEFAULT_HOST, show_envvar=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=DEFAULT_PORT,
    show_envvar=True,
    help="Port to listen on; 0 picks a free one.",
)
@click.option("--region", default=DEFAULT_REGION, show_envvar=True, help="Region of requests that name none.")
@click.option(
    "--account-id",
    default=DEFAULT_ACCOUNT,
    callback=_account,
    show_envvar=True,
    help="Account of callers whose access key is not itself a 12-digit account id.",
)
@click.option(
    "--external-url",
    callback=_base_url,
    show_envvar=True,
    help="Scheme, host and port to put into queue URLs; without it, those by which the caller came.",
)
@click.option(
    "--log-level", type=click.Choice(get_args(LogLevel)), default="info", show_envvar=True, help="What is logged."
)
@click.option(
    "--log-format", type=click.Choice(get_args(LogFormat)), default="text", show_envvar=True, help="How it is logged."
)
@click.version_option(__version__, prog_name="sqs-sns-emulator")
def main(
    host: str,
    port: int,
    region: str,
    account_id: str,
    external_url: str | None,
    log_level: LogLevel,
    log_format: LogFormat,
) -> None:
    """Amazon SQS and SNS on localhost.

    Point any AWS SDK at it with AWS_ENDPOINT_URL=http://localhost:4566. Every option can also be given as an
    environment variable.
    """
    from emulator.log import configure_logging
    from emulator.server import AddressUnavailableError, run

    configure_logging(log_level, log_format)
    settings = Settings(
        host=host,
        port=port,
        region=region,
        account_id=account_id,
        external_url=external_url,
        log_level=log_level,
        log_format=log_format,
    )
    try:
        run(settings)
    except AddressUnavailableError as error:
        click.echo(f"sqs-sns-emulator: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
