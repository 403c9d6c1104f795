"""The health route."""

from emulator.control.refusals import Refusal
from emulator.control.run import Run
from emulator.serving.health import Health, health, status
from emulator.world.world import World


class StartingError(Refusal):
    """The init scripts have not finished yet."""

    status = 503
    answer: Health


def tell_health(_: World, run: Run) -> Health:
    """Whether the emulator is up and its init scripts have finished."""
    answer = health(run.stages, run.settings.control_port)
    if status(run.stages) != 200:
        raise StartingError(answer)
    return answer
