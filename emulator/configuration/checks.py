"""Checks of the values of options. Each check returns the value to use, or raises ValueError.

The error says what is expected, without the name of the option: the code that reads the value adds the name.
"""

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from emulator.configuration.values import ANY_ORIGIN

if TYPE_CHECKING:
    from emulator.authentication.credentials import Credentials

DEFAULT_INIT_DIRS = ("/etc/localstack/init", "/etc/emulator/init")

# An origin as browsers send it: a scheme and a host, the port if it is not the scheme's default, and no path.
_ORIGIN = r"[a-z][a-z0-9+.-]*://(?:\[[0-9a-f:.]+\]|[^\s/?#@:\[\]]+)(?::[0-9]{1,5})?"
# In lower case, with underscores, which the names of containers can have.
_HOST_NAME = r"(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62}))*"
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def account(value: str) -> str:
    if not (len(value) == 12 and value.isascii() and value.isdigit()):
        raise ValueError("an account id is 12 digits.")
    return value


def point_in_time(value: str) -> float:
    """Seconds since the epoch."""
    from datetime import datetime

    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        when = None
    if when is None or when.tzinfo is None:
        raise ValueError("a time with its time zone is wanted, such as 2030-01-01T00:00:00Z.")
    return when.timestamp()


def base_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError("a base URL is wanted, such as http://sqs.example.test:4566.")
    return value.rstrip("/")


def smtp_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.port != 0
    except ValueError:
        usable = False
    if not usable or value != f"smtp://{parts.netloc}" or not parts.hostname or parts.username is not None:
        raise ValueError("the URL of a mail server is wanted, such as smtp://localhost:1025.")
    return value


def store_url(value: str) -> str:
    """The URL of a PostgreSQL database. Whether it is right in all is known when it is used."""
    if not value.startswith(("postgresql://", "postgres://")):
        # The value is not repeated, because it may have a password.
        raise ValueError("This is no URL that begins with postgresql://.")
    return value


def lambda_urls(values: Sequence[str]) -> dict[str, str]:
    """URLs by the ARNs of functions, from texts ``ARN=URL``."""
    urls = dict(value.partition("=")[::2] for value in values)
    for arn, url in urls.items():
        parts = urlsplit(url)
        if not arn.startswith("arn:") or ":function:" not in arn:
            raise ValueError(f"{arn} is not the ARN of a function.")
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError(f"behind the ARN a URL is wanted, such as {arn}=http://localhost:9000/.")
    return urls


def access_keys(values: Sequence[str]) -> dict[str, str]:
    """Account ids by access key ids, from texts ``ID=ACCOUNT``."""
    accounts: dict[str, str] = {}
    for given in values:
        key, _, owner = given.partition("=")
        if not re.fullmatch(r"\w{1,128}", key, re.ASCII):
            raise ValueError(f"an access key id and its account are wanted, such as AKIAX=111111111111, not {given}.")
        if re.fullmatch(r"\d{12}", key, re.ASCII):
            raise ValueError(f"the access key {key} is an account id, and so belongs to that account.")
        if accounts.setdefault(key, account(owner)) != owner:
            raise ValueError(f"the access key {key} has two accounts.")
    return accounts


def credentials(values: Sequence[str]) -> "Credentials":
    """Credentials by access key ids, from texts ``ID:SECRET`` and ``ID:SECRET:ACCOUNT``."""
    from emulator.authentication.credentials import credentials_in

    return credentials_in(values)


def credentials_file(value: str) -> str:
    from emulator.authentication.credentials import credentials_of_file

    credentials_of_file(value)
    return value


def template_parameters(values: Sequence[str]) -> dict[str, str]:
    """Values by the names of parameters, from texts ``NAME=VALUE``."""
    parameters = {}
    for given in values:
        name, equals, value = given.partition("=")
        if not equals or not name:
            raise ValueError(f"a parameter and its value are wanted, such as Stage=dev, and not {given}.")
        parameters[name] = value
    return parameters


def ca_bundle(value: str) -> str:
    import ssl

    try:
        ssl.create_default_context().load_verify_locations(value)
    except OSError as error:
        raise ValueError(f"no certificates can be read from {value}: {error}.") from None
    return value


def host(value: str) -> str:
    if value != urlsplit(f"//{value}").netloc or not value:
        raise ValueError("a host is wanted, such as sns.us-east-1.amazonaws.com.")
    return value


def destinations(values: Sequence[str]) -> tuple[str, ...]:
    """Host names, addresses and networks, as ``sns/delivery/destinations.py`` compares them."""
    return tuple(map(_destination, values))


def _destination(value: str) -> str:
    from ipaddress import ip_network

    given = value.strip().lower()
    name = given.rstrip(".")
    address = given.removeprefix("[").removesuffix("]") if given.startswith("[") else given
    try:
        return str(ip_network(address))
    except ValueError as error:
        if "host bits" in str(error):
            raise ValueError(f"{value} is no network; did you mean {ip_network(address, strict=False)}?") from None
    if not re.fullmatch(_HOST_NAME, name) or name.rpartition(".")[2].isdigit():
        raise ValueError(f"{value} is neither a host, such as webhook.test, nor a network, such as 10.0.0.0/8.")
    return name


def init_dirs(values: Sequence[str]) -> tuple[str, ...]:
    """The given directories, or else the default directories that exist."""
    for value in values:
        if not Path(value).is_dir():
            raise ValueError(f"{value} is not a directory.")
    if values and sys.platform == "win32":
        raise ValueError("init scripts run on Linux and macOS only.")
    return tuple(values) or tuple(place for place in DEFAULT_INIT_DIRS if Path(place).is_dir())


def origins(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(_origin, values))


def origins_or_any(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(value if value == ANY_ORIGIN else _origin(value) for value in values)


def _origin(value: str) -> str:
    """``value`` as a browser would write it."""
    origin = value.lower().removesuffix("/")
    if not re.fullmatch(_ORIGIN, origin):
        raise ValueError(f"{value} is not an origin, such as http://localhost:3000.")
    return origin.removesuffix(_DEFAULT_PORTS.get(origin.partition(":")[0], ""))


def cluster_address(text: str) -> tuple[str, int]:
    """Host and port; ValueError if they are none."""
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise ValueError(f"{text} is not a host and a port, such as 10.0.0.7:4567")
    return host, int(port)
