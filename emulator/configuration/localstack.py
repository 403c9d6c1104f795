"""LocalStack's environment variables, translated to defaults of the command-line options.

Each variable can have the prefix ``LOCALSTACK_``; the one with the prefix wins.

https://docs.localstack.cloud/references/configuration/
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from emulator.configuration.values import ANY_ORIGIN, DEFAULT_PORT

PREFIX = "LOCALSTACK_"

_LEVELS = {
    "trace-internal": "debug",
    "trace": "debug",
    "debug": "debug",
    "info": "info",
    "warn": "warning",
    "warning": "warning",
    "error": "error",
}
_MAX_PORT = 65_535
_SERVICES = ("sqs", "sns")
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
# A host, which may be an IPv6 address in brackets, with or without a port.
_ADDRESS = r"(?P<host>\[[0-9a-fA-F:.]+\]|[\w.-]*)(?::(?P<port>[0-9]{1,5}))?"
_CALLERS_OWN_HOSTS = ("localhost", "127.0.0.1")
_VOLUME = "/var/lib/localstack"
_STRATEGIES = ("standard", "domain", "path", "dynamic", "off")


class Translation:
    """``options`` by name, the variables that are ignored, with the reason, and the errors in values."""

    __slots__ = ("mistakes", "options", "passed_over")

    def __init__(self) -> None:
        self.options: dict[str, Any] = {}
        self.passed_over: list[str] = []
        self.mistakes: list[str] = []

    def __str__(self) -> str:
        return f"Of LocalStack's variables these mean nothing here: {'; '.join(self.passed_over)}."


_Translate = Callable[[Translation, str, str], None]


def translate(environment: Mapping[str, str]) -> Translation:
    """What the variables in ``environment`` mean; an empty one counts as not set."""
    given = {name: environment[name] for name in (*_TRANSLATED, *_MEANINGLESS) if environment.get(name)}
    prefixed = {name: value for name, value in environment.items() if name.startswith(PREFIX) and value}
    translation = Translation()
    unknown = []
    for name, value in prefixed.items():
        if name.removeprefix(PREFIX) in NAMES:
            given[name.removeprefix(PREFIX)] = value
        elif name not in NAMES:
            unknown.append(name)
    for name, apply in _TRANSLATED.items():
        if name in given:
            apply(translation, name, given[name])
    for name, reason in _MEANINGLESS.items():
        if given.get(name, "0").lower() not in _FALSE:
            translation.passed_over.append(f"{name} ({reason})")
    translation.passed_over += sorted(unknown)
    return translation


def _region(translation: Translation, _: str, value: str) -> None:
    translation.options["region"] = value


def _listen(translation: Translation, name: str, value: str) -> None:
    first, *others = value.split(",")
    address = re.fullmatch(_ADDRESS, first.strip())
    if address is None or int(address["port"] or 0) > _MAX_PORT:
        translation.mistakes.append(f"{name}={value}: an address is wanted, such as 0.0.0.0:{DEFAULT_PORT}.")
        return
    if address["host"]:
        translation.options["host"] = address["host"].strip("[]")
    if address["port"]:
        translation.options["port"] = int(address["port"])
    if others:
        translation.passed_over.append(f"{','.join(others)} in {name} (there is one port; --tls serves it with HTTPS)")


def _edge_port(translation: Translation, name: str, value: str) -> None:
    if value.isdecimal() and int(value) <= _MAX_PORT:
        translation.options["port"] = int(value)
    else:
        translation.mistakes.append(f"{name}={value}: a port is wanted, such as {DEFAULT_PORT}.")


def _host(translation: Translation, name: str, value: str) -> None:
    """The host in URLs. "localhost" without a port is ignored: the request's own host has the published port too."""
    address = re.fullmatch(_ADDRESS, value)
    if address is None or not address["host"]:
        translation.mistakes.append(f"{name}={value}: a host is wanted, such as localhost:{DEFAULT_PORT}.")
    elif int(address["port"] or 0) > _MAX_PORT:
        translation.mistakes.append(f"{name}={value}: there is no such port.")
    elif address["port"] or address["host"] not in _CALLERS_OWN_HOSTS:
        port = address["port"] or translation.options.get("port", DEFAULT_PORT)
        translation.options["external_url"] = f"http://{address['host']}:{port}"


