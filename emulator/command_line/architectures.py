"""The sources of architectures that commands name: the running server, a file, or an account of AWS."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from emulator.command_line.failures import Failure
from emulator.command_line.options import option
from emulator.command_line.session import Session
from emulator.configuration.file import Start
from emulator.configuration.settings import Settings

if TYPE_CHECKING:
    from emulator.architecture.aws_account import Account
    from emulator.architecture.aws_reader import AwsReader
    from emulator.architecture.model import Architecture

SERVER, AWS = "@server", "@aws"

Command = Callable[..., None]

parameters_option = option(
    "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="Value of a parameter of a template."
)


def architecture_named(session: Session, source: str, parameters: tuple[str, ...] = ()) -> "Architecture":
    """The architecture of a source. Exits with 2 if a file has mistakes, which it prints."""
    from emulator.architecture.sources import load_architecture
    from emulator.configuration.document_error import DocumentError

    if source == SERVER:
        return _of_server(session)
    if source == AWS:
        return _of_aws(session)
    try:
        return load_architecture(source, _settings(session, parameters))
    except DocumentError as error:
        raise WrongFileError(str(error)) from None


class WrongFileError(Failure):
    """A file cannot be read, or has mistakes. The text has a line for each."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """The mistakes alone, as ``config check`` prints them."""
        click.echo(self.message, err=True, file=file)


def _of_server(session: Session) -> "Architecture":
    import msgspec

    from emulator.architecture.model import Architecture

    return msgspec.convert(session.control("GET", "architecture", session.target.filter), Architecture)


def _of_aws(session: Session) -> "Architecture":
    from emulator.architecture.aws_account import read_account
    from emulator.architecture.of_aws import architecture_of

    return architecture_of(
        account_of_aws(session, read_account), f"the account of AWS in {_region(session) or 'its region'}"
    )


def account_of_aws(session: Session, read: "Callable[[AwsReader], Account]") -> "Account":
    """What ``read`` finds in an account of AWS, with boto3. Failure if that does not work."""
    from emulator.architecture.aws_reader import AwsError, reader_of_environment

    try:
        return read(reader_of_environment(_region(session), time.sleep))
    except AwsError as error:
        raise Failure(str(error)) from None


def _region(session: Session) -> str | None:
    return session.target.only_region or session.target.region


def _settings(session: Session, parameters: tuple[str, ...]) -> Settings:
    """The options that say where the resources of a file are."""
    root = click.get_current_context().find_root()
    given = root.params if isinstance(root.obj, Start) else {}
    base = Settings()
    return replace(
        base,
        account_id=session.target.only_account or given.get("account_id") or base.account_id,
        region=session.target.only_region or given.get("region") or base.region,
        template_parameters=_named(parameters),
    )


def _named(parameters: tuple[str, ...]) -> Mapping[str, str]:
    found = {}
    for each in parameters:
        name, equals, value = each.partition("=")
        if not name or not equals:
            raise click.BadParameter(f"{each!r} has no value: NAME=VALUE is wanted.", param_hint="'--parameter'")
        found[name] = value
    return found
