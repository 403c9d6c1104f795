"""The command line: ``sqs-sns-emulator`` and ``python -m emulator``."""

import logging
import os
import sys
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, NoReturn

import click
from click.core import ParameterSource

from emulator import __version__, compilation
from emulator.command_line.commands import LazyCommands
from emulator.configuration import options, variables
from emulator.configuration.document_error import DocumentError
from emulator.configuration.file import ConfigFile, Start, config_file
from emulator.configuration.localstack import translate
from emulator.configuration.option import ENVIRONMENT_PREFIX
from emulator.configuration.settings import OPTIONS, Settings
from emulator.configuration.values import ANY_HOSTS

if TYPE_CHECKING:
    from emulator.declared.contents import Contents

logger = logging.getLogger(__name__)

_USAGE_ERROR = 2
_SERVE = "serve"


class _Command(LazyCommands):
    """The command, whose defaults can come from a configuration file and from LocalStack's environment variables."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        variables.drop_service_links(os.environ, self.variables)
        config = self._config_file(info_name, args, parent, extra)
        start = Start(translate(os.environ), config)
        defaults = start.translation.options | config.options
        try:
            return super().make_context(info_name, args, parent, obj=start, default_map=defaults, **extra)
        except click.BadParameter as error:
            _name_variable(error)
            raise

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, self._without_serve(ctx, args) if _SERVE in args else args)

    def _without_serve(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments without the name of the command that is the default, so that its options are this command's."""
        _, rest, _ = self.make_parser(ctx).parse_args(list(args))
        if rest[:1] != [_SERVE]:
            return args
        options_of_both = args[: len(args) - len(rest)] + rest[1:]
        _, unexpected, _ = self.make_parser(ctx).parse_args(list(options_of_both))
        if unexpected and not ctx.resilient_parsing:
            ctx.fail(f"{_SERVE} takes options only, not {' '.join(unexpected)}.")
        return options_of_both

    def _config_file(
        self, info_name: str | None, args: list[str], parent: click.Context | None, extra: dict[str, Any]
    ) -> ConfigFile:
        """The configuration file. It must be known before the options are read, as they have defaults in it."""
        named = any(each.startswith(("--config", "--no-config")) for each in args)
        if not named and not any(os.environ.get(OPTIONS[name].variable) for name in ("config", "no_config")):
            return config_file(None, no_config=False)
        with super().make_context(info_name, list(args), parent, **extra | {"resilient_parsing": True}) as first:
            return config_file(first.params.get("config"), no_config=bool(first.params.get("no_config")))

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.allow_from_autoenv = False
        return option

    @property
    def variables(self) -> frozenset[str]:
        """The names of all environment variables that are options."""
        return frozenset(options.variables(self, ENVIRONMENT_PREFIX))


def _name_variable(error: click.BadParameter) -> None:
    """Let ``error`` say in which environment variable the wrong value is, if it is in one."""
    option = error.param
    if option is None or option.name is None or error.ctx is None:
        return
    if error.ctx.get_parameter_source(option.name) is ParameterSource.ENVIRONMENT:
        error.param_hint = f"'{option.opts[0]}' ({options.variable(option, ENVIRONMENT_PREFIX)})"


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(f"sqs-sns-emulator, version {__version__} ({compilation.FORMS[compilation.form()]})")
        ctx.exit()


@click.group(
    cls=_Command,
    invoke_without_command=True,
    params=options.parameters(),
    context_settings={
        "auto_envvar_prefix": ENVIRONMENT_PREFIX.rstrip("_"),
        "help_option_names": ["-h", "--help"],
        "show_default": True,
    },
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    allow_from_autoenv=False,
    callback=_print_version,
    help="Show the version, and whether compiled modules run, and exit.",
)
@click.pass_context
def main(ctx: click.Context, /, **values: Any) -> None:
    """Amazon SQS and SNS on localhost.

    Point any AWS SDK at it with AWS_ENDPOINT_URL=http://localhost:4566. Every option can also be given as an
    environment variable, or in a configuration file, which also says which queues and topics there are.
    """
    if ctx.invoked_subcommand is not None:
        return
    start = _checked_start(ctx)
    from emulator.serving import collector

    collector.pause()
    from emulator.observation.log import configure_logging, logger
    from emulator.serving.start import run
    from emulator.serving.start_errors import StartError

    values["config"] = start.config.file
    try:
        settings = options.consistent(Settings(**values), external_scheme=not _is_translated(ctx, "external_url"))
    except options.OptionError as error:
        raise click.UsageError(str(error)) from None
    configure_logging(settings.log_level, settings.log_format)
    if start.translation.passed_over:
        logger.warning("%s", start.translation)
    if reason := compilation.why_plain():
        logger.warning("%s Plain Python runs.", reason)
    contents = _contents(settings, start.config)
    if start.config.found:
        logger.info("The configuration file is %s, which was found by itself; --no-config ignores it", settings.config)
    try:
        run(settings, contents)
    except DocumentError as error:
        refuse(error)
    except StartError as error:
        if settings.log_format == "json":
            logger.critical("%s", error)
        else:
            click.echo(f"sqs-sns-emulator: {error}", err=True)
        sys.exit(1)


