"""The base classes of the parts of a state document, and the error for an invalid one."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, Final, NamedTuple, Protocol

import msgspec

from emulator.aws.arns import Arn, arn
from emulator.aws.errors import ServiceError
from emulator.foundation.ids import Ids
from emulator.state.renaming import Renaming
from emulator.structures.parted import PartedSet
from emulator.timing.turns import Work, at_once, emptied, portions

_KEYS_AT_ONCE = 1_000

Time = Annotated[float, msgspec.Meta(ge=0, lt=253_402_300_800)]  # seconds since the epoch, before the year 10000
Count = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
NO_TIME: Final = -1.0  # stands for a time that a document leaves open; it cannot give it
AccountId = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{12}\Z")]
Region = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+\Z")]


class Part(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An object in a document. A field that has its default is left out."""


class Maker(NamedTuple):
    """Makes what a document leaves open. ``now`` gives the time of an account once the document has been restored."""

    ids: Ids
    now: Callable[[str], float]

    def digits(self, count: int) -> str:
        """Random digits."""
        return f"{int.from_bytes(self.ids.random_bytes(8)) % 10**count:0{count}}"


def time_or(given: float, otherwise: float) -> float:
    """The time that a document gives, or another one if it gives none."""
    return otherwise if given == NO_TIME else given


class Owned(Protocol):
    """Something that belongs to an account."""

    @property
    def owners(self) -> tuple[str, ...]:
        """The accounts it belongs to."""
        ...

    def rename(self, renaming: Renaming) -> None:
        """Change the account it belongs to. The content of messages stays the same."""


class Named(Part):
    """Something that belongs to the account in its ARN."""

    arn: str

    @property
    def owners(self) -> tuple[str, ...]:
        return (owner_of(self.arn),)

    def rename(self, renaming: Renaming) -> None:
        self.arn = renaming.text(self.arn)


class Placed(Part):
    """Something that an account has in each region."""

    account: AccountId
    region: Region

    @property
    def owners(self) -> tuple[str, ...]:
        return (self.account,)

    def rename(self, renaming: Renaming) -> None:
        self.account = renaming.text(self.account)


class DocumentError(Exception):
    """What is wrong with a document. ``path`` says where."""

    def __init__(self, text: str, path: str = "") -> None:
        super().__init__(f"{text} - at `${path}`")
        self.text = text
        self.path = path


@contextmanager
def at(path: str) -> Iterator[None]:
    """Put ``path`` before the path of a DocumentError that is raised inside."""
    try:
        yield
    except DocumentError as error:
        raise DocumentError(error.text, path + error.path) from error
    except ServiceError as error:
        raise DocumentError(error.message.rstrip("."), path) from error


def owner_of(arn: str) -> str:
    """The account in an ARN; empty if it is not an ARN."""
    parts = Arn.parse(arn)
    return "" if parts is None else parts.account


def read_arn(text: str, service: str) -> Arn:
    """The ARN of a resource of ``service``. Raises DocumentError if the text is not one."""
    parts = Arn.parse(text)
    if (
        parts is None
        or parts.service != service
        or text != arn(service, parts.region, parts.account, parts.resource)
        or not (len(parts.account) == 12 and parts.account.isascii() and parts.account.isdigit() and parts.region)
    ):
        raise DocumentError(f"{text} is not an ARN of {service}", ".arn")
    return parts


def check_unique(kind: str, keys: Iterable[object]) -> None:
    """Raise DocumentError if one of the ``keys`` occurs twice; ``kind`` is what they are."""
    at_once(checking_unique(kind, keys))


def checking_unique(kind: str, keys: Iterable[object]) -> Work[None]:
    """As ``check_unique``, in portions."""
    seen = PartedSet[object]()
    repeated, times = None, 1
    for portion in portions(keys, _KEYS_AT_ONCE):
        for key in portion:
            if not seen.add(key) and (times == 1 or key == repeated):
                repeated = key
                times += 1
        if len(portion) == _KEYS_AT_ONCE:
            yield
    yield from emptied(*seen.containers)
    if times > 1:
        raise DocumentError(f"There are {times} of {kind} {repeated}")
