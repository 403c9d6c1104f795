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


def _smtp_url(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        usable = parts.port != 0
    except ValueError:
        usable = False
    if not usable or value != f"smtp://{parts.netloc}" or not parts.hostname or parts.username is not None:
        raise click.BadParameter("the URL of a mail server is wanted, such as smtp://localhost:1025.")
    return value


def _lambda_urls(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    urls = dict(value.partition("=")[::2] for value in values)
    for arn, url in urls.items():
        parts = urlsplit(url)
        if not arn.startswith("arn:") or ":function:" not in arn:
            raise click.BadParameter(f"{arn} is not the ARN of a function.")
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise click.BadParameter(f"behind the ARN a URL is wanted, such as {arn}=http://localhost:9000/.")
    return urls


def _ca_bundle(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    import ssl

    try:
        ssl.create_default_context().load_verify_locations(value)
    except OSError as error:
        raise click.BadParameter(f"no certificates can be read from {value}: {error}.") from None
    return value


def _point_in_time(_: click.Context, __: click.Parameter, value: str | None) -> float | None:
    """Seconds since the epoch."""
    if value is None:
        return None
    from datetime import datetime

    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        when = None
    if when is None or when.tzinfo is None:
        raise click.BadParameter("a time with its time zone is wanted, such as 2030-01-01T00:00:00Z.")
    return when.timestamp()


def _host(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and (value != urlsplit(f"//{value}").netloc or not value):
        raise click.BadParameter("a host is wanted, such as sns.us-east-1.amazonaws.com.")
    return value


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
    "--smtp-url",
    callback=_smtp_url,
    show_envvar=True,
    help="Mail server, such as smtp://localhost:1025, that gets what e-mail subscribers would get.",
)
@click.option(
    "--lambda-url",
    "lambda_urls",
    multiple=True,
    callback=_lambda_urls,
    envvar="EMULATOR_LAMBDA_URL",
    show_envvar=True,
    metavar="ARN=URL",
    help="URL to which the events of a Lambda function are posted; can be given several times.",
)
@click.option(
    "--auto-confirm", is_flag=True, show_envvar=True, help="Confirm every subscription at once, without being asked to."
)
@click.option(
    "--ca-bundle",
    callback=_ca_bundle,
    show_envvar=True,
    help="File of further CAs, in PEM, whose certificates HTTPS subscribers may have.",
)
@click.option(
    "--insecure-https", is_flag=True, show_envvar=True, help="Deliver to HTTPS subscribers whatever their certificate."
)
@click.option(
    "--signing-cert-host",
    callback=_host,
    show_envvar=True,
    help="Host to put into SigningCertURL, such as sns.us-east-1.amazonaws.com; without it, that of all other URLs.",
)
@click.option(
    "--signing-cert-file",
    show_envvar=True,
    help="File to write the certificate of signatures to, in PEM, at the start.",
)
@click.option(
    "--enforce-policies",
    is_flag=True,
    show_envvar=True,
    help="Deliver to queues, and let other accounts in, only where the policy of the queue or topic allows it.",
)
@click.option(
    "--standard-queue-chaos",
    type=int,
    metavar="SEED",
    show_envvar=True,
    help="Let standard queues do what AWS allows: deliver out of order, at times twice, and at times fewer than asked.",
)
@click.option(
    "--strict-timing",
    is_flag=True,
    show_envvar=True,
    help="Refuse, as AWS does, a second PurgeQueue, and the name of a deleted queue, for 60 seconds.",
)
@click.option(
    "--seed",
    type=int,
    show_envvar=True,
    help="Make ids, receipt handles, tokens and signatures repeat exactly from run to run.",
)
@click.option(
    "--clock-at",
    callback=_point_in_time,
    metavar="TIME",
    show_envvar=True,
    help="Let every clock stand still at this time, such as 2030-01-01T00:00:00Z, until it is moved.",
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
    smtp_url: str | None,
    lambda_urls: dict[str, str],
    auto_confirm: bool,
    ca_bundle: str | None,
    insecure_https: bool,
    signing_cert_host: str | None,
    signing_cert_file: str | None,
    enforce_policies: bool,
    standard_queue_chaos: int | None,
    strict_timing: bool,
    seed: int | None,
    clock_at: float | None,
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
    from emulator.server import StartError, run

    configure_logging(log_level, log_format)
    settings = Settings(
        host=host,
        port=port,
        region=region,
        account_id=account_id,
        external_url=external_url,
        smtp_url=smtp_url,
        lambda_urls=lambda_urls,
        auto_confirm=auto_confirm,
        ca_bundle=ca_bundle,
        insecure_https=insecure_https,
        signing_cert_host=signing_cert_host,
        signing_cert_file=signing_cert_file,
        enforce_policies=enforce_policies,
        standard_queue_chaos=standard_queue_chaos,
        strict_timing=strict_timing,
        seed=seed,
        clock_at=clock_at,
        log_level=log_level,
        log_format=log_format,
    )
    try:
        run(settings)
    except StartError as error:
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

    from emulator.control.explanation import Question, explain, read_attributes
    from emulator.control.refusals import BadRequestError

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
