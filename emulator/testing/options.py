"""The options of a test's emulator: those of ``emulator/configuration/settings.py`` that have ``in_tests``."""

import os
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from emulator.configuration.settings import OPTIONS, Settings
from emulator.configuration.values import DEFAULT_ACCOUNT, DEFAULT_REGION

# boto3 reads the first one only; the other SDKs read AWS_REGION.
_REGION_VARIABLES = ("AWS_DEFAULT_REGION", "AWS_REGION")
_REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# What tests can choose besides the options of a server.
_OTHERS = ("account_id", "config", "region", "template_parameters", "templates", "terraform_plans")


class ServerOptions(TypedDict, total=False):
    """The types of the options, for type checkers. Each is None by default. docs/testing.md has a table of them."""

    seed: int | None
    clock_at: datetime | str | None  # with a time zone
    clock_move_timeout: float | None  # seconds of real time
    enforce_policies: bool | None
    auto_confirm: bool | None
    strict_timing: bool | None
    standard_queue_chaos: int | None  # a seed
    smtp_url: str | None
    lambda_urls: Mapping[str, str] | None  # of functions, by ARN
    lambda_endpoint: str | None  # URL of all other functions
    deliver_to: Sequence[str] | None  # hosts, addresses and networks
    ca_bundle: str | os.PathLike[str] | None
    insecure_https: bool | None
    signing_cert_host: str | None
    signing_cert_file: str | os.PathLike[str] | None  # of a server of its own only
    external_url: str | None


def settings(
    options: Mapping[str, Any], *, account_id: str = DEFAULT_ACCOUNT, region: str = DEFAULT_REGION
) -> Settings:
    """The settings of an emulator. Raises ValueError if an option is wrong, TypeError if there is no such option."""
    given = _given(options)
    check_region(region)
    if not given and account_id == DEFAULT_ACCOUNT:
        return Settings(region=region)  # without click, whose import takes a fifth of what a first use takes
    from emulator.configuration.options import settings_of

    return settings_of({"account_id": account_id, **given}, Settings(region=region))


def check_in_process(options: Mapping[str, Any]) -> None:
    """Raise ValueError if one of ``options`` needs a server."""
    for name, value in options.items():
        if value is not None and OPTIONS[name].needs_server:
            raise ValueError(f"{name} is an option of a server: give server=True with it.")


def arguments(options: Mapping[str, Any]) -> list[str]:
    """``options`` as arguments of the command line. Raises ValueError if one cannot be written there."""
    from emulator.configuration.options import arguments

    return arguments(_given(options))


def region_of_environment() -> str:
    """The region in the environment variables, or the emulator's default. ValueError if it is not a region."""
    for variable in _REGION_VARIABLES:
        if region := os.environ.get(variable):
            check_region(region, variable)
            return region
    return DEFAULT_REGION


def check_region(region: object, name: str = "region") -> None:
    if not isinstance(region, str) or not _REGION.fullmatch(region):
        raise ValueError(f"{name} is {region!r}, which is no region: one is wanted such as eu-north-1.")


def _given(options: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in options:
        if name not in ServerOptions.__annotations__:
            raise TypeError(f"There is no option {name!r} for a test's emulator; {_meant(name)}")
    return {name: value for name, value in options.items() if value is not False}


def _meant(name: str) -> str:
    from difflib import get_close_matches

    known = sorted([*ServerOptions.__annotations__, *_OTHERS])
    close = get_close_matches(name, known, n=1, cutoff=0.7)
    return f"did you mean {close[0]}?" if close else f"there are: {', '.join(known)}."
