"""The progress of the start, in LocalStack's stages, and the state of the init scripts of each stage.

https://docs.localstack.cloud/references/init-hooks/
"""

from typing import Literal, get_args

from msgspec import Struct

Stage = Literal["BOOT", "START", "READY", "SHUTDOWN"]
State = Literal["UNKNOWN", "RUNNING", "SUCCESSFUL", "ERROR"]

STAGES: tuple[Stage, ...] = get_args(Stage)


class Script(Struct):
    """An init script. Its state is UNKNOWN until it runs."""

    stage: Stage
    name: str
    state: State = "UNKNOWN"


class Stages:
    """The stages that are complete, and all scripts. Without scripts the emulator is ready from the beginning."""

    def __init__(self) -> None:
        self.completed: dict[Stage, bool] = {stage: stage != "SHUTDOWN" for stage in STAGES}
        self.scripts: list[Script] = []
        self.reads_store = False  # what was kept is being read
        self.trouble: str | None = None  # why requests cannot be performed

    @property
    def ready(self) -> bool:
        """Whether the store has been read, and the scripts of all stages up to READY have run."""
        return self.completed["READY"] and not self.reads_store

    def begin(self) -> None:
        """Start again: none of ``scripts`` has run."""
        self.completed = dict.fromkeys(STAGES, False)
        for script in self.scripts:
            script.state = "UNKNOWN"
