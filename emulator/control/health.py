"""Whether the emulator is up, and what it is."""

from emulator.control.world import World
from emulator.health import Health, LocalStackHealth, health, localstack_health


def tell_health(_: World) -> Health:
    """Whether the emulator is up."""
    return health()


def tell_localstack_health(_: World) -> LocalStackHealth:
    """In LocalStack's form, for tools that wait for that."""
    return localstack_health()
