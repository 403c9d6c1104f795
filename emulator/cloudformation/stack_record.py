"""What CloudFormation keeps of a stack."""

from msgspec import Struct

REVIEW = "REVIEW_IN_PROGRESS"


class OutputRecord(Struct, frozen=True):
    """An output, as it was when the stack was deployed last."""

    name: str
    value: str
    description: str | None = None
    export: str | None = None


class ResourceRecord(Struct, frozen=True):
    """A resource of a stack. ``reason`` says why it has its status."""

    logical_id: str
    physical_id: str
    type: str
    status: str
    changed_at: float  # seconds since the epoch
    reason: str | None = None


class EventRecord(Struct, frozen=True):
    """Something that happened to a stack, or to one of its resources."""

    id: str
    logical_id: str
    physical_id: str
    type: str
    status: str
    at: float  # seconds since the epoch
    reason: str | None = None


class Source(Struct, frozen=True):
    """What a stack is made of."""

    template: str
    parameters: dict[str, str] = {}
    tags: dict[str, str] = {}
    capabilities: tuple[str, ...] = ()


class PlannedChange(Struct, frozen=True):
    """What a change set does to one resource: ``action`` is Add, Modify or Remove."""

    action: str
    logical_id: str
    type: str
    physical_id: str | None = None


class ChangeSetRecord(Struct, frozen=True):
    """A change that was prepared. ``status`` is CREATE_COMPLETE or FAILED."""

    name: str
    id: str
    source: Source
    status: str
    execution: str  # AVAILABLE, UNAVAILABLE or EXECUTE_COMPLETE
    created_at: float
    changes: tuple[PlannedChange, ...] = ()
    description: str | None = None
    reason: str | None = None


class StackRecord(Struct, frozen=True):
    """A stack. It is replaced as a whole when it changes."""

    name: str
    id: str
    status: str
    created_at: float  # seconds since the epoch
    source: Source
    description: str | None = None
    reason: str | None = None
    updated_at: float | None = None
    deleted_at: float | None = None
    protected: bool = False  # from deletion
    change_set_id: str | None = None  # by which it was made or changed last
    parameters: dict[str, str] = {}  # the values of all, with those of defaults; secret ones are masked
    imports: tuple[str, ...] = ()  # names of exports of other stacks
    outputs: tuple[OutputRecord, ...] = ()
    resources: tuple[ResourceRecord, ...] = ()
    events: tuple[EventRecord, ...] = ()  # the newest last
    change_sets: tuple[ChangeSetRecord, ...] = ()

    @property
    def exists(self) -> bool:
        """Whether it was made, and not deleted: a stack in review has a change set and nothing else."""
        return self.deleted_at is None and self.status != REVIEW

    @property
    def uuid(self) -> str:
        """The last part of the id."""
        return self.id.rpartition("/")[2]

    @property
    def region(self) -> str:
        return self.id.split(":")[3]

    @property
    def account(self) -> str:
        return self.id.split(":")[4]
