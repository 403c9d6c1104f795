"""The options of an emulator that a test uses: those of the command line that make sense in a test.

The command line itself checks them, so that there is one implementation of each rule.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypedDict

from emulator.settings import DEFAULT_ACCOUNT, DEFAULT_REGION, Settings

# As boto3 does: AWS_REGION is that of the other SDKs.
_REGION_VARIABLES = ("AWS_DEFAULT_REGION", "AWS_REGION")
_REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class ServerOptions(TypedDict, total=False):
    """docs/testing.md has a table of them, docs/configuration.md says more. None is the default of each."""

    seed: int | None
    clock_at: datetime | str | None  # with a time zone
    enforce_policies: bool | None
    auto_confirm: bool | None
    strict_timing: bool | None
    standard_queue_chaos: int | None  # a seed
    smtp_url: str | None
    lambda_urls: Mapping[str, str] | None  # of functions, by ARN
    ca_bundle: str | os.PathLike[str] | None
    insecure_https: bool | None
    signing_cert_host: str | None
    signing_cert_file: str | os.PathLike[str] | None  # of a server of its own only
    external_url: str | None


_FLAGS = frozenset(("enforce_policies", "auto_confirm", "strict_timing", "insecure_https"))
_SEVERAL = {"lambda_urls": "--lambda-url"}
_OF_SERVERS = ("signing_cert_file",)


def settings(
    options: Mapping[str, Any], *, account_id: str = DEFAULT_ACCOUNT, region: str = DEFAULT_REGION
) -> Settings:
    """For an emulator. ValueError says what is wrong with the options, TypeError which of them there are."""
    given = _given(options)
    check_region(region)
    parsed = _parsed([f"--account-id={account_id}", *arguments(options)])
    names = {"account_id", *given}
    return replace(Settings(region=region), **{name: parsed[name] for name in names})


def check_in_process(options: Mapping[str, Any]) -> None:
    """ValueError if only a server has what one of ``options`` is about."""
    for name in _OF_SERVERS:
        if options.get(name) is not None:
            raise ValueError(f"{name} is an option of a server: give server=True with it.")


def arguments(options: Mapping[str, Any]) -> list[str]:
    """``options`` on the command line. ValueError if that cannot be told there."""
    return [argument for name, value in _given(options).items() for argument in _arguments(name, value)]


def region_of_environment() -> str:
    """The region that the environment names, or that of an emulator which is not told any; ValueError if it is none."""
    for variable in _REGION_VARIABLES:
        if region := os.environ.get(variable):
            check_region(region, variable)
            return region
    return DEFAULT_REGION


def check_region(region: object, name: str = "region") -> None:
    if not isinstance(region, str) or not _REGION.fullmatch(region):
        raise ValueError(f"{name} is {region!r}, which is no region: one is wanted such as eu-north-1.")


def _given(options: Mapping[str, Any]) -> Mapping[str, Any]:
    known = ServerOptions.__annotations__
    for name in options:
        if name not in known:
            raise TypeError(
                f"There is no option {name!r} for a test's emulator; there are: {', '.join(sorted(known))}."
            )
    return {name: value for name, value in options.items() if value is not None and value is not False}


def _arguments(name: str, value: Any) -> Iterator[str]:
    if name in _FLAGS:
        if value is not True:
            raise ValueError(f"{name} is True or False, not {value!r}.")
        yield _option(name)
    elif name in _SEVERAL:
        if not isinstance(value, Mapping):
            raise ValueError(f"{name} is a mapping of ARNs to URLs, not {value!r}.")
        yield from (f"{_SEVERAL[name]}={arn}={url}" for arn, url in value.items())
    else:
        yield f"{_option(name)}={_text(name, value)}"


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _text(name: str, value: Any) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(
                f"{name} is {value!r}, which has no time zone: what it means depends on where the test runs."
            )
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, str | int | os.PathLike):
        raise ValueError(f"{name} cannot be {value!r}.")
    return os.fspath(value) if isinstance(value, os.PathLike) else str(value)


def _parsed(given: list[str]) -> dict[str, Any]:
    """What the command line makes of them; environment variables, which are those of another server, aside."""
    import click

    from emulator.__main__ import main

    try:
        return main.make_context("sqs-sns-emulator", given, auto_envvar_prefix=None).params
    except click.BadParameter as error:
        name = error.param.name if error.param is not None else None
        raise ValueError(f"{name}: {error.message.rstrip('.')}.") from None
