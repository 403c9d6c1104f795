"""Reads options: from the command line, and from mappings by name to ``Settings``.

The parameters that click reads are made from the table of options. Mappings are read with the same parameters, so each
rule has one implementation.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, BinaryIO

import click

from emulator.configuration.option import Option
from emulator.configuration.settings import OPTIONS, Settings

_TYPES: Mapping[str, Any] = {"text": click.STRING, "flag": click.BOOL, "integer": click.INT, "number": click.FLOAT}
_RANGES: "Mapping[str, Callable[[float, float], click.ParamType[Any]]]" = {
    "integer": lambda low, high: click.IntRange(int(low), int(high)),
    "number": click.FloatRange,
}


class OptionError(ValueError):
    """A value that an option cannot have, or options that contradict each other; the text says which."""


def parameters() -> list[click.Parameter]:
    """The parameters of the command line, in the order of the table."""
    return [_parameter(option) for option in OPTIONS.values()]


def _parameter(option: Option) -> click.Option:
    given: dict[str, Any] = {}
    if option.kind == "flag":
        given["is_flag"] = True
    elif option.several:
        given |= {"multiple": True, "envvar": option.variable}
    elif option.default is not None:
        given["default"] = option.default
    return click.Option(
        [option.flag, *option.also, option.name],
        type=_type(option),
        callback=_callback(option),
        metavar=option.metavar,
        help=option.help,
        show_default=False if option.secret else None,
        show_envvar=True,
        **given,
    )


def _type(option: Option) -> Any:
    if option.choices:
        return click.Choice(option.choices)
    if option.bounds is not None:
        return _RANGES[option.kind](*option.bounds)
    return _TYPES[option.kind]


def _callback(option: Option) -> Callable[[click.Context, click.Parameter, Any], Any] | None:
    check = option.check
    if check is None:
        return None

    def checked(_: click.Context, __: click.Parameter, value: Any) -> Any:
        if value is None:
            return None
        try:
            return check(value)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None

    return checked


# From names to Settings. ------------------------------------------------------------------------


def settings_of(values: Mapping[str, object], base: Settings | None = None) -> Settings:
    """``base`` (or the defaults) with ``values`` applied, which are keyed by the names of the table.

    A value has the option's type or is the text that the command line takes. None leaves an option unchanged.
    Raises OptionError, which says which name or value is wrong, and why.
    """
    read = {name: _read(name, value) for name, value in values.items() if value is not None}
    return consistent(replace(base or Settings(), **read))


def checked(name: str, value: object) -> Any:
    """The value of an option as the command line takes it. Raises OptionError if the option cannot have it."""
    _read(name, value)
    return _plain(_option(name), value)


def arguments(values: Mapping[str, object]) -> list[str]:
    """These values as arguments of the command line. Raises OptionError if a value cannot be written there."""
    return [
        argument
        for name, value in values.items()
        if value is not None and value is not False
        for argument in _arguments(_option(name), value)
    ]


def _arguments(option: Option, value: object) -> Iterator[str]:
    plain = _plain(option, value)
    if option.kind == "flag":
        yield option.flag
    elif option.several:
        yield from (f"{option.flag}={each}" for each in plain)
    else:
        yield f"{option.flag}={plain}"


def _option(name: str) -> Option:
    option = OPTIONS.get(name)
    if option is None:
        from difflib import get_close_matches

        close = get_close_matches(name, OPTIONS, n=1, cutoff=0.7)
        raise OptionError(
            f"There is no option {name}" + (f"; did you mean {close[0]}?" if close else f"; {_ALL_NAMES}.")
        )
    return option


_ALL_NAMES = f"there are: {', '.join(sorted(OPTIONS))}"


def _read(name: str, value: object) -> Any:
    option = _option(name)
    plain = _plain(option, value)
    context = click.Context(click.Command("options"))
    try:
        return _reader(name).process_value(context, plain)
    except click.BadParameter as error:
        raise OptionError(f"{name}: {error.message.rstrip('.')}.") from None


@cache
def _reader(name: str) -> click.Option:
    return _parameter(OPTIONS[name])


def _plain(option: Option, value: object) -> Any:
    """``value`` as the command line takes it: a flag as bool, several values as a tuple of texts, all else as text."""
    name = option.name
    if option.kind == "flag":
        if not isinstance(value, bool):
            raise OptionError(f"{name} is True or False, not {value!r}.")
        return value
    if option.mapping is not None:
        if not isinstance(value, Mapping):
            raise OptionError(f"{name} is a mapping of {option.mapping}, not {value!r}.")
        return tuple(f"{key}={each}" for key, each in value.items())
    if option.several:
        if not isinstance(value, list | tuple) or not all(isinstance(each, str | os.PathLike) for each in value):
            raise OptionError(f"{name} is a list of texts" + ("." if option.secret else f", not {value!r}."))
        return tuple(os.fspath(each) for each in value)
    return _text(option, value)


def _text(option: Option, value: object) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise OptionError(
                f"{option.name} is {value!r}, which has no time zone: what it means depends on where it is read."
            )
        return value.isoformat()
    numbers = int | float if option.kind == "number" else int
    if isinstance(value, bool) or not isinstance(value, str | os.PathLike | numbers):
        raise OptionError(f"{option.name} cannot be {value!r}.")
    return os.fspath(value) if isinstance(value, os.PathLike) else str(value)


def consistent(settings: Settings, *, external_scheme: bool = True) -> Settings:
    """The settings, with ``tls`` set if a certificate is given. Raises OptionError if options contradict each other.

    Without ``external_scheme`` the external URL was given as a host, and gets the scheme of the server.
    """
    settings = _with_credentials(_with_certificate(settings))
    if settings.tls and not external_scheme and settings.external_url is not None:
        settings = replace(settings, external_url=f"https://{settings.external_url.partition('://')[2]}")
    if settings.no_control and settings.control_port is not None:
        raise OptionError("--no-control and --control-port contradict each other: give one of them.")
    if settings.store is not None and settings.data_dir is not None:
        raise OptionError("--store and --data-dir contradict each other: give one of them.")
    if settings.durability != OPTIONS["durability"].default and settings.data_dir is None:
        raise OptionError("--durability is about the data directory: give --data-dir too.")
    _check_files(settings)
    return settings


def _check_files(settings: Settings) -> None:
    if settings.no_config and settings.config is not None:
        raise OptionError("--no-config and --config contradict each other: give one of them.")
    if settings.watch and settings.config is None and not (settings.templates or settings.terraform_plans):
        raise OptionError(
            "--watch is about the configuration file, templates and plans, and there are none: give --config."
        )
    if settings.template_parameters and not settings.templates:
        raise OptionError("--template-parameter is about templates: give --template too.")
    if settings.prune and not settings.watch:
        raise OptionError("--prune is about changes of the configuration file: give --watch too.")


def _with_credentials(settings: Settings) -> Settings:
    """The settings with the credentials of the file among the others, and with the accounts of all of them."""
    if settings.verify_signatures and not settings.credentials and settings.credentials_file is None:
        raise OptionError("--verify-signatures needs secrets: give --credentials or --credentials-file.")
    if not settings.credentials and settings.credentials_file is None:
        return settings
    from emulator.authentication.credentials import credentials_of_file, merged

    try:
        in_file = {} if settings.credentials_file is None else credentials_of_file(settings.credentials_file)
        credentials = merged(settings.credentials, in_file, settings.access_keys)
    except ValueError as error:
        raise OptionError(f"--credentials, --credentials-file and --access-key: {error}") from None
    accounts = {key: each.account for key, each in credentials.items() if each.account is not None}
    return replace(settings, credentials=credentials, access_keys={**settings.access_keys, **accounts})


def _with_certificate(settings: Settings) -> Settings:
    """With a port of HTTPS, ``tls`` is false: the other ports speak HTTP."""
    _check_certificate(settings)
    return replace(settings, tls=settings.tls_port is None and (settings.tls or settings.tls_cert is not None))


def _check_certificate(settings: Settings) -> None:
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise OptionError("--tls-cert and --tls-key belong together: give both.")
    if settings.tls_cert is None:
        if settings.tls_ca_file is not None and not settings.tls and settings.tls_port is None:
            raise OptionError("--tls-ca-file is where --tls writes its CA: give --tls too.")
        return
    if settings.tls_ca_file is not None:
        raise OptionError("--tls-ca-file and --tls-cert contradict each other: no CA is made for a given one.")
    from emulator.serving.tls import TlsError, loaded

    try:
        loaded(settings.tls_cert, settings.tls_key)
    except TlsError as error:
        raise OptionError(f"--tls-cert and --tls-key: {error}") from None


# Names of environment variables, and files. -----------------------------------------------------


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


def read_texts(files: Mapping[str, BinaryIO]) -> dict[str, str]:
    """The texts of ``files``, which are keyed by option. Raises UsageError if a file is not UTF-8 text."""
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
