"""The health route."""

from emulator.control.refusals import Refusal
from emulator.control.world import World
from emulator.health import Health, health, status


class StartingError(Refusal):
    """The init scripts have not finished yet."""

    status = 503
    answer: Health


def tell_health(world: World) -> Health:
    """Whether the emulator is up and its init scripts have finished."""
    answer = health(world.stages)
    if status(world.stages) != 200:
        raise StartingError(answer)
    return answer
