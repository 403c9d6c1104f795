"""Whether the emulator is up, and what it is."""

import msgspec

from emulator import __version__
from emulator.control.world import World

_SERVICES = ("sqs", "sns")


class Health(msgspec.Struct):
    status: str
    version: str
    services: dict[str, str]


class LocalStackHealth(msgspec.Struct):
    """In LocalStack's form."""

    services: dict[str, str]
    edition: str
    version: str


def tell_health(_: World) -> Health:
    """Whether the emulator is up."""
    return Health("ok", __version__, dict.fromkeys(_SERVICES, "running"))


def tell_localstack_health(_: World) -> LocalStackHealth:
    """In LocalStack's form, for tools that wait for that."""
    return LocalStackHealth(dict.fromkeys(_SERVICES, "running"), "community", __version__)