def _checked_start(ctx: click.Context) -> Start:
    """Refuse variables that belong to no option, LocalStack's that make no sense, and files that cannot be read."""
    assert isinstance(main, _Command)
    assert isinstance(ctx.obj, Start)
    start = ctx.obj
    known = main.variables | compilation.VARIABLES
    mistakes = [
        *compilation.mistakes(os.environ),
        *variables.unknown_variables(os.environ, known),
        *start.translation.mistakes,
    ]
    if mistakes:
        raise click.UsageError("\n".join(mistakes))
    if start.config.error is not None and start.config.document is None:
        refuse(start.config.error)
    return start


def refuse(error: DocumentError) -> NoReturn:
    """Print the mistakes of a file, and exit."""
    click.echo(str(error), err=True)
    sys.exit(_USAGE_ERROR)


def _contents(settings: Settings, config: ConfigFile) -> "Contents | None":
    """What the emulator contains at the start, checked; None if that is nothing."""
    declares = config.document is not None or settings.templates or settings.terraform_plans
    if not declares and settings.state is None and settings.save_state is None:
        return None
    import asyncio

    from emulator.declared.contents import Contents

    try:
        contents = Contents(settings, config.document)
        asyncio.run(contents.check())
    except DocumentError as error:
        refuse(error)
    return contents


def _is_translated(ctx: click.Context, name: str) -> bool:
    """Whether the value of an option comes from one of LocalStack's variables."""
    return ctx.get_parameter_source(name) is ParameterSource.DEFAULT_MAP and name not in ctx.obj.config.options


@main.command(_SERVE, short_help="Start the server, as without a command.")
def serve_command() -> None:
    """Start the server. This is the default: "serve" can be left out."""
    raise AssertionError("its name is removed from the arguments")


@main.command("health", short_help="Ask the server on this machine whether it is ready.")
@click.pass_context
def health_command(ctx: click.Context) -> None:
    """Ask the server on this machine whether it is ready, as a health check does.

    The options before "health" and the environment variables say where the server listens, as they do for the server
    itself. Prints the server's answer. Exits with 0 if it is ready, with 1 if it is still starting or is not running.
    """
    import http.client

    assert ctx.parent is not None, "it is a subcommand"
    given = ctx.parent.params
    if ctx.obj.config.error is not None:
        refuse(ctx.obj.config.error)
    port = given["port"]
    host = "localhost" if given["host"] in ANY_HOSTS else given["host"]
    connection = http.client.HTTPConnection(host, port, timeout=2)
    if given["tls_port"] is None and (given["tls"] or given["tls_cert"] is not None):
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


class _Explain(click.Group):
    """Explains a filter policy by itself; what else it explains are subcommands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["access"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        from emulator.command_line.access import access

        return access


@main.group(
    "explain",
    cls=_Explain,
    invoke_without_command=True,
    short_help="Say why a filter policy lets a message through, or a policy a call.",
)
@click.option("--policy", type=click.File("rb"), help="File with the filter policy, or - for standard input.")
@click.option("--message", type=click.File("rb"), help="File with the message's body.")
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
@click.option("--json", "as_json", is_flag=True, help="Print the answer in one line.")
@click.pass_context
def explain_command(
    ctx: click.Context,
    policy: BinaryIO | None,
    message: BinaryIO | None,
    attributes: BinaryIO | None,
    scope: Literal["MessageAttributes", "MessageBody"] | None,
    as_json: bool,
) -> None:
    """Say why a subscription filter policy lets a message through, or does not.

    Prints the answer as JSON. Exits with 0 if the message matches, with 1 if it does not, with 2 if the policy or
    the attributes are wrong, or a file cannot be read.

    \b
    sqs-sns-emulator explain --policy policy.json --message message.txt
    sqs-sns-emulator explain --policy policy.json --message - --attributes attributes.json < message.txt
    """
    if ctx.invoked_subcommand is not None:
        return
    for parameter in ctx.command.params:
        if parameter.name in ("policy", "message") and ctx.params[parameter.name] is None:
            raise click.MissingParameter(ctx=ctx, param=parameter)
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
    document = msgspec.json.encode(answer)
    click.echo((document if as_json else msgspec.json.format(document, indent=2)).decode())
    sys.exit(0 if answer.matches else 1)


if __name__ == "__main__":
    main()