def _strategy(translation: Translation, name: str, value: str) -> None:
    if value not in _STRATEGIES:
        translation.mistakes.append(f"{name}={value}: one of {', '.join(_STRATEGIES)} is wanted.")
    elif value == "dynamic":
        translation.options.pop("external_url", None)
    elif value != "off":
        translation.passed_over.append(
            f"{name}={value} (queue URLs are understood in all forms, and handed out as http://HOST:PORT/ACCOUNT/NAME)"
        )


def _debug(translation: Translation, _: str, value: str) -> None:
    """DEBUG. Other programs use a variable of this name too, so values that mean nothing here are ignored."""
    if value.lower() in _TRUE:
        translation.options["log_level"] = "debug"


def _log(translation: Translation, name: str, value: str) -> None:
    level = _LEVELS.get(value.lower())
    if level is None:
        translation.mistakes.append(f"{name}={value}: one of {', '.join(_LEVELS)} is wanted.")
    else:
        translation.options["log_level"] = level


def _services(translation: Translation, name: str, value: str) -> None:
    services = (service.strip().partition(":")[0] for service in value.split(","))
    others = [service for service in services if service and service not in _SERVICES]
    if others:
        translation.passed_over.append(f"{', '.join(others)} in {name} (there are {' and '.join(_SERVICES)} only)")


def _persistence(translation: Translation, name: str, value: str) -> None:
    """LocalStack keeps its state in a volume, which compose files mount at this place."""
    if value.lower() not in _TRUE:
        return
    if Path(_VOLUME).is_dir():
        translation.options["data_dir"] = f"{_VOLUME}/state"
    else:
        translation.passed_over.append(f"{name} (there is no {_VOLUME}; --data-dir keeps everything)")


def _strict_timing(translation: Translation, _: str, value: str) -> None:
    if value.lower() in _TRUE:
        translation.options["strict_timing"] = True


def _any_origin(translation: Translation, _: str, value: str) -> None:
    if value.lower() in _TRUE:
        translation.options["cors_allow_origins"] = [ANY_ORIGIN]


def _origins(translation: Translation, _: str, value: str) -> None:
    origins = [origin.strip() for origin in value.split(",") if origin.strip()]
    translation.options["cors_allow_origins"] = [*translation.options.get("cors_allow_origins", ()), *origins]


# In this order: what comes later wins.
_TRANSLATED: dict[str, _Translate] = {
    "SERVICES": _services,
    "DEFAULT_REGION": _region,
    "AWS_DEFAULT_REGION": _region,
    "EDGE_BIND_HOST": _listen,
    "EDGE_PORT": _edge_port,
    "GATEWAY_LISTEN": _listen,
    "HOSTNAME_EXTERNAL": _host,
    "LOCALSTACK_HOST": _host,
    "SQS_ENDPOINT_STRATEGY": _strategy,
    "DEBUG": _debug,
    "LS_LOG": _log,
    "PERSISTENCE": _persistence,
    "SQS_DELAY_PURGE_RETRY": _strict_timing,
    "SQS_DELAY_RECENTLY_DELETED": _strict_timing,
    "DISABLE_CORS_CHECKS": _any_origin,
    "EXTRA_CORS_ALLOWED_ORIGINS": _origins,
}
_MEANINGLESS = {
    "EAGER_SERVICE_LOADING": "both services are there from the start",
    "USE_SSL": "--tls serves HTTPS; URLs have the scheme of the request",
}
NAMES = frozenset(_TRANSLATED) | frozenset(_MEANINGLESS)
