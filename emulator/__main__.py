"""The command line: ``sqs-sns-emulator`` and ``python -m emulator``."""

import logging
import os
import sys
from typing import Any, BinaryIO, Literal, get_args

import click
from click.core import ParameterSource

from emulator import __version__, options, variables
from emulator.commands import LazyCommands
from emulator.localstack import Translation, translate
from emulator.settings import (
    ANY_HOSTS,
    DEFAULT_ACCOUNT,
    DEFAULT_HOST,
    DEFAULT_PORT,
    DEFAULT_REGION,
    InitFailure,
    LogFormat,
    LogLevel,
    Settings,
)

logger = logging.getLogger(__name__)

_USAGE_ERROR = 2


class _Command(LazyCommands):
    """The command, whose defaults can come from LocalStack's environment variables."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        variables.drop_service_links(os.environ, self.variables)
        translation = translate(os.environ)
        try:
            return super().make_context(
                info_name, args, parent, obj=translation, default_map=dict(translation.options), **extra
            )
        except click.BadParameter as error:
            _name_variable(error)
            raise

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.allow_from_autoenv = False
        return option

    @property
    def variables(self) -> frozenset[str]:
        """The names of all environment variables that are options."""
        return frozenset(options.variables(self, variables.PREFIX))


def _name_variable(error: click.BadParameter) -> None:
    """Let ``error`` say in which environment variable the wrong value is, if it is in one."""
    option = error.param
    if option is None or option.name is None or error.ctx is None:
        return
    if error.ctx.get_parameter_source(option.name) is ParameterSource.ENVIRONMENT:
        error.param_hint = f"'{option.opts[0]}' ({options.variable(option, variables.PREFIX)})"


@click.group(
    cls=_Command,
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
@click.option(
    "--control-port",
    type=click.IntRange(0, 65_535),
    show_envvar=True,
    help="Port of the control interface, which then is not on the other one; 0 picks a free one.",
)
@click.option("--no-control", is_flag=True, show_envvar=True, help="No control interface; only its health is answered.")
@click.option(
    "--tls",
    is_flag=True,
    show_envvar=True,
    help="Serve HTTPS instead of HTTP, with a certificate for localhost that is made at the start.",
)
@click.option(
    "--tls-ca-file", show_envvar=True, help="File to write the CA of that certificate to, in PEM, for clients to trust."
)
@click.option("--tls-cert", show_envvar=True, help="Serve HTTPS with the certificate in this file, in PEM.")
@click.option("--tls-key", show_envvar=True, help="File with the key of --tls-cert, in PEM.")
@click.option(
    "--allow-origin",
    "allow_origins",
    multiple=True,
    callback=options.origins,
    envvar="EMULATOR_ALLOW_ORIGIN",
    show_envvar=True,
    metavar="URL",
    help="Origin of web pages that may use the control interface; can be given several times.",
)
@click.option(
    "--cors-allow-origin",
    "cors_allow_origins",
    multiple=True,
    callback=options.origins_or_any,
    envvar="EMULATOR_CORS_ALLOW_ORIGIN",
    show_envvar=True,
    metavar="URL",
    help="Origin of web pages that may call SQS and SNS, besides those of this machine; * is any. Can be given several "
    "times.",
)
@click.option("--region", default=DEFAULT_REGION, show_envvar=True, help="Region of requests that name none.")
@click.option(
    "--account-id",
    default=DEFAULT_ACCOUNT,
    callback=options.account,
    show_envvar=True,
    help="Account of callers whose access key is not itself a 12-digit account id.",
)
@click.option(
    "--external-url",
    callback=options.base_url,
    show_envvar=True,
    help="Scheme, host and port to put into queue URLs; without it, those by which the caller came.",
)
@click.option(
    "--smtp-url",
    callback=options.smtp_url,
    show_envvar=True,
    help="Mail server, such as smtp://localhost:1025, that gets what e-mail subscribers would get.",
)
@click.option(
    "--lambda-url",
    "lambda_urls",
    multiple=True,
    callback=options.lambda_urls,
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
    callback=options.ca_bundle,
    show_envvar=True,
    help="File of further CAs, in PEM, whose certificates HTTPS subscribers may have.",
)
@click.option(
    "--insecure-https", is_flag=True, show_envvar=True, help="Deliver to HTTPS subscribers whatever their certificate."
)
@click.option(
    "--signing-cert-host",
    callback=options.host,
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
    callback=options.point_in_time,
    metavar="TIME",
    show_envvar=True,
    help="Let every clock stand still at this time, such as 2030-01-01T00:00:00Z, until it is moved.",
)
@click.option(
    "--clock-move-timeout",
    type=click.FloatRange(0, 3_600),
    default=2.0,
    metavar="SECONDS",
    show_envvar=True,
    help="Real time that an HTTP endpoint has for each answer while the clock is moved; one move waits for up to five "
    "times as long in all.",
)
@click.option(
    "--init-dir",
    "init_dirs",
    multiple=True,
    callback=options.init_dirs,
    envvar="EMULATOR_INIT_DIR",
    show_envvar=True,
    metavar="DIRECTORY",
    help="Directory with boot.d, start.d, ready.d and shutdown.d, whose scripts run when the server starts and ends; "
    "can be given several times. Without it: /etc/localstack/init and /etc/emulator/init, if they exist.",
)
@click.option(
    "--init-failure",
    type=click.Choice(get_args(InitFailure)),
    default="continue",
    show_envvar=True,
    help="What happens when an init script fails.",
)
@click.option(
    "--log-level", type=click.Choice(get_args(LogLevel)), default="info", show_envvar=True, help="What is logged."
)
@click.option(
    "--log-format", type=click.Choice(get_args(LogFormat)), default="text", show_envvar=True, help="How it is logged."
)
@click.version_option(__version__, prog_name="sqs-sns-emulator", allow_from_autoenv=False)
@click.pass_context
def main(ctx: click.Context, /, **values: Any) -> None:
    """Amazon SQS and SNS on localhost.

    Point any AWS SDK at it with AWS_ENDPOINT_URL=http://localhost:4566. Every option can also be given as an
    environment variable.
    """
    if ctx.invoked_subcommand is not None:
        return
    _check_environment(ctx)
    from emulator import collector

    collector.pause()
    from emulator.log import configure_logging, logger
    from emulator.server import StartError, run

    settings = options.with_tls(Settings(**values), from_localstack=_is_translated(ctx, "external_url"))
    if settings.no_control and settings.control_port is not None:
        raise click.UsageError("--no-control and --control-port contradict each other: give one of them.")
    configure_logging(settings.log_level, settings.log_format)
    if ctx.obj.passed_over:
        logger.warning("%s", ctx.obj)
    try:
        run(settings)
    except StartError as error:
        if settings.log_format == "json":
            logger.critical("%s", error)
        else:
            click.echo(f"sqs-sns-emulator: {error}", err=True)
        sys.exit(1)


def _is_translated(ctx: click.Context, name: str) -> bool:
    """Whether the value of an option comes from one of LocalStack's variables."""
    return ctx.get_parameter_source(name) is ParameterSource.DEFAULT_MAP


