"""The command line: ``sqs-sns-emulator`` and ``python -m emulator``."""

import sys
from typing import BinaryIO, Literal, get_args
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

_USAGE_ERROR = 2


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


@click.group(
    invoke_without_command=True,
    context_settings={"auto_envvar_prefix": "EMULATOR", "help_option_names": ["-h", "--help"], "show_default": True},
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
    "--strict-timing",
    is_flag=True,
    show_envvar=True,
    help="Refuse, as AWS does, a second PurgeQueue, and the name of a deleted queue, for 60 seconds.",
)
@click.option(
    "--log-level", type=click.Choice(get_args(LogLevel)), default="info", show_envvar=True, help="What is logged."
)
@click.option(
    "--log-format", type=click.Choice(get_args(LogFormat)), default="text", show_envvar=True, help="How it is logged."
)
@click.version_option(__version__, prog_name="sqs-sns-emulator")
@click.pass_context
def main(
    ctx: click.Context,
    host: str,
    port: int,
    region: str,
    account_id: str,
    external_url: str | None,
    strict_timing: bool,
    log_level: LogLevel,
    log_format: LogFormat,
) -> None:
    """Amazon SQS and SNS on localhost.

    Point any AWS SDK at it with AWS_ENDPOINT_URL=http://localhost:4566. Every option can also be given as an
    environment variable.
    """
    if ctx.invoked_subcommand is not None:
        return
    from emulator.log import configure_logging
    from emulator.server import AddressUnavailableError, run

    configure_logging(log_level, log_format)
    settings = Settings(
        host=host,
        port=port,
        region=region,
        account_id=account_id,
        external_url=external_url,
        strict_timing=strict_timing,
        log_level=log_level,
        log_format=log_format,
    )
    try:
        run(settings)
    except AddressUnavailableError as error:
        click.echo(f"sqs-sns-emulator: {error}", err=True)
        sys.exit(1)


@main.command("explain")
@click.option("--policy", type=click.File("rb"), required=True, help="File with the filter policy.")
@click.option("--message", type=click.File("rb"), required=True, help="File with the message's body.")
@click.option(
    "--attributes",
    type=click.File("rb"),
    help='File with the message\'s attributes: {"NAME": {"DataType": "String", "StringValue": "..."}, ...}.',
)
@click.option(
    "--scope",
    type=click.Choice(["MessageAttributes", "MessageBody"]),
    help="What the policy is about; without it MessageAttributes if --attributes is given, else MessageBody.",
    show_default=False,
)
def explain_command(
    policy: BinaryIO,
    message: BinaryIO,
    attributes: BinaryIO | None,
    scope: Literal["MessageAttributes", "MessageBody"] | None,
) -> None:
    """Say why a subscription filter policy lets a message through, or does not.

    Prints the answer as JSON. Exits with 0 if the message matches, with 1 if it does not, with 2 if the policy or
    the attributes are wrong.
    """
    import msgspec

    from emulator.control.bad_request import BadRequestError
    from emulator.control.explanation import Question, explain, read_attributes

    try:
        question = Question(
            policy=msgspec.Raw(policy.read()),
            scope=scope or ("MessageBody" if attributes is None else "MessageAttributes"),
            message=message.read().decode(),
            attributes={} if attributes is None else read_attributes(attributes.read()),
        )
        answer = explain(question)
    except (BadRequestError, UnicodeDecodeError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(_USAGE_ERROR)
    click.echo(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode())
    sys.exit(0 if answer.matches else 1)


if __name__ == "__main__":
    main()
