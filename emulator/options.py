"""The options of the command line that want more than a type: what they may be, and what is made of them."""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import click

from emulator.settings import ANY_ORIGIN, DEFAULT_INIT_DIRS, Settings

# As browsers send it: a scheme and a host, the port only where it is not the scheme's own, and no path.
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(?:\[[0-9a-f:.]+\]|[^\s/?#@:\[\]]+)(?::[0-9]{1,5})?")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def account(_: click.Context, __: click.Parameter, value: str) -> str:
    if not (len(value) == 12 and value.isascii() and value.isdigit()):
        raise click.BadParameter("an account id is 12 digits.")
    return value


def point_in_time(_: click.Context, __: click.Parameter, value: str | None) -> float | None:
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


def base_url(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise click.BadParameter("a base URL is wanted, such as http://sqs.example.test:4566.")
    return value.rstrip("/")


def smtp_url(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
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


def lambda_urls(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    urls = dict(value.partition("=")[::2] for value in values)
    for arn, url in urls.items():
        parts = urlsplit(url)
        if not arn.startswith("arn:") or ":function:" not in arn:
            raise click.BadParameter(f"{arn} is not the ARN of a function.")
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise click.BadParameter(f"behind the ARN a URL is wanted, such as {arn}=http://localhost:9000/.")
    return urls


def ca_bundle(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    import ssl

    try:
        ssl.create_default_context().load_verify_locations(value)
    except OSError as error:
        raise click.BadParameter(f"no certificates can be read from {value}: {error}.") from None
    return value


def with_tls(settings: Settings, *, from_localstack: bool) -> Settings:
    """The settings, in which ``tls`` also says that a certificate is given. UsageError if one cannot be used.

    An external URL ``from_localstack`` names no scheme: it gets that of the server.
    """
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise click.UsageError("--tls-cert and --tls-key belong together: give both.")
    if settings.tls_cert is None:
        if settings.tls_ca_file is not None and not settings.tls:
            raise click.UsageError("--tls-ca-file is where --tls writes its CA: give --tls too.")
    elif settings.tls_ca_file is not None:
        raise click.UsageError("--tls-ca-file and --tls-cert contradict each other: no CA is made for a given one.")
    else:
        from emulator.tls import TlsError, loaded

        try:
            loaded(settings.tls_cert, settings.tls_key)
        except TlsError as error:
            raise click.UsageError(f"--tls-cert and --tls-key: {error}") from None
        settings = replace(settings, tls=True)
    if settings.tls and from_localstack and settings.external_url is not None:
        settings = replace(settings, external_url=f"https://{settings.external_url.partition('://')[2]}")
    return settings


def host(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and (value != urlsplit(f"//{value}").netloc or not value):
        raise click.BadParameter("a host is wanted, such as sns.us-east-1.amazonaws.com.")
    return value


def init_dirs(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """The directories that are given, or those of the usual places that exist."""
    for value in values:
        if not Path(value).is_dir():
            raise click.BadParameter(f"{value} is not a directory.")
    if values and sys.platform == "win32":
        raise click.BadParameter("init scripts run on Linux and macOS only.")
    return values or tuple(place for place in DEFAULT_INIT_DIRS if Path(place).is_dir())


def variable(option: click.Parameter, prefix: str) -> str:
    """The environment variable from which ``option`` can come."""
    return option.envvar if isinstance(option.envvar, str) else f"{prefix}{(option.name or '').upper()}"


def variables(command: click.Command, prefix: str) -> Iterator[str]:
    """The environment variables from which the options of ``command`` and of its subcommands can come."""
    for option in command.params:
        if isinstance(option, click.Option) and option.allow_from_autoenv:
            yield variable(option, prefix)
    if isinstance(command, click.Group):
        for name, subcommand in command.commands.items():
            yield from variables(subcommand, f"{prefix}{name.upper()}_")


def origins(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(_origin, values))


def origins_or_any(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value if value == ANY_ORIGIN else _origin(value) for value in values)


def _origin(value: str) -> str:
    """``value`` as a browser would write it."""
    origin = value.lower().removesuffix("/")
    if not _ORIGIN.fullmatch(origin):
        raise click.BadParameter(f"{value} is not an origin, such as http://localhost:3000.")
    return origin.removesuffix(_DEFAULT_PORTS.get(origin.partition(":")[0], ""))


def read_texts(files: Mapping[str, BinaryIO]) -> dict[str, str]:
    """What the files hold that were given for these options; UsageError where one is no text in UTF-8."""
    standard_input = [name for name, file in files.items() if file.name == "<stdin>"]
    if len(standard_input) > 1:
        names = " and ".join(f"--{name}" for name in standard_input)
        raise click.UsageError(f"{names} cannot both come from standard input.")
    return {name: _read_text(name, file) for name, file in files.items()}


def _read_text(name: str, file: BinaryIO) -> str:
    try:
        return file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"--{name}: {file.name} is no text in UTF-8: {error}.") from None
    except OSError as error:
        raise click.UsageError(f"--{name}: {file.name} cannot be read: {error.strerror}.") from None