def _check_environment(ctx: click.Context) -> None:
    """Refuse variables that belong to no option, and LocalStack's that make no sense."""
    assert isinstance(main, _Command)
    assert isinstance(ctx.obj, Translation)
    mistakes = [*variables.unknown_variables(os.environ, main.variables), *ctx.obj.mistakes]
    if mistakes:
        raise click.UsageError("\n".join(mistakes))


@main.command("health")
@click.pass_context
def health_command(ctx: click.Context) -> None:
    """Ask the server of this machine whether it is ready, as a health check does.

    The options before "health" and the environment say, as they do to the server, where it listens. Prints its answer.
    Exits with 0 if it is ready, with 1 if it is still starting or there is none.
    """
    import http.client

    assert ctx.parent is not None, "it is a subcommand"
    given = ctx.parent.params
    port = given["port"]
    host = "localhost" if given["host"] in ANY_HOSTS else given["host"]
    connection = http.client.HTTPConnection(host, port, timeout=2)
    if given["tls"] or given["tls_cert"] is not None:
        import ssl

        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # the question is whether it is ready, not whether its certificate is good
        connection = http.client.HTTPSConnection(host, port, timeout=2, context=context)
    try:
        connection.request("GET", "/_emulator/health", headers={"Host": f"localhost:{port}"})
        answer = connection.getresponse()
        click.echo(answer.read())
    except (OSError, http.client.HTTPException) as error:
        raise click.ClickException(f"No emulator answers on {host} port {port}: {error}.") from None
    sys.exit(0 if answer.status == http.client.OK else 1)


@main.command("explain")
@click.option(
    "--policy", type=click.File("rb"), required=True, help="File with the filter policy, or - for standard input."
)
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
    the attributes are wrong, or a file cannot be read.
    """
    import msgspec

    from emulator.control.explanation import Question, explain, read_attributes
    from emulator.control.refusals import BadRequestError

    files = {"policy": policy, "message": message, "attributes": attributes}
    try:
        texts = options.read_texts({name: file for name, file in files.items() if file is not None})
        question = Question(
            policy=msgspec.Raw(texts["policy"].strip().encode()),
            scope=scope or ("MessageBody" if attributes is None else "MessageAttributes"),
            message=texts["message"],
            attributes={} if attributes is None else read_attributes(texts["attributes"].encode()),
        )
        answer = explain(question)
    except BadRequestError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(_USAGE_ERROR)
    click.echo(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode())
    sys.exit(0 if answer.matches else 1)


if __name__ == "__main__":
    main()
